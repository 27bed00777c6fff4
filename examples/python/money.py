"""Which sums of money has Baiyun published? Exact, with gql.

python money.py [URL]
"""

import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport

HERE = Path(__file__).parent
SCHEMA = (HERE / "../../schema/schema.graphql").read_text(encoding="utf-8")
MONEY = (HERE / "money.graphql").read_text(encoding="utf-8")


def pages(session: Any, after: str | None = None) -> Iterator[dict[str, Any]]:
    """Every sum from a cursor on, a page at a time."""
    while True:
        page = session.execute(GraphQLRequest(MONEY, variable_values={"after": after}))["metrics"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def main() -> None:
    """Print each sum in words and with all its digits, and how an error looks."""
    url = next(iter(sys.argv[1:]), os.environ.get("YUNSHAN_URL", "http://127.0.0.1:8000/graphql"))
    # With the schema, a question that doesn't fit it is refused before it is sent.
    with Client(transport=RequestsHTTPTransport(url, timeout=30), schema=SCHEMA) as session:
        for metric in pages(session):
            quantity = metric["quantity"]
            exact = Decimal(quantity["value"]).scaleb(quantity["multiplier"])
            print(f"{metric['name']['text']}: {quantity['formatted']} ({quantity['comparator']} {exact:,f})")
        try:
            list(pages(session, after="2"))
        except TransportQueryError as error:
            [reason] = error.errors or []
            print(f"refused with {reason['extensions']['code']}: {reason['message']}")


if __name__ == "__main__":
    main()
