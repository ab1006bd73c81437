"""Signed notices go to their dossiers: the office's archive, and every desk of it, then has the file that was signed.

As a signed sheet does, a notice moves the feed on and leaves the version alone. The first one about a decision stays:
it may be in the citizen's hands. Central opens no file: who has found that it is not that notice names it and brings
the true one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from central_server import feed, statements
from central_server.blobs import BlobStore
from central_server.database import Database
from central_server.decide import live
from central_server.problems import ProblemError, validation
from central_server.times import Clock, stamp
from central_server.trips import Step, run
from officer_console.domain.dossier import Dossier, HistoryEntry
from officer_console.domain.notice import MEDIA_TYPE, Notice, counted, notice_about
from officer_console.domain.officer import Officer
from officer_console.domain.papers import FORM_KINDS, NOTICES, fitting

FILED = "notice_filed"
# The codes of the refusals: it tells of a decision that is not the dossier's; another one is there already; its file
# is another notice's, or its number is; it was signed in time to come.
OTHER_DECISION = "other-decision"
OTHER = "other-notice"
FOREIGN = "notice-of-another"
NUMBER_TAKEN = "number-taken"
FUTURE = "in-the-future"
# As far as a desk's clock may be ahead of this one.
AHEAD = timedelta(minutes=5)


def put(
    database: Database, blobs: BlobStore, officer: Officer, place: tuple[str, str], notice: Notice, clock: Clock
) -> None:
    """Put a signed notice into the dossier ``place`` (scope and id); nothing happens when it is there already.

    Raises:
        ProblemError: ``unknown-dossier``, ``dossier-gone``; ``version-conflict`` with the code ``OTHER_DECISION``,
            ``FOREIGN`` or ``NUMBER_TAKEN``, or with ``OTHER`` and who brought the one that is there, unless it is the
            one to replace; ``attachment-missing`` when the file has not come; ``validation`` when it is a picture, of
            another size, or ``FUTURE``.
    """
    scope_id, dossier_id = place

    def work(connection: Connection) -> None:
        stored, dossier = live(connection, scope_id, dossier_id)
        here = notice_about(dossier.notices, notice.form_kind, notice.decision)
        repeated = here is not None and _as_told(here) == _as_told(notice)
        if here is not None and not repeated and notice.replaces != here.sha256:
            raise _conflict(OTHER, dossier, here)
        if not repeated and not tells_of(dossier, notice):
            raise _conflict(OTHER_DECISION, dossier)
        (known,) = run(connection, Step(statements.BLOB, {"scope_id": scope_id, "sha256": notice.sha256}))
        # Asked also for one that is there: a central that was put back may have lost the file.
        if known.row is None or not blobs.has(notice.sha256):
            raise ProblemError("attachment-missing", missing=(notice.sha256,))
        if repeated:
            return
        if (known.row.media_type, known.row.size) != (MEDIA_TYPE, notice.size):
            raise validation("not-a-notice", "sha256")
        now = clock()
        if notice.signed_at > now + AHEAD:
            raise validation(FUTURE, "signed_at")
        _claim(connection, dossier, notice)
        brought = replace(
            notice,
            replaces=here.sha256 if here is not None else None,
            brought_by=officer.full_name,
            brought_at=now,
        )
        changed = replace(
            dossier,
            notices=(*(each for each in dossier.notices if each != here), brought),
            history=(*dossier.history, HistoryEntry(at=now, what=FILED, who=officer.full_name)),
        )
        entry: dict[str, str | int | None] = {
            "at": stamp(now),
            "what": FILED,
            "dossier_id": dossier_id,
            "officer_id": officer.id,
            "sha256": notice.sha256,
            "form": f"{notice.form_kind:02d}",
            "op_id": notice.decision,
            "certificate": notice.certificate,
            "replaces": brought.replaces,
            "version": changed.version,
            "status": changed.status.value,
        }
        feed.put(connection, stored, changed, entry=entry)

    database.transact(work)


def tells_of(dossier: Dossier, notice: Notice) -> bool:
    """Whether a notice tells of the decision that the dossier stands by, and says what was decided."""
    if dossier.judgement is None or dossier.judgement.op_id != notice.decision:
        return False
    papers = NOTICES & set(fitting(dossier.kind, dossier.status))
    return notice.form_kind in {FORM_KINDS[paper] for paper in papers}


def _claim(connection: Connection, dossier: Dossier, notice: Notice) -> None:
    """Take the notice's file and number for it within the office; raises ProblemError where another has them."""
    values = {
        "scope_id": dossier.scope_id,
        "dossier_id": dossier.id,
        "form_kind": notice.form_kind,
        "op_id": notice.decision,
        "sha256": notice.sha256,
        "year": notice.year if notice.number else None,
        "number": counted(notice.number) or None,
    }
    key = {name: values[name] for name in ("scope_id", "dossier_id", "form_kind", "op_id")}
    (others,) = run(connection, Step(statements.NOTICES_LIKE, values))
    if not others.rows:
        _, taken = run(connection, Step(statements.NOTICE_DELETE, key), Step(statements.NOTICE_INSERT, values))
        if taken.count:
            return
        # another writer was first
        (others,) = run(connection, Step(statements.NOTICES_LIKE, values))
    foreign = any(row.sha256 == notice.sha256 for row in others.rows)
    raise _conflict(FOREIGN if foreign else NUMBER_TAKEN, dossier)


def _as_told(notice: Notice) -> Notice:
    """Return what whoever brings a notice says of it."""
    return replace(notice, replaces=None, brought_by=None, brought_at=None)


def _conflict(code: str, dossier: Dossier, here: Notice | None = None) -> ProblemError:
    by, at = (None, None) if here is None else (here.brought_by, here.brought_at)
    status = dossier.status.value
    return ProblemError("version-conflict", code=code, by=by, at=at, status_now=status, version=dossier.version)
