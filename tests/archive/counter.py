"""A counter where notices are signed and printed: a desk without windows, an officer's key, printers that keep all."""

from __future__ import annotations

from pathlib import Path

from officer_console import data
from officer_console.documents import fonts
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.papers import Paper
from officer_console.imaging.gate import Gate
from officer_console.services.made_paper import Made
from officer_console.services.notice_archive import NoticeArchive
from officer_console.services.notice_refusals import NoticeRefusals
from officer_console.services.notice_signing import NoticeSigning
from officer_console.services.printing import Printing
from officer_console.services.sign_documents import Choice, Secret, SignDocuments
from officer_console.services.stationery import Stationery
from officer_console.signing.host import SigningHost
from officer_console.sync.online import Online
from officer_console.views.signing_sentences import mark_lines
from officer_console.views.signing_words import reason
from tests import builders
from tests.central.process import Central
from tests.faults.workplace import Workplace
from tests.printing.parts import FakePrinters
from tests.printing.test_printing import order

PASSWORD = "Mật khẩu"


class Counter:
    """Everything one officer signs and prints notices with; ``key`` is the PKCS#12 file of his key."""

    def __init__(self, desk: Workplace, host: SigningHost, key: Path, gate: Gate) -> None:
        self.desk = desk
        self.key = key
        self.gate = gate
        self.scope = desk.officer.scopes[0]
        self.woken = 0
        self.signing = SignDocuments(host, desk.folder / "signing.json", clock=desk.clock)
        self.open()

    def open(self) -> None:
        """Build what stands on the desk's store, again after that was closed."""
        desk, self.printers = self.desk, FakePrinters()
        online = Online(desk.store, desk.client, desk.changes.append)
        self.printing = Printing(
            desk.store,
            desk.officer,
            Stationery(lambda: data.folder("forms"), None),
            self.printers,
            clock=desk.clock,
            signing=self.signing.settings,
            archive=NoticeArchive(desk.store, online.notice, self.gate.pages, self.signing.signer_of, wake=self._wake),
        )
        self.refusals = NoticeRefusals(desk.store, desk.officer, clock=desk.clock)
        self.notices = NoticeSigning(self.printing, fonts.load, mark_lines, reason)

    def _wake(self) -> None:
        self.woken += 1

    def planted(self, central: Central) -> Dossier:
        """Return a dossier of the office that is to be judged."""
        n = central.fresh()
        about = builders.dossier(n, scope_id=self.scope, number=f"{1_000_000 + n}/{self.scope}")
        central.plant(about)
        return about

    def judged(self, central: Central, about: Dossier | None = None) -> Dossier:
        """Return a dossier of the office that this officer has refused, as central and this desk have it."""
        about = about or self.planted(central)
        self.desk.round()
        self.desk.record(about, verdict=Verdict.INVALID)
        self.desk.round()
        found = self.desk.stored(about)
        assert found is not None
        assert found.judgement is not None
        return found

    def make(self, about: Dossier) -> Made:
        return self.printing.make(Paper.REFUSED, about.id)

    def sign(self, about: Dossier, number: str = "12") -> bytes:
        """Sign the notice of a dossier; return the file."""
        unsigned = self.make(about)
        if not unsigned.number_fixed:
            self.printing.assign(unsigned, number)
        batch, keep = self.notices.one(self.make(about))
        with self.signing.open(Choice(file=str(self.key)), None, Secret(PASSWORD)) as signer:
            list(self.signing.sign(batch, signer, keep))
        made = self.make(about)
        assert made.signed is not None
        return made.pdf

    def printed(self, about: Dossier) -> bytes:
        """Print the notice; return what the printer got."""
        self.printing.print(self.make(about), order())
        return self.printers.sent[-1][0]

    def refused(self) -> list[tuple[str, str | None]]:
        """Return which notices central did not take, by the dossier's id, and who was ahead."""
        return [(each.dossier_id, each.by) for each in self.refusals.open()]

    def unfiled(self) -> int:
        """Return how many notices wait for central."""
        with self.desk.store.read() as tx:
            return len(list(tx.signed.unfiled()))

    def journal(self) -> list[str]:
        """Return what the journal says of notices, oldest first."""
        with self.desk.store.read() as tx:
            said = [entry.what for entry in reversed(tx.journal.latest(500))]
        return [what for what in said if what.startswith("notice-")]


def decision_of(about: Dossier) -> str:
    assert about.judgement is not None
    return about.judgement.op_id


def at_central(central: Central, about: Dossier) -> Dossier:
    return central.stored(about)[1]


def file_at_central(central: Central, about: Dossier) -> bytes | None:
    """Return the file of the dossier's only notice as central keeps it; ``None`` without one."""
    notices = at_central(central, about).notices
    if not notices:
        return None
    (notice,) = notices
    return central.blobs.get(notice.sha256)
