"""Generated operations: any selection that the schema allows, in any form that GraphQL allows.

Within an operation a response key always has one meaning, so that fields with it can be merged.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from graphql import GraphQLField, GraphQLInterfaceType, get_named_type, is_leaf_type

from tests.support.conformance.answers import ClientRequest
from tests.support.conformance.arguments import Arguments
from tests.support.conformance.choices import ACCEPTED, HOSTILE, Choices
from tests.support.conformance.places import (
    FAVOURED,
    MAX_DEPTH,
    MAX_OBJECTS,
    NAMED,
    PAGE,
    PAGES,
    QUERY,
    ROOTS,
    SHORT,
    Place,
    conditions_of,
    group_of,
    items_of,
    levels_of,
    narrowed,
)

# In an operation, about.
MAX_FIELDS: Final = 90
_INTROSPECTION: Final = ("__schema { queryType { name } }", '__type(name: "Metric") { kind name fields { name } }')


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a response key stands for; objects: as many as it was written for."""

    field: str
    arguments: str
    type_: str
    objects: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """A named fragment, and the place that it was first written for."""

    name: str
    condition: str
    body: str
    place: Place


def questions(choices: Choices, root: str) -> tuple[ClientRequest, ClientRequest]:
    """Any operation with a root field, as two requests with their own variables and languages."""
    return _Writer(choices).questions(root)


