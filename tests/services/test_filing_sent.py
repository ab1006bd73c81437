"""Signed sheets on their way to central: with network and without, to dossiers that were decided, moved, restored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import update

from central_server import moves, schema
from central_server.moves import Order
from central_server.times import utc_now
from officer_console.central.errors import CentralError
from officer_console.codes.forms import Standing
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.form import FormKind, form_version, signed_form
from officer_console.domain.officer import Officer, Role
from officer_console.imaging.gate import Gate
from officer_console.services.capture import Capture
from officer_console.services.filing import Filing
from officer_console.services.form_codes import FormCodes
from officer_console.services.lookup import Lookup
from officer_console.services.stacks import Pile
from tests import builders
from tests.central.process import Central
from tests.faults.proxy import LOSE_ANSWER, Proxy, reply
from tests.faults.workplace import Workplace
from tests.services.signed_sheets import page, stack
from tests.sync.restoring import SCOPE, Drill

pytestmark = pytest.mark.xdist_group(__name__)
REFUSED = "signed sheet refused .* code="


class Office:
    """A desk of an office, by whose number its dossiers go, and what its officer files signed sheets with."""

    def __init__(self, desk: Workplace, gate: Gate) -> None:
        self.desk = desk
        self.scope = desk.officer.scopes[0]
        self.officer: Officer = desk.officer
        self.gate = gate
        self.open()

    def open(self) -> None:
        """Build what stands on the desk's store, again after that was closed."""
        store, clock, ids = self.desk.store, self.desk.clock, count(1)
        shots = Capture(store, self.officer, self.gate, clock=clock, new_id=lambda: f"shot-{next(ids)}")
        self.codes = FormCodes(store, self.officer)
        lookup = Lookup(store, clock=clock, ring=self.codes.ring)
        self.filing = Filing(store, self.officer, shots, self.gate, self.codes, lookup, clock=clock, wake=lambda: None)

    def printed(self, about: Dossier) -> bytes:
        """Print a form of a dossier, have it signed and put it into the feeder."""
        text = self.codes.form_code(about, FormKind.DECLARATION)
        assert text is not None
        return stack(page(1, text))

    def scanned(self, sheet: bytes) -> Pile:
        """Scan a stack with sheets of one dossier."""
        split = self.filing.split(self.filing.take(sheet, []))
        assert split.unclear == ()
        (pile,) = split.piles
        return pile

    def file(self, sheet: bytes) -> None:
        self.filing.file(self.scanned(sheet))

    def waiting(self) -> list[tuple[str, str | None]]:
        return [(sheet.state, sheet.error_code) for sheet in self.filing.waiting()]


def opened(central: Central, folder: Path, scope: str, gate: Gate, url: str) -> Office:
    """Return the desk of a new officer of an office."""
    return Office(Workplace(central, folder, central.officer(scopes=(scope,)), url), gate)


@pytest.fixture
def office(central: Central, proxy: Proxy, tmp_path: Path, gate: Gate) -> Iterator[Office]:
    made = opened(central, tmp_path / "one", f"{90000 + central.fresh()}", gate, proxy.url)
    yield made
    made.desk.close()


def planted_in(central: Central, scope: str, **fields: object) -> Dossier:
    n = central.fresh()
    about = builders.dossier(n, scope_id=scope, number=f"{1_000_000 + n}/{scope}", **fields)
    central.plant(about)
    return about


def at_central(central: Central, about: Dossier) -> Dossier:
    return central.stored(about)[1]


def test_the_keys_come_with_the_first_round_and_are_asked_for_twice_a_day(office: Office, proxy: Proxy) -> None:
    about = planted_in(office.desk.central, office.scope)
    assert office.codes.form_code(about, FormKind.DECLARATION) is None
    office.desk.round()
    made = office.codes.form_code(about, FormKind.DECLARATION)
    assert made is not None
    asked = proxy.count("form-keys")
    office.desk.round()
    assert proxy.count("form-keys") == asked == 1
    office.desk.clock.forward(13 * 3600)
    office.desk.round()
    assert proxy.count("form-keys") == 2
    assert office.codes.form_code(about, FormKind.DECLARATION) == made


