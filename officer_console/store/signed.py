"""Papers as they were signed: what is printed again is the very file that was signed, not a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import SignedPaperRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPaper:
    """A signed paper of ``pages`` pages; its file is in the blob store under ``sha256``.

    ``certificate`` is the serial number of the certificate (hexadecimal digits), ``signer`` the name in it, ``at`` the
    time the signer claims (aware).
    """

    sha256: str
    pages: int
    signer: str
    certificate: str
    at: datetime


class SignedPapers:
    """The signed papers within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, dossier_id: str, paper: str, decision: str) -> SignedPaper | None:
        """Return a dossier's paper about a decision (its operation's id), ``None`` when it was not signed here."""
        row = self._connection.execute(
            select(
                SignedPaperRow.sha256,
                SignedPaperRow.pages,
                SignedPaperRow.signer,
                SignedPaperRow.certificate,
                SignedPaperRow.at,
            ).where(
                SignedPaperRow.dossier_id == dossier_id,
                SignedPaperRow.paper == paper,
                SignedPaperRow.decision == decision,
            )
        ).one_or_none()
        if row is None:
            return None
        return SignedPaper(
            sha256=row.sha256, pages=row.pages, signer=row.signer, certificate=row.certificate, at=row.at
        )

    def put(self, dossier_id: str, paper: str, decision: str, signed: SignedPaper) -> None:
        """Keep a signed paper; its file is in the blob store already."""
        values = {
            "sha256": signed.sha256,
            "pages": signed.pages,
            "signer": signed.signer,
            "certificate": signed.certificate,
            "at": signed.at,
        }
        key = {"dossier_id": dossier_id, "paper": paper, "decision": decision}
        self._connection.execute(
            insert(SignedPaperRow)
            .values({**key, **values})
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )

    def pictures(self) -> set[str]:
        """Return the SHA-256 of every signed paper's file."""
        return {str(sha256) for sha256 in self._connection.scalars(select(SignedPaperRow.sha256))}
