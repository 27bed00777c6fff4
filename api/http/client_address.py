"""The address of a client: its own, or the one that a trusted proxy forwards (`TRUSTED_PROXIES`)."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Final

from starlette.types import Scope

# One customer has an IPv6 network of this size, and may use any address in it (RFC 6177).
_NETWORK_BITS: Final = 64


def client_of(scope: Scope) -> str:
    """Return the client of a request: an IPv4 address or an IPv6 network; "" for a Unix socket."""
    client = scope.get("client")
    return _network(client[0]) if client else ""


@lru_cache(maxsize=10_000)
def _network(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> _NETWORK_BITS << _NETWORK_BITS))