@pytest.mark.parametrize("status", [Status.PENDING, Status.APPROVED, Status.EXPIRED])
def test_a_sheet_filed_without_network_goes_out_with_the_next_round(
    office: Office, proxy: Proxy, status: Status
) -> None:
    about = planted_in(office.desk.central, office.scope, status=status)
    office.desk.round()
    sheet = office.printed(about)
    proxy.down = True
    office.file(sheet)
    with pytest.raises(CentralError, match="unreachable"):
        office.desk.round()
    assert office.waiting() == [("waiting", None)]
    assert signed_form(at_central(office.desk.central, about)) is None
    proxy.down = False
    office.desk.round()
    assert office.waiting() == []
    filed = at_central(office.desk.central, about)
    assert signed_form(filed) is not None
    assert (filed.status, filed.version) == (about.status, about.version)
    office.desk.round()
    assert office.desk.stored(about) == filed


def test_a_sheet_waits_for_a_dossier_that_comes_later(office: Office) -> None:
    central = office.desk.central
    planted_in(central, office.scope)
    office.desk.round()
    n = central.fresh()
    later = builders.dossier(n, scope_id=office.scope, number=f"{1_000_000 + n}/{office.scope}")
    office.file(office.printed(later))
    office.desk.round()
    assert office.waiting() == [("waiting", None)]
    central.plant(later)
    office.desk.round()
    assert office.waiting() == []
    assert signed_form(at_central(central, later)) is not None


def test_a_sheet_printed_in_the_old_office_is_read_and_filed_in_the_new_one(
    office: Office, proxy: Proxy, tmp_path: Path, gate: Gate
) -> None:
    central = office.desk.central
    about = planted_in(central, office.scope)
    office.desk.round()
    sheet = office.printed(about)
    new = opened(central, tmp_path / "two", f"{90000 + central.fresh()}", gate, proxy.url)
    planted_in(central, new.scope)
    order = Order(dossier_id=about.id, here=office.scope, there=new.scope, who="quan.tri", reason="Sai cơ quan")
    moves.move(central.database, order, utc_now())
    new.desk.round()
    pile = new.scanned(sheet)
    assert (pile.standing, pile.meaning.dossier_id) == (Standing.GENUINE, about.id)
    new.filing.file(pile)
    new.desk.round()
    assert signed_form(at_central(central, replace(about, scope_id=new.scope))) is not None
    new.desk.close()


def test_a_sheet_that_waited_while_its_dossier_left_stays_with_the_officer(office: Office) -> None:
    central = office.desk.central
    about, there = planted_in(central, office.scope), f"{90000 + central.fresh()}"
    planted_in(central, there)
    office.desk.round()
    office.file(office.printed(about))
    order = Order(dossier_id=about.id, here=office.scope, there=there, who="quan.tri", reason="Sai cơ quan")
    moves.move(central.database, order, utc_now())
    office.desk.round()
    (kept,) = office.filing.waiting()
    assert (kept.state, kept.number, kept.scope) == ("waiting", about.number, None)
    order = Order(dossier_id=about.id, here=there, there=office.scope, who="quan.tri", reason="Trả lại")
    moves.move(central.database, order, utc_now())
    office.desk.round()
    assert office.waiting() == []
    assert signed_form(at_central(central, about)) == kept.form.sha256


def test_a_sheet_that_somebody_else_filed_meanwhile_is_not_overwritten_until_the_officer_says_so(
    office: Office, tmp_path: Path, gate: Gate, expect_log: Callable[[str], None]
) -> None:
    expect_log(REFUSED + "other-signed-form")
    central = office.desk.central
    about = planted_in(central, office.scope)
    colleague = opened(central, tmp_path / "colleague", office.scope, gate, central.url)
    for desk in (office, colleague):
        desk.desk.round()
    sheet = office.printed(about)
    office.file(sheet)
    other = colleague.codes.form_code(about, FormKind.DECLARATION)
    assert other is not None
    colleague.file(stack(page(7, other)))
    colleague.desk.round()
    theirs = signed_form(at_central(central, about))
    office.desk.round()
    assert office.waiting() == [("attention", "other-signed-form")]
    assert signed_form(at_central(central, about)) == theirs
    (refused,) = office.filing.waiting()
    office.desk.round()
    office.filing.again(refused.n)
    office.desk.round()
    assert office.waiting() == []
    assert signed_form(at_central(central, about)) == refused.form.sha256
    colleague.desk.close()


