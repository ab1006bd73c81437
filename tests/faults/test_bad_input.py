"""The list of bad input: each has its code, its Vietnamese sentence, and takes nothing away."""

from __future__ import annotations

import struct
import zlib
from datetime import date, timedelta
from pathlib import Path

import pytest

from officer_console.central.errors import CentralError
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.domain.search import Criteria
from officer_console.imaging.gate import Gate, GateError, read_file
from officer_console.services.capture import Capture
from officer_console.services.queue import Queue
from officer_console.services.sign_in import SignIn
from officer_console.store.keys import KeySlotError
from officer_console.views import messages
from tests import builders
from tests.central.process import PASSWORD, Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import REFUSE, Fault, Proxy, reply
from tests.faults.telling import DECISIONS, intact, said_of
from tests.faults.workplace import Clock, Workplace, client, draft, never

pytestmark = pytest.mark.xdist_group(__name__)

PAGES = r"GET .*/changes"


def test_a_wrong_password_is_told_and_the_sealed_store_stays_as_it_is(
    central: Central, proxy: Proxy, scope: str, tmp_path: Path
) -> None:
    officer = central.officer(scopes=(scope,))
    service = SignIn(client(proxy.url), tmp_path / "p", device_id="d", clock=Clock())
    service.sign_in(officer.username, PASSWORD).store.close()
    before = {path: path.read_bytes() for path in (tmp_path / "p").rglob("*") if path.is_file()}

    with pytest.raises(CentralError) as online:
        service.sign_in(officer.username, "sai")
    proxy.down = True
    with pytest.raises(KeySlotError) as offline:
        service.sign_in(officer.username, "sai")

    assert (online.value.code, offline.value.code) == ("invalid-credentials", "wrong-password")
    assert "mật khẩu không đúng" in said_of(online.value)
    assert "vẫn được giữ" in said_of(offline.value)
    assert {path: path.read_bytes() for path in (tmp_path / "p").rglob("*") if path.is_file()} == before


def test_a_lock_out_says_until_when(central: Central, proxy: Proxy, scope: str, tmp_path: Path) -> None:
    officer = central.officer(scopes=(scope,))
    service = SignIn(client(proxy.url), tmp_path / "p", device_id="d", clock=Clock())
    for _ in range(5):
        with pytest.raises(CentralError) as caught:
            service.sign_in(officer.username, "sai")

    assert caught.value.code == "locked-out"
    assert any(mark.isdigit() for mark in said_of(caught.value))


def test_no_network_at_the_first_sign_in_is_told(proxy: Proxy, tmp_path: Path) -> None:
    proxy.down = True

    with pytest.raises(RuleError) as caught:
        SignIn(client(proxy.url), tmp_path / "p", device_id="d", clock=Clock()).sign_in("ha.nt", "x")

    assert caught.value.code == "offline-first-sign-in"
    assert "kết nối trung tâm" in said_of(caught.value)


def test_no_network_keeps_what_was_recorded(desk: Workplace, proxy: Proxy, recorded: Decision) -> None:
    proxy.down = True

    with pytest.raises(CentralError) as caught:
        desk.round()

    assert caught.value.code == "unreachable"
    assert "tự gửi khi có mạng" in said_of(caught.value)
    proxy.clear()
    intact(desk, recorded)


def test_a_server_gone_half_way_through_the_list_keeps_what_came(
    central: Central, make_desk: MakeDesk, proxy: Proxy, scope: str
) -> None:
    central.plant(*(builders.dossier(central.fresh(), scope_id=scope) for _ in range(5)))
    desk = make_desk(page=2)
    proxy.spoil(PAGES, Fault(how="cut", after=500), skip=1)

    with pytest.raises(CentralError) as caught:
        desk.round()

    assert caught.value.code == "unreachable"
    assert said_of(caught.value)
    assert desk.count() == 2
    desk.round()
    assert desk.count() == 5


def test_a_server_gone_half_way_through_sending_keeps_the_rest(
    central: Central, desk: Workplace, proxy: Proxy, scope: str, about: Dossier
) -> None:
    second = builders.dossier(central.fresh(), scope_id=scope)
    central.plant(second)
    central.register_person(second)
    desk.round()
    sent, kept = desk.record(about), desk.record(second)
    proxy.spoil(DECISIONS, REFUSE, skip=1)

    with pytest.raises(CentralError) as caught:
        desk.round()

    assert caught.value.code == "unreachable"
    assert desk.item(sent.op_id).state == "accepted"
    intact(desk, kept)
    assert [central.decisions(one) for one in (about, second)] == [1, 1]


