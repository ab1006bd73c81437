"""Finds approvals whose account was lost: of offices on several servers, they commit behind and the account in front.

postgres_fdw has no common commit: when the server in front dies between the two, the dossier is approved and the
account is not what it says. On one server this cannot be, and the same rounds find nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import text

from central_server import accounts, feed
from central_server.database import Database
from central_server.moves import GONE_BECAUSE
from central_server.times import stamp
from officer_console.central import wire
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.message import MessageKind

# How far back the first round looks: what was lost is told again by a central that starts within that time.
LOOK_BACK = timedelta(days=1)
BETWEEN_ROUNDS = timedelta(minutes=5)
_ENTRIES = 500
_NO_NUMBER_YET = 1 << 62
_DONE = frozenset({MessageKind.ACCOUNT_ISSUED, MessageKind.INFORMATION_UPDATED, MessageKind.ACCOUNT_CLOSED})
_OFFICES = text("SELECT scope_id FROM scope ORDER BY scope_id")
_ENTRIES_BACK = text(
    "SELECT n, body FROM audit WHERE scope_id = :scope_id AND n > :after AND n < :before ORDER BY n DESC LIMIT :limit"
)
_ACCOUNT = text("SELECT state, phone, email FROM account WHERE social_code = :code")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What an approved dossier left in the accounts at ``at``.

    ``state`` is ``None`` where only the account's move to another code is known; ``phone`` where it is to be active.
    """

    at: datetime
    scope_id: str
    dossier_id: str
    code: str
    state: str | None
    phone: str | None = None
    email: str | None = None


class OwedAccounts:
    """Compares approvals with accounts, round by round; for one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[str, int] = {}
        # the last approval about each code, until its account was found to be as it says
        self._open: dict[str, Approval] = {}
        self._doubted: frozenset[tuple[str, str]] = frozenset()
        # offices, times of approval and ids of dossiers that had left one office and were in no other yet
        self._under_way: frozenset[tuple[str, str, str]] = frozenset()

    def look(self, now: datetime) -> tuple[Approval, ...]:
        """Do a round; return the approvals that have no account, each once, and log their ids.

        An account is told as lost when two rounds running have found it so: the first may have met an approval whose
        commit in front was on its way, or a later one it had not read yet.
        """
        with self._database.look() as connection:
            offices = connection.execute(_OFFICES).scalars().all()
        since = stamp(now - LOOK_BACK)
        found = {one for one in self._under_way if one[1] >= since}
        for scope_id in offices:
            found |= self._read(scope_id, since)
        self._under_way = frozenset(one for one in sorted(found, key=itemgetter(1)) if not self._looked_at(*one))
        wrong = {code: approval for code, approval in self._open.items() if not self._kept(approval)}
        lost = tuple(approval for approval in wrong.values() if _place(approval) in self._doubted)
        self._doubted = frozenset(_place(approval) for approval in wrong.values() if approval not in lost)
        # those that are right stay for a while: an older one may come to light after a newer one
        while_ago = now - 2 * BETWEEN_ROUNDS
        self._open = {
            code: approval
            for code, approval in self._open.items()
            if approval not in lost and (code in wrong or approval.at > while_ago)
        }
        for approval in lost:
            _log.error("approved without its account: office %s, dossier %s", *_place(approval))
        return lost

    def _read(self, scope_id: str, since: str) -> set[tuple[str, str, str]]:
        """Return what was approved in an office since it was looked at, at first since ``since``."""
        last = self._seen.get(scope_id, 0)
        found: set[tuple[str, str, str]] = set()
        for n, entry in self._entries(scope_id, last):
            last = max(last, n)
            if scope_id not in self._seen and entry["at"] < since:
                break
            if entry.get("status") == Status.APPROVED.value:
                found.add((scope_id, entry["at"], entry["dossier_id"]))
        self._seen[scope_id] = last
        return found

    def _looked_at(self, scope_id: str, at: str, dossier_id: str) -> bool:
        """Take in what was approved at ``at``, wherever the dossier is now; whether that is over.

        It is not while the dossier is between two offices.
        """
        place, passed = scope_id, {scope_id}
        while True:
            with self._database.look() as connection:
                stored = feed.load(connection, place, dossier_id)
            if stored is None:
                return place == scope_id
            if stored.dossier is not None:
                if stored.dossier.status is Status.APPROVED:
                    self._take_in(stored.dossier, at)
                return True
            following = self._next_office(place, at, dossier_id)
            if following is None or following in passed:
                return stored.why != GONE_BECAUSE
            place = following
            passed.add(place)

    def _next_office(self, scope_id: str, since: str, dossier_id: str) -> str | None:
        """Return the office a dossier has left ``scope_id`` for, if it did so after ``since``."""
        for _, entry in self._entries(scope_id, 0):
            if entry["at"] < since:
                break
            if entry["what"] == GONE_BECAUSE and entry["dossier_id"] == dossier_id:
                return str(entry["to"])
        return None

    def _take_in(self, dossier: Dossier, at: str) -> None:
        for approval in _approvals(dossier):
            known = self._open.get(approval.code)
            # a letter about it that goes out later is an entry as well
            if stamp(approval.at) == at and (known is None or known.at <= approval.at):
                self._open[approval.code] = approval

    def _entries(self, scope_id: str, after: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the entries of the audit trail that come after the one with the number ``after``, the newest first."""
        before = _NO_NUMBER_YET
        while True:
            values = {"scope_id": scope_id, "after": after, "before": before, "limit": _ENTRIES}
            with self._database.look() as connection:
                rows = connection.execute(_ENTRIES_BACK, values).all()
            for row in rows:
                yield row.n, wire.decode(row.body, dict[str, Any])
            if len(rows) < _ENTRIES:
                return
            before = rows[-1].n

    def _kept(self, approval: Approval) -> bool:
        if approval.state is None:
            return True
        with self._database.look() as connection:
            row = connection.execute(_ACCOUNT, {"code": approval.code}).first()
        if row is None or row.state != approval.state:
            return False
        return approval.state == accounts.CLOSED or (row.phone, row.email) == (approval.phone, approval.email)


def _place(approval: Approval) -> tuple[str, str]:
    return approval.scope_id, approval.dossier_id


def _approvals(dossier: Dossier) -> Iterator[Approval]:
    """Yield what ``accounts.steps`` did for an approved dossier, by the codes it touched."""
    declared, own = dossier.declaration, accounts.own_code(dossier)
    code = accounts.code_of(declared)
    at = max((entry.at for entry in dossier.history if entry.what in _DONE), default=None)
    if at is None:
        return
    about = partial(Approval, at=at, scope_id=dossier.scope_id, dossier_id=dossier.id)
    if dossier.kind is DossierKind.STOP:
        yield about(code=own, state=accounts.CLOSED)
        return
    if own != code:
        yield about(code=own, state=None)
    phone = accounts.phone_of(declared)
    yield about(code=code, state=accounts.ACTIVE, phone=phone, email=declared.email)
