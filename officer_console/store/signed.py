"""Papers as they were signed: what is printed again is the very file that was signed, not a new one.

Central's archive gets each of them; here they stay all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert

from officer_console.models import BlobRow, CursorRow, DossierRow, SignedPaperRow


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfiled:
    """A signed paper that central has to be given: ``size`` in bytes, and the scope its dossier is in.

    ``replaces`` is the SHA-256 of what is to give way to it there.
    """

    dossier_id: str
    scope: str
    paper: str
    decision: str
    signed: SignedPaper
    size: int
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A signed paper that central did not take, and why."""

    dossier_id: str
    paper: str
    decision: str
    error_code: str


class SignedPapers:
    """The signed papers within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, dossier_id: str, paper: str, decision: str) -> SignedPaper | None:
        """Return a dossier's paper about a decision (its operation's id), ``None`` when it was not signed here."""
        row = self._connection.execute(
            select(SignedPaperRow.__table__).where(*_key(dossier_id, paper, decision))
        ).one_or_none()
        return None if row is None else _signed(row)

    def put(self, dossier_id: str, paper: str, decision: str, signed: SignedPaper, replaces: str | None = None) -> None:
        """Keep a signed paper, which central has not got yet; its file is in the blob store already.

        ``replaces`` is the SHA-256 of what central has and is not that paper.
        """
        values = {
            "sha256": signed.sha256,
            "pages": signed.pages,
            "signer": signed.signer,
            "certificate": signed.certificate,
            "at": signed.at,
            "epoch": None,
            "error_code": None,
            "replaces": replaces,
        }
        key = {"dossier_id": dossier_id, "paper": paper, "decision": decision}
        self._connection.execute(
            insert(SignedPaperRow)
            .values({**key, **values})
            .on_conflict_do_update(index_elements=list(key), set_=values)
        )

    def replace(self, dossier_id: str, paper: str, decision: str, replaces: str) -> bool:
        """Let a signed paper go to central once more, in the place of what is there; ``False`` when it did before."""
        found = self._connection.execute(
            update(SignedPaperRow)
            .where(*_key(dossier_id, paper, decision), SignedPaperRow.replaces.is_distinct_from(replaces))
            .values(replaces=replaces, epoch=None, error_code=None)
        )
        return found.rowcount > 0

    def any(self) -> bool:
        """Whether anything was signed here."""
        return self._connection.scalar(select(SignedPaperRow.sha256).limit(1)) is not None

    def unfiled(self) -> Iterator[Unfiled]:
        """Yield what central has neither taken nor refused in its present epoch, and whose dossier is on this desk."""
        rows = self._connection.execute(
            select(SignedPaperRow.__table__, DossierRow.scope_id, BlobRow.size)
            .join_from(SignedPaperRow, DossierRow, DossierRow.id == SignedPaperRow.dossier_id)
            .join(CursorRow, CursorRow.scope == DossierRow.scope_id)
            .join(BlobRow, BlobRow.sha256 == SignedPaperRow.sha256)
            .where(SignedPaperRow.epoch.is_distinct_from(CursorRow.epoch))
            .order_by(SignedPaperRow.at)
        )
        for row in rows:
            yield Unfiled(
                dossier_id=row.dossier_id,
                scope=row.scope_id,
                paper=row.paper,
                decision=row.decision,
                signed=_signed(row),
                size=row.size,
                replaces=row.replaces,
            )

    def settle(self, unfiled: Unfiled, epoch: str, error_code: str | None = None) -> None:
        """Central has taken it in this epoch, or refused it; nothing happens to one that was signed anew meanwhile."""
        mine = _key(unfiled.dossier_id, unfiled.paper, unfiled.decision)
        self._connection.execute(
            update(SignedPaperRow)
            .where(*mine, SignedPaperRow.sha256 == unfiled.signed.sha256)
            .values(epoch=epoch, error_code=error_code)
        )

    def refused(self) -> tuple[Refused, ...]:
        """Return the papers that central did not take, and that the officer has not been told of, the oldest first."""
        rows = self._connection.execute(
            select(SignedPaperRow.__table__).where(SignedPaperRow.error_code.is_not(None)).order_by(SignedPaperRow.at)
        )
        return tuple(
            Refused(dossier_id=row.dossier_id, paper=row.paper, decision=row.decision, error_code=row.error_code)
            for row in rows
        )

    def told(self, refused: Refused) -> None:
        """The officer knows that central did not take it; it stays, and is not sent again in central's epoch."""
        mine = _key(refused.dossier_id, refused.paper, refused.decision)
        self._connection.execute(update(SignedPaperRow).where(*mine).values(error_code=None))

    def pictures(self) -> set[str]:
        """Return the SHA-256 of every signed paper's file."""
        return {str(sha256) for sha256 in self._connection.scalars(select(SignedPaperRow.sha256))}


def _key(dossier_id: str, paper: str, decision: str) -> tuple[Any, ...]:
    return (
        SignedPaperRow.dossier_id == dossier_id,
        SignedPaperRow.paper == paper,
        SignedPaperRow.decision == decision,
    )


def _signed(row: Row[Any]) -> SignedPaper:
    return SignedPaper(sha256=row.sha256, pages=row.pages, signer=row.signer, certificate=row.certificate, at=row.at)
