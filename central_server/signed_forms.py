"""Signed sheets go to their dossiers, whatever state those are in: the paper is in the office.

As a lease does, a sheet moves the feed on and leaves the version alone: nobody's verdict rests on when the paper was
scanned, and what somebody judges meanwhile stays good. An open dossier is handed in with its Form 01 and does not
expire; TK1-TS, which stands beside it, hands in nothing.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from central_server import feed, statements
from central_server.blobs import MAGIC, BlobStore
from central_server.database import Database
from central_server.decide import live
from central_server.problems import ProblemError, validation
from central_server.times import Clock, stamp
from central_server.trips import Step, run
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import HistoryEntry
from officer_console.domain.form import SignedForm, place_of, signed_form
from officer_console.domain.officer import Officer

FILED = "form_filed"
HANDED_IN = "handed_in"
# The code of the refusal where another sheet is in the place than the desk saw there.
OTHER = "other-signed-form"


def put(
    database: Database,
    blobs: BlobStore,
    officer: Officer,
    place: tuple[str, str],
    form: SignedForm,
    clock: Clock,
) -> None:
    """Put a signed form into the dossier ``place`` (scope and id); nothing happens when it is there already.

    Raises:
        ProblemError: ``unknown-dossier``, ``dossier-gone``; ``attachment-missing`` when the picture has not come,
            ``validation`` when what has come is none; ``version-conflict`` with the code ``OTHER`` and who brought it
            when another sheet is there than the one that ``form.replaces`` names.
    """
    scope_id, dossier_id = place
    kind = place_of(form.form_kind)

    def work(connection: Connection) -> None:
        stored, dossier = live(connection, scope_id, dossier_id)
        here = next((own for own in dossier.attachments if own.kind is kind), None)
        if here is not None and here.sha256 == form.sha256:
            return
        if signed_form(dossier, form.form_kind) != form.replaces:
            by, at = (None, None) if here is None else (here.replaced_by, here.replaced_at)
            raise ProblemError("version-conflict", code=OTHER, by=by, at=at, version=dossier.version)
        (known,) = run(connection, Step(statements.BLOB, {"scope_id": scope_id, "sha256": form.sha256}))
        if known.row is None or not blobs.has(form.sha256):
            raise ProblemError("attachment-missing", missing=(form.sha256,))
        if known.row.media_type not in MAGIC:
            raise validation("not-an-image", "sha256")
        now = clock()
        sheet = Attachment(
            kind=kind,
            sha256=form.sha256,
            media_type=known.row.media_type,
            size=known.row.size,
            replaced_by=officer.full_name,
            replaced_at=now,
        )
        others = tuple(own for own in dossier.attachments if own is not here)
        handed_in = kind is AttachmentKind.SIGNED_FORM and dossier.open and dossier.handed_in_at is None
        told = (FILED, HANDED_IN) if handed_in else (FILED,)
        changed = replace(
            dossier,
            handed_in_at=now if handed_in else dossier.handed_in_at,
            attachments=(*others, sheet),
            history=(*dossier.history, *(HistoryEntry(at=now, what=what, who=officer.full_name) for what in told)),
        )
        entry: dict[str, str | int | None] = {
            "at": stamp(now),
            "what": FILED,
            "dossier_id": dossier_id,
            "officer_id": officer.id,
            "sha256": form.sha256,
            "form": f"{form.form_kind:02d}:{form.form_version}",
            "version": changed.version,
            "status": changed.status.value,
        }
        feed.put(connection, stored, changed, entry=entry)

    database.transact(work)
