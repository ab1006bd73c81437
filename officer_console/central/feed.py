"""A page of the feed as it came: every document checked whole, kept in central's own bytes."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from officer_console.central import wire
from officer_console.domain.dossier import Dossier

NO_DOCUMENT = msgspec.Raw(b"")
BETWEEN_PAUSES = 10

Pause = Callable[[], None]


def no_pause() -> None:
    """Go on at once."""


class Item(NamedTuple):
    """One line of the feed, as ``wire.FeedItem``.

    ``doc`` has the fields of ``domain.dossier.Dossier``, of the same types, and none of its methods; ``raw`` is its
    JSON. Both are empty where the dossier has gone.
    """

    id: str
    seq: int
    version: int
    op: str
    doc: Any
    raw: bytes


class Page(NamedTuple):
    """One page of a scope's feed, as ``wire.Page``."""

    epoch: str
    items: tuple[Item, ...]
    next: str
    more: bool
    state: wire.FeedState | None


class _Item(msgspec.Struct, gc=False):
    id: str
    seq: int
    version: int
    op: Literal["put", "gone"]
    doc: msgspec.Raw = NO_DOCUMENT
    why: str | None = None


class _Page(msgspec.Struct, gc=False):
    epoch: str
    items: list[_Item]
    next: str
    more: bool
    state: wire.FeedState | None = None


@cache
def _checked(kind: Any) -> Any:  # noqa: ANN401 - any annotation of the domain
    """Return a struct with the fields of a dataclass of the domain, other annotations with such structs inside.

    It takes the same documents in a third of the time; a time without an offset, which could be compared with nothing,
    it refuses.
    """
    if kind is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        given = [(field.name, _checked(hints[field.name]), *_default(field)) for field in fields(kind)]
        return msgspec.defstruct(kind.__name__, given, kw_only=True, gc=False)  # type: ignore[union-attr]  # a class
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return Union[tuple(_checked(one) for one in get_args(kind))]  # noqa: UP007 - made from a tuple
    if origin is tuple:
        return tuple[tuple(one if one is Ellipsis else _checked(one) for one in get_args(kind))]  # type: ignore[misc]
    return kind


def _default(field: Any) -> tuple[Any, ...]:  # noqa: ANN401 - a field of any type
    """Return what stands in for a field that is left out, if it may be: only that it is there matters."""
    if field.default is MISSING and field.default_factory is MISSING:
        return ()
    return (field.default if field.default is not MISSING else None,)


_pages = msgspec.json.Decoder(_Page)
_documents = msgspec.json.Decoder(_checked(Dossier))


def read(body: bytes, scope: str, pause: Pause = no_pause) -> Page:
    """Read a page of the feed of ``scope``; ``pause`` is called every few documents.

    Raises:
        wire.WireError: broken JSON, a document that does not have the agreed shape, one of another scope or dossier
            than it was sent for, one with a time that has no offset, a ``put`` without document.
    """
    decode = _documents.decode
    items = []
    try:
        page = _pages.decode(body)
        for n, item in enumerate(page.items):
            if n % BETWEEN_PAUSES == 0:
                pause()
            raw, document = b"", None
            if item.op == "put":
                raw = bytes(item.doc)
                document = decode(raw)
                if document.scope_id != scope or document.id != item.id:
                    raise wire.WireError("a document of another place")
            items.append(Item(item.id, item.seq, item.version, item.op, document, raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise wire.WireError(str(error)[:200]) from None
    return Page(page.epoch, tuple(items), page.next, page.more, page.state)
