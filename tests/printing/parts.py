"""A desk that prints: a sealed store with dossiers in every state, the shipped forms, printers that keep papers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from officer_console import data
from officer_console.central import wire
from officer_console.devices.printers import Order, Printer, PrintError, Printers, Readiness
from officer_console.documents import raster
from officer_console.domain.dossier import Dossier, DossierKind, Judgement, Status
from officer_console.domain.officer import Officer
from officer_console.domain.papers import Paper
from officer_console.domain.reference import Reference
from officer_console.domain.search import Criteria
from officer_console.services.desk_papers import DeskPapers
from officer_console.services.print_choice import PrintChoices
from officer_console.services.print_runs import PrintRuns
from officer_console.services.printing import FormCode, Printing, Signing
from officer_console.services.queue import Queue
from officer_console.services.stationery import Stationery
from officer_console.store.store import Store
from tests import builders

KEY = bytes(range(32))
NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
OFFICER = builders.officer()
EVERY = Criteria()
STATES = (
    (DossierKind.REGISTER, Status.APPROVED),
    (DossierKind.REGISTER, Status.REJECTED),
    (DossierKind.REGISTER, Status.AWAITING_REGISTRY),
    (DossierKind.CHANGE, Status.APPROVED),
    (DossierKind.STOP, Status.APPROVED),
    (DossierKind.REGISTER, Status.PENDING),
)


def clock() -> datetime:
    return NOW


@dataclass
class Moving:
    """A clock that a test puts on."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class FakePrinters:
    """Keeps every paper it is sent; ``fault`` is raised instead, ``after`` so many."""

    there: tuple[Printer, ...] = (
        Printer(name="Tang-1"),
        Printer(name="Tang-2", usual=True),
        Printer(name="Kho", readiness=Readiness.STOPPED),
    )
    sent: list[tuple[bytes, Order]] = field(default_factory=list)
    fault: PrintError | None = None
    after: int = 0

    def all(self) -> tuple[Printer, ...]:
        return self.there

    def send(self, pdf: bytes, order: Order) -> None:
        if self.fault is not None and len(self.sent) >= self.after:
            raise self.fault
        assert raster.page_count(pdf) > 0
        self.sent.append((pdf, order))


def judged(n: int, kind: DossierKind, status: Status) -> Dossier:
    """Return dossier ``n`` in a state, judged where that belongs to it."""
    verdict = "invalid" if status is Status.REJECTED else "valid"
    judgement = Judgement(
        op_id=f"op-{n}",
        verdict=verdict,
        reason_code="identity-unreadable" if verdict == "invalid" else None,
        officer_id=OFFICER.id,
        officer_name=OFFICER.full_name,
        decided_at=NOW,
    )
    made = builders.dossier(n, declared_on=date(2026, 11, 12), kind=kind, status=status)
    return made if status is Status.PENDING else replace(made, judgement=judgement)


@dataclass(kw_only=True)
class Office:
    """Everything that prints, over one store."""

    store: Store
    dossiers: tuple[Dossier, ...]
    printers: FakePrinters
    printing: Printing
    runs: PrintRuns
    lists: DeskPapers
    choices: PrintChoices

    def journal(self) -> list[str]:
        """Return what the journal says, oldest first."""
        with self.store.read() as tx:
            return [entry.what for entry in reversed(tx.journal.latest(500))]

    def of(self, status: Status, kind: DossierKind = DossierKind.REGISTER) -> Dossier:
        """Return the dossier in a state."""
        return next(each for each in self.dossiers if each.status is status and each.kind is kind)


def office(
    folder: Path,
    dossiers: tuple[Dossier, ...] = (),
    *,
    forms: Path | None = None,
    form_code: FormCode = lambda _dossier, _kind: None,
    signing: Signing | None = None,
    title: Callable[[Paper], str] = lambda paper: paper.value,
    printers: Printers | None = None,
    counter: str = "",
    clock: Callable[[], datetime] = clock,
    reference: Reference = builders.REFERENCE,
    officer: Officer = OFFICER,
) -> Office:
    """Return a desk with ``dossiers``, by default one in every state; without ``printers`` papers go to the fake."""
    found = dossiers or tuple(judged(n, *state) for n, state in enumerate(STATES, start=1))
    store = Store.open(folder / "officer" / "store.db", KEY, clock=clock)
    with store.apply() as tx:
        tx.dossiers.put(list(enumerate(found, start=1)))
        tx.reference.put("reasons", "e", wire.encode(reference.reasons))
        tx.reference.put("offices", "e", wire.encode(reference.offices))
    stationery, fake = Stationery(lambda: data.folder("forms"), forms), FakePrinters()
    printing = Printing(store, officer, stationery, printers or fake, clock=clock, form_code=form_code, signing=signing)
    runs = PrintRuns(store, Queue(store, clock=clock), printing, title, clock)
    return Office(
        store=store,
        dossiers=found,
        printers=fake,
        printing=printing,
        runs=runs,
        lists=DeskPapers(store, officer, stationery, runs, clock=clock, desk=counter),
        choices=PrintChoices(folder / "printing.json"),
    )
