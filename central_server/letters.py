"""Letters to citizens: what is written in the outbox, and the name by which one is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from officer_console.domain.message import Channel, MessageKind

# State of a letter in the outbox whose dossier has left the office: it goes out from the one it has come to.
HELD = "moved"
_SECOND = "-2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to write: a row of the outbox without its bookkeeping. ``data`` is what the template needs.

    ``former`` goes where the account was reached before the dossier.
    """

    kind: MessageKind
    channel: Channel
    address: str
    data: dict[str, str]
    former: bool = False

    @property
    def way(self) -> str:
        """By which way of its decision it goes: the channel, told apart when it is the second one there."""
        return self.channel.value + (_SECOND if self.former else "")


def ways(channel: Channel) -> tuple[str, str]:
    """Return the ways that are of a channel."""
    return channel.value, channel.value + _SECOND


def channel_of(way: str) -> Channel:
    """Return the channel of a way, which the outbox has as its ``channel``."""
    return Channel(way.removesuffix(_SECOND))


def letter_id(op_id: str, way: str) -> str:
    """Return what a letter is asked for by."""
    return f"{op_id}.{way}"


def letter_parts(asked: str) -> tuple[str, str]:
    """Return ``op_id`` and way of a letter's id; the way is empty in that of a decision, for all its letters."""
    op_id, _, way = asked.partition(".")
    return op_id, way
