"""Read lists of which some item can't be read: the others are shown, and that one is named and said to be damaged.

An item that can't be read leaves a connection without data, but is only null among nodes asked for by their ids.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api.pages.languages import Language
from api.pages.operations import IDS, OperationRunner

Data = Mapping[str, Any]
# As many as `nodes` takes.
_MAX_IDS: Final = 100


async def read_lists(
    runner: OperationRunner, language: Language, name: str, names: Sequence[str], **variables: Any
) -> dict[str, Any]:
    """Run an operation with connections of districts or indicators; if it has no data, read their items one by one.

    names: the connections. Raises HttpError.
    """
    data = await runner.run_or_none(name, **variables)
    if data is not None:
        return data
    bare = await runner.run(f"{name}{IDS}", **variables)
    ids = [node["id"] for connection in names for node in bare[connection]["nodes"]]
    items = await items_of(runner, language, "rows", ids)
    for connection in names:
        bare[connection]["nodes"] = [items[node["id"]] for node in bare[connection]["nodes"]]
    return bare


async def items_of(
    runner: OperationRunner, language: Language, name: str, ids: Sequence[str]
) -> Mapping[str, dict[str, Any]]:
    """Read nodes by their ids, with an operation whose only list they are. Raises HttpError."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), _MAX_IDS):
        some = wanted[start : start + _MAX_IDS]
        nodes = (await runner.run(name, ids=some))["nodes"]
        found |= {node_id: node or unreadable(node_id, language) for node_id, node in zip(some, nodes, strict=True)}
    return found


def unreadable(node_id: str, language: Language) -> dict[str, Any]:
    """What a list shows for an item that can't be read: the slug that it is found by, and that it is damaged."""
    slug = node_id.partition(":")[2]
    name = f"{slug}{language.say('in-brackets', text=language.say('unreadable'))}"
    return {"id": node_id, "slug": slug, "is_unreadable": True, "name": {"text": name, "language": language.tag}}
