"""Numbers of notices that other desks of the office have signed: they are taken here as well."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, update

from officer_console.central import wire
from officer_console.domain.dossier import Dossier
from officer_console.domain.papers import FORM_KINDS, NOTICES
from officer_console.models import IssuedPaperRow

# What the document of a dossier with a notice has.
NAMED = b'"notices":[{'
_PAPERS = {int(FORM_KINDS[paper]): paper.value for paper in NOTICES}


def note(connection: Connection, documents: Iterable[bytes]) -> None:
    """Keep the numbers of the notices that dossiers of the feed name.

    What this desk has given stays as it is, also where a colleague has given the same: central tells about that.
    """
    for document in documents:
        dossier = wire.decode(document, Dossier)
        for notice in dossier.notices:
            paper = _PAPERS.get(notice.form_kind)
            if paper is None or not notice.number:
                continue
            told = {"number": notice.number, "year": notice.year, "office": dossier.scope_id}
            mine = {"dossier_id": dossier.id, "paper": paper, "decision": notice.decision}
            connection.execute(insert(IssuedPaperRow).prefix_with("OR IGNORE").values({"at": None, **mine, **told}))
            connection.execute(
                update(IssuedPaperRow)
                .prefix_with("OR IGNORE")
                .where(
                    IssuedPaperRow.dossier_id == dossier.id,
                    IssuedPaperRow.paper == paper,
                    IssuedPaperRow.decision == notice.decision,
                    IssuedPaperRow.number == "",
                )
                .values(told)
            )
