"""Messages of the protocol `graphql-transport-ws`, and the reasons for which a connection is closed.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from collections.abc import Mapping
from typing import Any, Final

from api.http.strict_json import NotStrictJson, StrictJson

PROTOCOL: Final = "graphql-transport-ws"


class Closing(Exception):
    """Raised to close the connection with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def read_message(json: StrictJson, text: str) -> dict[str, Any]:
    """Parse a message. Raises Closing."""
    try:
        message = json.read(text.encode(errors="surrogatepass"))
    except NotStrictJson as error:
        raise Closing(4400, truncate_reason(f"The message {error}")) from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Closing(4400, 'A message must be an object with a "type"')
    if not isinstance(message.get("payload"), dict | None):
        raise Closing(4400, 'The "payload" of a message must be an object')
    return message


def operation_id_of(message: Mapping[str, Any]) -> str:
    """Return the operation id of a message. Raises Closing."""
    id_ = message.get("id")
    if not isinstance(id_, str) or not 1 <= len(id_) <= 128:
        raise Closing(4400, 'The "id" of an operation must be a string of 1 to 128 characters')
    return id_


def truncate_reason(reason: str) -> str:
    """Truncate a reason to what a close frame can hold (RFC 6455, section 5.5)."""
    return reason.encode()[:120].decode(errors="ignore")
