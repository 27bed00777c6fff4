"""What a page tells search engines, as schema.org has it (JSON-LD). Pure: no I/O."""

from collections.abc import Mapping
from typing import Any, Final

from api.pages.addresses import AS_OF, web_address, with_parameters
from api.pages.languages import Language

Data = Mapping[str, Any]
# The names of measures that a description lists.
_MAX_MEASURES: Final = 50


def dataset_of(
    district: Data, view: Any, dataset: Data, language: Language, address: str, downloads: str | None
) -> dict[str, Any]:
    """Describe a district as a `Dataset`. address: of the page. downloads: the root of the files, if any."""
    name = district["name"]["text"]
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": name,
        "description": language.say("district-description", name=name, count=district["metricCount"]),
        "url": address,
        "identifier": with_parameters(address, {AS_OF: dataset["revision"]}),
        "version": str(dataset["revision"]),
        "dateModified": dataset["loadedAt"],
        "inLanguage": language.tag,
        "isAccessibleForFree": True,
        "spatialCoverage": {"@type": "Place", "name": name, "address": _address(district)},
        "variableMeasured": [figure.metric["name"]["text"] for figure in view.figures[:_MAX_MEASURES]],
        "isBasedOn": [_work(source) for source, _ in view.sources],
    }
    if downloads:
        file = with_parameters(f"{downloads}observations.csv", {"district.eq": district["slug"]})
        described["distribution"] = [
            {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": file},
        ]
    return {key: value for key, value in described.items() if value}


def _address(district: Data) -> dict[str, str]:
    parts = {"addressLocality": district["city"], "addressRegion": district["province"]}
    named = {key: part["text"] for key, part in parts.items() if part}
    country = {"addressCountry": district["country"]} if district["country"] else {}
    return {"@type": "PostalAddress", **country, **named}


def _work(source: Data) -> dict[str, Any]:
    url = web_address(source["url"])
    publisher = source["publisher"]
    return {
        "@type": "CreativeWork",
        "name": source["title"]["text"],
        **({"url": url} if url else {}),
        **({"datePublished": source["published"]} if source["published"] else {}),
        **({"publisher": {"@type": "Organization", "name": publisher["text"]}} if publisher else {}),
    }
