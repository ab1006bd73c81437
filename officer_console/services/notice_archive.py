"""Signed notices wherever they were signed: what is looked at and printed is the very file, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from officer_console.central.errors import SIGN_IN_NEEDED, UNREACHABLE, CentralError
from officer_console.domain.dossier import Dossier
from officer_console.domain.notice import Notice, notice_about, subject
from officer_console.domain.papers import FORM_KINDS, NOTICES, Paper, fitting
from officer_console.imaging.gate import GateError
from officer_console.services.sign_documents import Proof, SigningError, Trouble
from officer_console.services.stationery import PaperError
from officer_console.store.signed import SignedPaper
from officer_console.store.store import Store

# Lets a file pass or raises what is wrong with it.
Check = Callable[[bytes], None]
# Returns a file of a dossier, from central when ``Check`` lets it pass: scope, dossier's id, SHA-256; may raise
# CentralError.
Fetch = Callable[[str, str, str, Check], bytes]
# Returns how many pages a foreign file has, found out in a child process; may raise GateError.
Count = Callable[[bytes], int]
# Returns whose signature a foreign file bears, since when and about what; may raise SigningError.
SignerOf = Callable[[bytes], Proof]
# The time in a signature has whole seconds.
_EXACT = timedelta(seconds=1)
# What SigningError says of the file rather than of this machine.
_OF_THE_FILE = frozenset(
    {
        Trouble.DOCUMENT,
        Trouble.AUTHORITY,
        Trouble.OTHER_PURPOSE,
        Trouble.NAMELESS,
        Trouble.KEY_TOO_SHORT,
        Trouble.UNTRUSTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A signed notice; ``pdf`` is ``None`` when it has to be signed anew: it was signed here, is nowhere else, and the
    file is lost, or what central has is not that notice.

    ``archived``: central has it. ``ahead`` is who brought it there before the one that was signed here; that one is not
    used. ``false`` is what central has instead, and is not that notice.
    """

    signed: SignedPaper
    pdf: bytes | None
    archived: bool
    ahead: str | None = None
    false: Notice | None = None


class _FalseError(Exception):
    """What central has is not the notice that it is said to be."""


class NoticeArchive:
    """The signed notices of this desk and, through central, of the others."""

    def __init__(
        self,
        store: Store,
        fetch: Fetch,
        count: Count,
        signer_of: SignerOf,
        *,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """``wake`` is to be called when something was signed: the next round begins soon."""
        self.wake = wake
        self._store = store
        self._fetch = fetch
        self._count = count
        self._signer_of = signer_of
        # What was found out about files, by their SHA-256: pages and signature.
        self._known: dict[str, tuple[int, Proof]] = {}

    def find(self, dossier: Dossier, paper: Paper, own: SignedPaper | None) -> Kept | None:
        """Return the signed notice about the dossier's decision, central's before ``own``; ``None``: there is none.

        Raises:
            PaperError: it was signed elsewhere and ``notice-away``: cannot be fetched just now; ``notice-lost``:
                central has lost it. Nothing unsigned takes its place.
            SigningError: nobody knows just now whose signature it bears.
        """
        if paper not in fitting(dossier.kind, dossier.status):
            return None
        there = archived(dossier, paper)
        if there is None or (own is not None and own.sha256 == there.sha256):
            if own is None:
                return None
            pdf = self._store.blobs.get(own.sha256)
            if pdf is not None or there is None:
                return Kept(signed=own, pdf=pdf, archived=there is not None)
        try:
            pdf = self._file(dossier, there)
        except _FalseError:
            return self._instead(dossier, paper, there, own)
        if own is not None and own.sha256 == there.sha256:
            return Kept(signed=own, pdf=pdf, archived=True)
        ahead = (there.brought_by or "") if own is not None else None
        return Kept(signed=_signed(there), pdf=pdf, archived=True, ahead=ahead)

    def _instead(self, dossier: Dossier, paper: Paper, there: Notice, own: SignedPaper | None) -> Kept:
        """Return what was signed here in the place of a false notice, and let it take that one's place at central."""
        pdf = self._store.blobs.get(own.sha256) if own is not None else None
        if own is not None and pdf is not None:
            with self._store.write() as tx:
                again = tx.signed.replace(dossier.id, paper.value, there.decision, there.sha256)
            if again:
                self.wake()
        return Kept(signed=own or _signed(there), pdf=pdf, archived=False, false=there)

    def _file(self, dossier: Dossier, notice: Notice) -> bytes:
        by = notice.brought_by or ""
        try:
            check = partial(self._check, dossier, notice)
            return self._fetch(dossier.scope_id, dossier.id, notice.sha256, check)
        except CentralError as error:
            away = error.passing or error.code == SIGN_IN_NEEDED
            raise PaperError("notice-away" if away else "notice-lost", by=by) from None
        except GateError as error:
            if error.code == "gate-timeout":
                raise PaperError("notice-away", by=by) from None
            raise _FalseError from None

    def _check(self, dossier: Dossier, notice: Notice, pdf: bytes) -> None:
        """Let pass what is signed as the notice that it is said to be: this dossier's, about this decision.

        The first look at a file is in a child process, once while the program runs; what is told of it is compared
        each time.
        """
        pages, proof = self._known.get(notice.sha256) or self._looked_at(pdf, notice)
        signer = proof.certificate
        told = subject(dossier.id, notice.form_kind, notice.decision, notice.number, notice.year)
        same = (pages, signer.number, signer.subject) == (notice.pages, notice.certificate, notice.signer)
        if not same or proof.about != told or abs(proof.at - notice.signed_at) >= _EXACT:
            raise _FalseError

    def _looked_at(self, pdf: bytes, notice: Notice) -> tuple[int, Proof]:
        try:
            known = self._count(pdf), self._signer_of(pdf)
        except SigningError as error:
            if error.trouble in _OF_THE_FILE:
                raise _FalseError from None
            raise
        self._known[notice.sha256] = known
        return known


def _signed(notice: Notice) -> SignedPaper:
    return SignedPaper(
        sha256=notice.sha256,
        pages=notice.pages,
        signer=notice.signer,
        certificate=notice.certificate,
        at=notice.signed_at,
    )


def archived(dossier: Dossier, paper: Paper) -> Notice | None:
    """Return the notice that central's archive has of the decision the dossier stands by."""
    if paper not in NOTICES or dossier.judgement is None:
        return None
    return notice_about(dossier.notices, FORM_KINDS[paper], dossier.judgement.op_id)


def alone(store: Store) -> NoticeArchive:
    """Return the archive of a desk without central: what others have signed cannot be had."""

    def fetch(_scope: str, _dossier_id: str, _sha256: str, _check: Check) -> bytes:
        raise CentralError(UNREACHABLE)

    def signer_of(_pdf: bytes) -> Proof:
        raise SigningError(Trouble.CLOSED)

    return NoticeArchive(store, fetch, len, signer_of)
