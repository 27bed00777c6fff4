"""Cache responses by everything that they depend on, so that none is ever stale: a new revision has new keys.

A key is a digest of the operation's text and name, its variables in canonical form, the languages, the published
revision, and the server's code. It is also the entity tag (RFC 9110, section 8.8.3).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeAlias

from starlette.types import Message, Receive, Scope, Send

import api
import loaders
import schema
from api.http.content_coding import IDENTITY
from api.http.outcome import FAILED, Cache, OutcomeSummary
from api.limits.admission import AdmissionController, SharedSlot
from loaders.lru_cache import LruCache
from loaders.model.revisions import Published
from schema.base.request import Request, digest
from schema.operation.runner import Admit

# Memory of an entry with its key, besides its bodies, and of the messages of each coding; measured with tracemalloc.
ENTRY_BYTES: Final = 5_000
FORM_BYTES: Final = 1_700
# Compressing proxies append a suffix to the tag, and some clients omit its quotes.
_ETAG: Final = re.compile(r"(?<![0-9a-z])([0-9a-f]{36})(?:[-;][a-z]+)*(?![0-9a-z])")
_ANY: Final = re.compile(r"(?:^|,)\s*\*\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class PreparedResponse:
    """A response as ASGI messages, and an ASGI application that sends them; encoded once, sent many times."""

    start: Message
    body: Message

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        await send(self.start)
        await send(self.body)


@dataclass(slots=True)
class CachedResponse:
    """A response as bytes.

    is_cacheable: whether it has no errors and is the same for all clients. prepared: its messages by content coding,
    added on first use. summary: for metrics and logs.
    """

    body: bytes
    status: int
    is_cacheable: bool
    headers: dict[str, str]
    prepared: dict[str, PreparedResponse] = field(default_factory=dict)
    summary: OutcomeSummary = FAILED

    @property
    def size(self) -> int:
        """Bytes, about as many as tracemalloc counts."""
        bodies = (form.body["body"] for coding, form in self.prepared.items() if coding != IDENTITY)
        return ENTRY_BYTES + FORM_BYTES * len(self.prepared) + len(self.body) + sum(map(len, bodies))


def key_of(request: Request, languages: tuple[str, ...], published: Published, media: str) -> str:
    """Return the key of the response to a request; valid in an entity tag."""
    return _cached_key(request.digest, languages, published, media)


# Frequent requests do not compute their key again.
@lru_cache(maxsize=4_096)
def _cached_key(request_digest: bytes, languages: tuple[str, ...], published: Published, media: str) -> str:
    about = f"{published.epoch} {published.revision} {published.oldest_readable} {media} {' '.join(languages)}"
    return digest_of(about.encode(), request_digest)


def digest_of(*parts: bytes) -> str:
    """Return a digest of the server's code and of the given parts; valid in an entity tag."""
    return digest((_code_digest(), *parts)).hex()


def etag_of(key: str, coding: str) -> str:
    """Return the entity tag of a response in a content coding."""
    return f'"{key}-{coding}"' if coding else f'"{key}"'


def match_etag(if_none_match: str | None, key: str) -> str | None:
    """Return the entity tag in `If-None-Match` that has this key, in any coding; None if there is none."""
    if not if_none_match:
        return None
    return next((f'"{tag[0]}"' for tag in _ETAG.finditer(if_none_match) if tag[1] == key), None)


def matches_any_etag(if_none_match: str | None) -> bool:
    """Whether `If-None-Match` is `*`, which matches any response (RFC 9110, section 13.1.2)."""
    return bool(if_none_match and _ANY.search(if_none_match))


@cache
def _code_digest() -> bytes:
    """Return a digest of the code: another version may respond differently."""
    digest = blake2b()
    for package in (api.__file__, schema.__file__, loaders.__file__):
        for path in sorted(Path(str(package)).parent.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.digest()


# Executes a request inside the admission that it is given.
Make: TypeAlias = Callable[[Admit], Awaitable[CachedResponse]]


@dataclass(slots=True)
class _PendingResponse:
    """A response in execution, and the slot through which requests wait for it."""

    task: asyncio.Task[CachedResponse]
    slot: SharedSlot


class ResponseCache:
    """Responses by key, bounded by bytes (least recently used evicted), and responses in execution."""

    def __init__(self, max_bytes: int, admission: AdmissionController) -> None:
        self._max_bytes = max_bytes
        self._admission = admission
        self._responses = LruCache[str, CachedResponse](max_weight=max_bytes)
        self._pending: dict[str, _PendingResponse] = {}

    def get(self, key: str) -> CachedResponse | None:
        """Return the response of a key, or None."""
        return self._responses.get(key)

    def put(self, key: str, response: CachedResponse) -> None:
        """Keep a response, unless it is so large that it would evict many others."""
        if response.is_cacheable and response.size * 8 <= self._max_bytes:
            self._responses.put(key, response, response.size)

    @property
    def size(self) -> int:
        """Bytes of all entries."""
        return self._responses.weight

    def state(self, key: str) -> Cache:
        """Where a request with this key would get its response from now."""
        if key in self._responses:
            return "hit"
        return "shared" if key in self._pending else "miss"

    async def get_or_make(self, key: str, client: str, make: Make) -> CachedResponse:
        """Return the response of a key; concurrent requests share one execution, admitted as soon as any of them is.

        Raises HttpError, of this request alone: 503 if its client's queue is full, 504 if its deadline has passed.
        """
        if (response := self.get(key)) is not None:
            return response
        if (pending := self._pending.get(key)) is None:
            slot = self._admission.shared_slot()
            pending = self._pending[key] = _PendingResponse(asyncio.ensure_future(make(slot.admit)), slot)
            pending.task.add_done_callback(lambda task: self._store_result(key, task))
        try:
            with pending.slot.asked_by(client):
                # The cancellation of one client's request does not affect the others.
                return await asyncio.shield(pending.task)
        finally:
            if not pending.slot.is_wanted and not pending.task.done():
                pending.task.cancel()
                # New requests must not wait for the cancelled execution.
                del self._pending[key]

    def update_size(self, key: str) -> None:
        """Update the size of an entry after a coding was added to it."""
        if response := self._responses.get(key):
            self._responses.put(key, response, response.size)

    def _store_result(self, key: str, task: "asyncio.Task[CachedResponse]") -> None:
        if (pending := self._pending.get(key)) and pending.task is task:
            del self._pending[key]
        if task.cancelled() or task.exception() is not None:
            return
        self.put(key, task.result())