MALFORMED = [
    b"",
    b"null",
    b"[]",
    b"{",
    b'{"epoch": 1}',
    b"\x00" * 50,
    b"\xff\xfe{}",
    b'{"epoch":"e","items":[{"id":"x","seq":1,"version":1,"op":"put"}],"next":"c","more":false}',
    b'{"epoch":"e","items":[{"id":"x","seq":"1","version":1,"op":"gone"}],"next":"c","more":false}',
    b'{"epoch":"e","items":[{"id":"x","seq":1,"version":1,"op":"burn"}],"next":"c","more":false}',
    b'{"epoch":"e","items":[],"next":null,"more":false}',
]


@pytest.mark.parametrize("body", MALFORMED)
@pytest.mark.parametrize("where", [PAGES, DECISIONS])
def test_a_malformed_answer_is_told_and_changes_nothing(
    desk: Workplace, proxy: Proxy, recorded: Decision, body: bytes, where: str
) -> None:
    if where == PAGES:
        with desk.store.write() as tx:
            tx.outbox.later(recorded.op_id, desk.clock() + timedelta(seconds=60), "unreachable")
    count, cursor = desk.count(), desk.cursor()
    proxy.spoil(where, reply(200, body))

    with pytest.raises(CentralError) as caught:
        desk.engine.pull(never) if where == PAGES else desk.engine.push(never)

    assert caught.value.code == "protocol"
    assert "không đúng định dạng" in said_of(caught.value)
    assert (desk.count(), desk.cursor()) == (count, cursor)
    intact(desk, recorded)


def bomb() -> bytes:
    """Return a PNG of 48 bytes that announces four gigabytes of picture."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0xFFFFFFF0) + b"IDAT" + bytes(7)


@pytest.mark.parametrize("data", [b"MZ\x90\x00 a program", "Không phải ảnh".encode(), bomb()])
def test_a_picture_that_is_none_is_told_and_the_old_one_stays(
    desk: Workplace, gate: Gate, about: Dossier, recorded: Decision, tmp_path: Path, data: bytes
) -> None:
    capture = Capture(desk.store, desk.officer, gate, clock=desk.clock, new_id=lambda: "shot")
    file = tmp_path / "anh.png"
    file.write_bytes(data)

    with pytest.raises(GateError) as caught:
        capture.take(read_file(file))

    assert caught.value.code in {"not-an-image", "truncated"}
    assert "Hồ sơ không thay đổi" in said_of(caught.value)
    assert desk.stored(about).attachments == about.attachments
    assert not (desk.folder / "blobs").exists()
    intact(desk, recorded)


def test_the_bomb_is_48_bytes_long() -> None:
    assert len(bomb()) == 48


def test_a_code_of_nine_digits_is_told_with_what_is_asked_for(desk: Workplace, about: Dossier) -> None:
    desk.round()
    queue = Queue(desk.store, clock=desk.clock)

    for search in (queue.page, queue.count, queue.anchors):
        with pytest.raises(RuleError) as caught:
            search(Criteria(social_code="123456789"))

    assert (caught.value.code, caught.value.field, caught.value.data) == (
        "social-code-length",
        "social_code",
        {"length": 9},
    )
    assert "10 hoặc 12 chữ số" in said_of(caught.value)
    assert "đang có 9" in messages.field_sentence(caught.value)
    assert [row.id for row in queue.page(Criteria(social_code=about.declaration.social_code)).rows] == [about.id]


def test_a_span_of_dates_that_ends_before_it_begins_is_told(desk: Workplace) -> None:
    queue = Queue(desk.store, clock=desk.clock)

    with pytest.raises(RuleError) as caught:
        queue.page(Criteria(declared_from=date(2026, 3, 2), declared_to=date(2026, 3, 1)))

    assert (caught.value.code, caught.value.field) == ("dates-reversed", "declared_from")
    assert "Từ ngày" in said_of(caught.value)
    assert queue.page(Criteria(declared_from=date(2026, 3, 1), declared_to=date(2026, 3, 1))).rows == ()


@pytest.mark.parametrize(
    "spoilt",
    [{"verdict": None}, {"note": "x" * 501}, {"marks_confirmed": True}, {"base_version": 7}],
)
def test_what_the_officer_must_mend_has_its_sentence(
    desk: Workplace, about: Dossier, spoilt: dict[str, object]
) -> None:
    desk.round()

    with pytest.raises(RuleError) as caught:
        desk.deciding.record(draft(about, **spoilt))

    assert said_of(caught.value)
