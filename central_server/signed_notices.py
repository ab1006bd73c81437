"""Signed notices go to their dossiers: the office's archive, and every desk of it, then has the file that was signed.

As a signed sheet does, a notice moves the feed on and leaves the version alone. The first one about a decision stays:
it may be in the citizen's hands.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from central_server import feed, statements
from central_server.blobs import BlobStore
from central_server.database import Database
from central_server.decide import live
from central_server.problems import ProblemError, validation
from central_server.times import Clock, stamp
from central_server.trips import Step, run
from officer_console.domain.dossier import Dossier, HistoryEntry
from officer_console.domain.notice import MEDIA_TYPE, Notice, notice_about
from officer_console.domain.officer import Officer
from officer_console.domain.papers import FORM_KINDS, NOTICES, fitting

FILED = "notice_filed"
# The codes of the refusals: it tells of a decision that is not the dossier's, or another one is there already.
OTHER_DECISION = "other-decision"
OTHER = "other-notice"


def put(
    database: Database, blobs: BlobStore, officer: Officer, place: tuple[str, str], notice: Notice, clock: Clock
) -> None:
    """Put a signed notice into the dossier ``place`` (scope and id); nothing happens when it is there already.

    Raises:
        ProblemError: ``unknown-dossier``, ``dossier-gone``; ``version-conflict`` with the code ``OTHER_DECISION``, or
            with ``OTHER`` and who brought the one that is there; ``attachment-missing`` when the file has not come;
            ``validation`` when it is a picture, or of another size.
    """
    scope_id, dossier_id = place

    def work(connection: Connection) -> None:
        stored, dossier = live(connection, scope_id, dossier_id)
        here = notice_about(dossier.notices, notice.form_kind, notice.decision)
        if here is not None and here.sha256 != notice.sha256:
            raise _conflict(OTHER, dossier, here)
        if here is None and not tells_of(dossier, notice):
            raise _conflict(OTHER_DECISION, dossier)
        (known,) = run(connection, Step(statements.BLOB, {"scope_id": scope_id, "sha256": notice.sha256}))
        # Asked also for one that is there: a central that was put back may have lost the file.
        if known.row is None or not blobs.has(notice.sha256):
            raise ProblemError("attachment-missing", missing=(notice.sha256,))
        if here is not None:
            return
        if (known.row.media_type, known.row.size) != (MEDIA_TYPE, notice.size):
            raise validation("not-a-notice", "sha256")
        now = clock()
        brought = replace(notice, brought_by=officer.full_name, brought_at=now)
        changed = replace(
            dossier,
            notices=(*dossier.notices, brought),
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


def _conflict(code: str, dossier: Dossier, here: Notice | None = None) -> ProblemError:
    by, at = (None, None) if here is None else (here.brought_by, here.brought_at)
    status = dossier.status.value
    return ProblemError("version-conflict", code=code, by=by, at=at, status_now=status, version=dossier.version)