def test_a_sheet_whose_answer_was_lost_is_there_once(office: Office, proxy: Proxy) -> None:
    central = office.desk.central
    about = planted_in(central, office.scope)
    office.desk.round()
    office.file(office.printed(about))
    proxy.spoil(r"PUT .*/signed-form", LOSE_ANSWER, times=3)
    with pytest.raises(CentralError):
        office.desk.round()
    first = at_central(central, about)
    assert signed_form(first) is not None
    proxy.clear()
    office.desk.round()
    assert office.waiting() == []
    assert at_central(central, about) == first


def test_an_office_that_is_taken_away_takes_its_keys_along(office: Office) -> None:
    central = office.desk.central
    about = planted_in(central, office.scope)
    office.desk.round()
    with central.database.write() as connection:
        mine = schema.officer.c.id == office.officer.id
        connection.execute(update(schema.officer).where(mine).values(scopes=[]))
    office.desk.clock.forward(13 * 3600)
    with pytest.raises(CentralError, match="scope-revoked"):
        office.desk.round()
    assert office.codes.form_code(about, FormKind.DECLARATION) is None


def test_an_older_central_has_no_keys_and_nothing_else_stops(office: Office, proxy: Proxy) -> None:
    about = planted_in(office.desk.central, office.scope)
    proxy.spoil("form-keys", reply(404, {"type": "urn:hgd:problem:not-found", "title": "x", "status": 404}))
    office.desk.round()
    assert office.codes.form_code(about, FormKind.DECLARATION) is None
    office.desk.round()
    assert office.codes.form_code(about, FormKind.DECLARATION) is not None


def test_what_was_filed_after_the_backup_is_filed_again_when_central_was_put_back(
    planted: Path, tmp_path: Path, gate: Gate, expect_log: Callable[[str], None]
) -> None:
    drill = Drill(planted, tmp_path)
    about = builders.dossier(7001, scope_id=SCOPE, number=f"1007001/{SCOPE}")
    drill.central.plant(about)
    office = opened(drill.central, tmp_path / "desk", SCOPE, gate, drill.proxy.url)
    drill.back_up()
    office.desk.round()
    printed = office.codes.form_code(about, FormKind.DECLARATION)
    office.file(office.printed(about))
    office.desk.round()
    assert office.waiting() == []
    filed = signed_form(at_central(drill.central, about))
    drill.restore(office.desk)
    expect_log(f"feed of scope {SCOPE} starts over: epoch-changed")
    office.open()
    assert signed_form(at_central(drill.central, about)) is None
    office.desk.round()
    assert signed_form(at_central(drill.central, about)) == filed is not None
    office.desk.clock.forward(13 * 3600)
    office.desk.round()
    assert office.codes.form_code(about, FormKind.DECLARATION) == printed
    office.desk.close()
    drill.close()


def test_decisions_lost_leases_and_moves_make_no_sheet_old(office: Office) -> None:
    central = office.desk.central
    about = planted_in(central, office.scope)
    central.register_person(about, "Người Khác")
    one, two = (central.desk(scopes=(office.scope,), role=Role.SUPERVISOR) for _ in range(2))
    assert one.take(about).status_code == 200
    assert two.take(about, break_other=True).status_code == 200
    now = at_central(central, about)
    assert two.decide(builders.decision(now)).status_code == 201
    now = at_central(central, about)
    assert now.status is Status.AWAITING_REGISTRY
    central.register_person(about)
    assert two.decide(builders.decision(now, verdict=Verdict.INVALID)).status_code == 201
    now = at_central(central, about)
    assert (now.version, form_version(now)) == (about.version + 3, about.version)