class _Writer:
    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._arguments = Arguments(choices)
        self._meanings: dict[tuple[str, str], Meaning] = {}
        self._fragments: list[Fragment] = []
        self._left = MAX_FIELDS

    def questions(self, root: str) -> tuple[ClientRequest, ClientRequest]:
        """Write an operation and its fragments, and what goes with them."""
        fields = [self._root(root)]
        while self._choices.chance(25):
            fields.append(self._root(self._choices.one_of(ROOTS)))
        if self._choices.chance(4):
            fields.append(self._choices.one_of(_INTROSPECTION))
        fragments = [f"fragment {one.name} on {one.condition} {one.body}" for one in self._fragments]
        definitions, name = self._operations(_lines(fields))
        where = self._choices.number(0, len(fragments))
        text = "\n".join((*fragments[:where], *definitions, *fragments[where:]))
        given, given_again = self._arguments.given, self._arguments.given_again
        return (
            ClientRequest(text, given, name, self._choices.one_of(ACCEPTED)),
            ClientRequest(text, given_again, name, self._choices.one_of(ACCEPTED)),
        )

    def _operations(self, fields: str) -> tuple[list[str], str | None]:
        """The operation, now and then with another one beside it, and the name that says which is meant."""
        own = self._choices.one_of(("", "asked", *HOSTILE)) if self._choices.chance(50) else ""
        other = "query other { dataset { revision } }"
        if not own:
            variables = self._arguments.declarations
            return [f"query {variables} {{\n{fields}\n}}" if variables else f"{{\n{fields}\n}}"], None
        definitions = [f"query {own}{self._arguments.declarations} {{\n{fields}\n}}"]
        if self._choices.chance(20):
            definitions.insert(self._choices.number(0, 1), other)
            return definitions, None if self._choices.chance(5) else own
        return definitions, self._choices.one_of((None, own, own, own))

    def _root(self, name: str) -> str:
        """A root field, now and then in a fragment on the root type."""
        place = Place(QUERY, MAX_DEPTH, 1)
        field = self._field(place, name)
        if self._choices.chance(8):
            return f"... on Query{self._directives()} {{ {field} }}"
        if self._choices.chance(8):
            return f"...{self._fragment('Query', f'{{ {field} }}', place)}{self._directives()}"
        return field

    def _selection_set(self, place: Place) -> str:
        count = self._choices.number(1, 6) if self._left > 0 else 1
        left, selections = self._left, []
        for rest in range(count, 0, -1):
            # What comes first may not use up what the others could have.
            self._left = left // rest
            left -= self._left
            selections.append(self._selection(place))
            left += self._left
        self._left = left
        return f"{{\n{_lines(selections)}\n}}"

    def _selection(self, place: Place) -> str:
        """A field, a field met before, or a fragment; under an interface mostly a fragment."""
        self._left -= 1
        way = self._choices.number(0, 99)
        if isinstance(place.type_, GraphQLInterfaceType):
            way += 40
        if way >= 93 and self._left > 0:
            return self._spread(place)
        if way >= 86 and self._left > 0:
            return self._inline(place)
        if way >= 80 and (again := self._again(place)):
            return again
        return self._field(place, self._name(place))

    def _inline(self, place: Place) -> str:
        condition = None if self._choices.chance(20) else self._condition(place)
        inner = place if condition is None else narrowed(place, condition)
        head = "..." if condition is None else f"... on {condition}"
        return f"{head}{self._directives()} {self._selection_set(inner)}"

    def _spread(self, place: Place) -> str:
        """A named fragment, of those that fit or a new one."""
        conditions = conditions_of(place.type_)
        fit = [
            one.name
            for one in self._fragments
            if one.condition in conditions and place.objects <= one.place.objects and place.depth >= one.place.depth
        ]
        if fit and self._choices.chance(60):
            name = self._choices.one_of(fit)
        else:
            condition = self._condition(place)
            body = self._selection_set(narrowed(place, condition))
            name = self._fragment(condition, body, place)
        return f"...{name}{self._directives()}"

    def _condition(self, place: Place) -> str:
        """A type that a fragment may be on: where that is known, mostly one that holds."""
        if place.actual and self._choices.chance(75):
            return place.actual
        return self._choices.one_of(conditions_of(place.type_))

    def _fragment(self, condition: str, body: str, place: Place) -> str:
        name = self._choices.one_of(HOSTILE) if self._choices.chance(30) else "F"
        taken = {one.name for one in self._fragments}
        while name in taken:
            name += "_"
        self._fragments.append(Fragment(name, condition, body, place))
        return name

    def _name(self, place: Place) -> str:
        """The name of a field: as likely one with a selection set as one without, as far as there is room."""
        if self._choices.chance(5):
            return "__typename"
        fields = place.type_.fields
        leaves: list[str] = [name for name, field in fields.items() if is_leaf_type(get_named_type(field.type))]
        others: list[str] = [name for name in fields if name not in leaves and self._has_room(place, name)]
        if others and (not leaves or self._choices.chance(60)):
            return self._choices.one_of([name for name in others for _ in range(FAVOURED.get(name, 1))])
        leaves = [name for name in leaves for _ in range(FAVOURED.get(name, 1))]
        return self._choices.one_of(leaves) if leaves else "__typename"

    def _has_room(self, place: Place, name: str) -> bool:
        field = place.type_.fields[name]
        return (
            self._left > 0
            and place.depth > levels_of(name)
            and (place.objects * items_of(place.type_, name) <= MAX_OBJECTS or "first" in field.args)
        )

    def _field(self, place: Place, name: str) -> str:
        if name == "__typename":
            return f"{self._key(place, name, Meaning(name, '', 'String!', 0))}{self._directives()}"
        field = place.type_.fields[name]
        items, most = items_of(place.type_, name), None
        if "first" in field.args and (place.objects * items > MAX_OBJECTS or name in PAGES):
            is_free = place.type_ is QUERY and self._choices.chance(15)
            items, most = (PAGE, None) if is_free else (SHORT, SHORT)
        arguments = self._arguments.write(name, field.args, most)
        meaning = Meaning(name, arguments, str(field.type), place.objects * items)
        return self._written(place, self._key(place, name, meaning), meaning, field)

    def _again(self, place: Place) -> str | None:
        """A field that was selected before, here or elsewhere, under the same key."""
        fields = place.type_.fields
        known = [
            (key, meaning)
            for (group, key), meaning in self._meanings.items()
            if group == group_of(place.type_)
            and meaning.field in fields
            and meaning.type_ == str(fields[meaning.field].type)
            and (fields[meaning.field].args or not meaning.arguments)
            and (is_leaf_type(get_named_type(fields[meaning.field].type)) or self._has_room(place, meaning.field))
            and place.objects * items_of(place.type_, meaning.field) <= max(meaning.objects, MAX_OBJECTS)
        ]
        if not known:
            return None
        key, meaning = self._choices.one_of(known)
        head = key if key == meaning.field else f"{key}: {meaning.field}"
        return self._written(place, head, meaning, fields[meaning.field])

    def _written(self, place: Place, head: str, meaning: Meaning, field: GraphQLField) -> str:
        text = f"{head}{meaning.arguments}{self._directives()}"
        type_ = get_named_type(field.type)
        if is_leaf_type(type_):
            return text
        below: Any = type_
        actual = NAMED.search(meaning.arguments) if below.name == "Node" else None
        inner = Place(below, place.depth - levels_of(meaning.field), meaning.objects, actual[1] if actual else None)
        return f"{text} {self._selection_set(inner)}"

    def _key(self, place: Place, name: str, meaning: Meaning) -> str:
        """The field's name, behind its alias where it has one."""
        key = self._choices.one_of(HOSTILE) if self._choices.chance(25) else name
        meant = replace(meaning, objects=0)
        while (known := self._meanings.get((group_of(place.type_), key))) and replace(known, objects=0) != meant:
            key += "_"
        self._meanings.setdefault((group_of(place.type_), key), meaning)
        return name if key == name else f"{key}: {name}"

    def _directives(self) -> str:
        if not self._choices.chance(7):
            return ""
        ways = (("skip",), ("include",), ("skip", "include"), ("include", "skip"))
        chosen = self._choices.one_of(ways)
        return "".join(f" @{name}(if: {self._arguments.condition()})" for name in chosen)


def _lines(selections: Iterable[str]) -> str:
    return "\n".join(selections)
