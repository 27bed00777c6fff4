"""The JSON Schema of a document's data."""

from graphql import parse

from schema.operation.json_schema import data_schema

TEXT = "fragment Text on LocalizedText { zhHans en }"
OF = "fragment Of on Award { district { id } }"


def test_a_schema_has_each_field_by_its_response_key() -> None:
    written = data_schema(parse('{ one: district(slug: "a") { slug pillarCount strategy { ...Text } } } ' + TEXT))
    assert written == {
        "type": "object",
        "properties": {
            "one": {
                "anyOf": [
                    {
                        "type": "object",
                        "properties": {
                            "slug": {"type": "string"},
                            "pillarCount": {"type": "integer"},
                            "strategy": {"anyOf": [{"$ref": "#/$defs/Text"}, {"type": "null"}]},
                        },
                        "required": ["slug", "pillarCount", "strategy"],
                    },
                    {"type": "null"},
                ],
            }
        },
        "required": ["one"],
        "$defs": {
            "Text": {
                "type": "object",
                "properties": {
                    "zhHans": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "en": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                },
                "required": ["zhHans", "en"],
            }
        },
    }


def test_an_interface_has_a_schema_for_each_type() -> None:
    written = data_schema(
        parse('{ node(id: "a") { __typename ... on Metric { quantity { normalized comparator } } ...Of id } } ' + OF)
    )
    of_node, nothing = written["properties"]["node"]["anyOf"]
    assert nothing == {"type": "null"}
    fields = {one["properties"]["__typename"]["const"]: one["required"] for one in of_node["anyOf"]}
    assert fields == {
        "Award": ["__typename", "district", "id"],
        "Observation": ["__typename", "id"],
        "District": ["__typename", "id"],
        "Indicator": ["__typename", "id"],
        "Initiative": ["__typename", "id"],
        "Metric": ["__typename", "quantity", "id"],
        "Pillar": ["__typename", "id"],
        "Source": ["__typename", "id"],
    }
    [metric] = [one for one in of_node["anyOf"] if "quantity" in one["properties"]]
    assert metric["properties"]["quantity"]["anyOf"][0]["properties"] == {
        "normalized": {"type": "number"},
        "comparator": {"enum": ["EQ", "GT", "GTE", "LT", "LTE", "NEAR", "UP_TO", "APPROX", "RANGE"]},
    }


def test_a_field_selected_twice_is_merged() -> None:
    twice = '{ district(slug: "a") { pillars { slug } ... { pillars { id } } ... on Node { id } } }'
    district = data_schema(parse(twice))["properties"]["district"]["anyOf"][0]
    assert district["required"] == ["pillars", "id"]
    assert district["properties"]["pillars"]["items"]["required"] == ["slug", "id"]
