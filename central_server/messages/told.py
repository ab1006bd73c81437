"""What its dossier says of a message: how far it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from central_server import audit, feed
from central_server.letters import letter_id
from central_server.times import stamp
from officer_console.domain.dossier import Dossier
from officer_console.domain.message import Message, MessageState

Row = RowMapping | Mapping[str, Any]


def tell(
    connection: Connection,
    row: Row,
    states: Mapping[str, MessageState],
    now: datetime,
    before: MessageState = MessageState.QUEUED,
) -> None:
    """Write in the dossier of an outbox row, in the feed and in the audit trail what its messages have come to.

    ``states`` is by the row's ``channel``; ``before`` is the state of the messages that are meant where the dossier
    does not name its letters.
    """
    scope_id, dossier_id, op_id = row["scope_id"], row["dossier_id"], row["op_id"]
    stored = feed.load(connection, scope_id, dossier_id)
    if stored is None or stored.dossier is None:
        return
    changed = with_states(stored.dossier, row, states, now, before)
    feed.put(connection, stored, changed)
    words = ",".join(f"{channel}:{state.value}" for channel, state in sorted(states.items()))
    entry = {"at": stamp(now), "what": f"message {words}", "dossier_id": dossier_id, "op_id": op_id}
    audit.note(connection, scope_id, {**entry, "version": changed.version, "status": changed.status.value})


def with_states(
    dossier: Dossier,
    row: Row,
    states: Mapping[str, MessageState],
    now: datetime,
    before: MessageState = MessageState.QUEUED,
) -> Dossier:
    """Return the dossier with its messages of the decision of an outbox row in the state they have come to.

    Its version stays: no verdict depends on a message.
    """
    named = {letter_id(row["op_id"], way): state for way, state in states.items()}

    def told(message: Message) -> Message:
        if message.id is not None:
            state = named.get(message.id)
        else:
            meant = message.kind.value == row["kind"] and message.state is before
            state = states.get(message.channel.value) if meant else None
        return message if state is None else replace(message, state=state, at=now, replaced=False)

    return replace(dossier, messages=tuple(told(message) for message in dossier.messages))
