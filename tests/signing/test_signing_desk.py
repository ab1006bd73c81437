"""*Ký số…* pressed by an officer: a token or a key file, a real store, and what he is told when it does not go."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.papers import Paper
from officer_console.services.sign_documents import Settings
from officer_console.signing.settings import Module, TimeStampServer
from officer_console.views import words
from tests.printing.parts import EVERY, judged
from tests.signing import soft_token
from tests.signing.authority import DAY, NOW, OFFICER, Authority, key_file, rsa_key
from tests.signing.reading import pdfsig, verdicts
from tests.signing.signing_room import CTRL, MODULE, PASSWORD, Room, Rooms, rooms
from tests.signing.soft_token import PIN, SoftToken
from tests.signing.stamp_server import serve, stamper
from tests.signing.test_notices import but_numbers
from tests.signing.test_trust import short

pytestmark = pytest.mark.timeout(180)
__all__ = ["rooms"]
needs_token = pytest.mark.skipif(shutil.which("softhsm2-util") is None, reason="no token made of software here")


@pytest.fixture
def by_file(rooms: Rooms, officer_file: Path) -> Room:
    return rooms(Settings(key_files=True), last=officer_file)


def stack(room: Room, paper: Paper = Paper.ACCEPTED) -> None:
    """Open *In hàng loạt* for a paper and wait until it is known how its notices stand."""
    dialog = room.run_dialog
    room.run.open(EVERY)
    dialog.begin()
    room.qtbot.waitUntil(lambda: dialog.sign.isVisible() and dialog.start.isEnabled())
    dialog.paper.setCurrentIndex(dialog.paper.findData(paper.value))
    dialog.paper.activated.emit(dialog.paper.currentIndex())
    room.qtbot.waitUntil(dialog.sign.isEnabled)


@needs_token
def test_a_notice_is_signed_with_a_token_printed_and_printed_again(
    rooms: Rooms, token: SoftToken, authority: Authority, tmp_path: Path
) -> None:
    room = rooms(Settings(modules=(Module(name=MODULE, path=token.module),)), token=token)
    dossier = room.open()
    unsigned, picture = room.pdf, room.dialog.canvas.picture
    assert room.said("printSigned") == "Chưa ký số."
    room.key(Qt.Key.Key_K, CTRL)
    dialog = room.asked()
    certificates = dialog.certificate.box
    certificates.setCurrentIndex(certificates.findText("RSA · ", Qt.MatchFlag.MatchStartsWith))
    certificates.activated.emit(certificates.currentIndex())
    room.enter(PIN)
    room.qtbot.waitUntil(lambda: room.signing.dialog is None)
    room.ready()
    signed = room.pdf
    assert signed.startswith(unsigned)
    assert room.dialog.canvas.picture is not picture
    assert room.said("printSigned") == f"✓ Đã ký số: RSA, {words.moment_text(NOW)}. Sẽ tự gửi về trung tâm."
    assert not room.dialog.sign_button.isVisible()
    room.dialog.print_button.click()
    room.ready()
    room.dialog.close()
    room.open()
    room.dialog.print_button.click()
    room.ready()
    assert [pdf for pdf, _ in room.office.printers.sent] == [signed, signed]
    assert pdfsig(signed, tmp_path) == ["Signature is Valid."]
    assert verdicts(signed, authority.root)[0].trusted
    kinds = [what.rsplit(":", 1)[0] for what in but_numbers(room.office)]
    assert kinds == ["signed:notice_accepted", "printed:notice_accepted", "reprinted:notice_accepted"]
    assert dossier.status is Status.APPROVED


def test_a_refusal_is_signed_with_a_key_file_that_was_used_before(by_file: Room, tmp_path: Path) -> None:
    by_file.open(Status.REJECTED)
    by_file.dialog.sign_button.click()
    dialog = by_file.asked()
    assert dialog.pin.line.hasFocus() or not dialog.isActiveWindow()
    by_file.enter(PASSWORD)
    by_file.qtbot.waitUntil(lambda: by_file.signing.dialog is None)
    by_file.ready()
    assert pdfsig(by_file.pdf, tmp_path) == ["Signature is Valid."]
    assert by_file.said("printSigned").startswith(f"✓ Đã ký số: {OFFICER}, ")


def test_where_nothing_is_set_up_there_is_no_button_and_its_key_does_nothing(rooms: Rooms) -> None:
    room = rooms(Settings())
    room.open()
    assert not room.dialog.sign_button.isVisible()
    assert room.said("printSigned") == ""
    assert room.dialog.print_button.isEnabled()
    room.key(Qt.Key.Key_K, CTRL)
    assert room.signing.dialog is None


def test_papers_that_are_no_notices_are_not_signed(by_file: Room) -> None:
    by_file.open()
    by_file.printing.choose(Paper.RECEIPT)
    by_file.ready()
    assert not by_file.dialog.sign_button.isVisible()


def test_a_notice_that_has_to_be_signed_can_be_neither_printed_nor_saved_before(
    rooms: Rooms, officer_file: Path
) -> None:
    room = rooms(Settings(key_files=True, required=True), last=officer_file)
    room.open()
    assert room.said("printSigned") == "▲ Đơn vị yêu cầu ký số: ký rồi mới in hoặc lưu được."
    assert not room.dialog.print_button.isEnabled()
    assert not room.dialog.save_button.isEnabled()
    room.key(Qt.Key.Key_P, CTRL)
    room.key(Qt.Key.Key_K, CTRL)
    room.enter(PASSWORD)
    room.qtbot.waitUntil(lambda: room.signing.dialog is None)
    room.ready()
    assert room.office.printers.sent == []
    assert room.dialog.print_button.isEnabled()
    assert room.dialog.save_button.isEnabled()


def test_where_signing_is_required_and_nothing_is_set_up_the_dialog_says_so(rooms: Rooms) -> None:
    room = rooms(Settings(required=True))
    room.open()
    room.dialog.sign_button.click()
    assert room.asked().banner.title == "Máy này chưa được cài đặt ký số"
    assert not room.asked().sign.isEnabled()


def test_a_wrong_pin_is_told_and_the_right_one_signs_after_it(by_file: Room) -> None:
    by_file.open()
    before = by_file.pdf
    by_file.dialog.sign_button.click()
    by_file.enter("sai")
    dialog = by_file.asked()
    assert dialog.banner.title == "Mật khẩu của tệp chứng thư không đúng"
    assert dialog.pin.text == ""
    dialog.reject()
    assert (by_file.pdf, but_numbers(by_file.office)) == (before, [])
    by_file.dialog.sign_button.click()
    by_file.enter(PASSWORD)
    by_file.qtbot.waitUntil(lambda: by_file.signing.dialog is None)


@needs_token
def test_every_wrong_pin_of_a_token_is_told_before_it_locks(rooms: Rooms, authority: Authority, tmp_path: Path) -> None:
    token = soft_token.make(tmp_path / "own", ((authority.certificate(rsa_key(1), name="RSA"), rsa_key(1)),))
    room = rooms(Settings(modules=(Module(name=MODULE, path=token.module),)), token=token)
    room.open()
    room.dialog.sign_button.click()
    room.enter("000000")
    assert room.asked().banner.title in ("Mã PIN không đúng", "Mã PIN không đúng, chỉ còn một lần nhập")
    room.enter(PIN)
    room.qtbot.waitUntil(lambda: room.signing.dialog is None)


@needs_token
def test_a_token_that_is_pulled_out_is_told_and_the_notice_stays(
    rooms: Rooms, token: SoftToken, tmp_path: Path
) -> None:
    away = token.copied(tmp_path / "away")
    room = rooms(Settings(modules=(Module(name=MODULE, path=away.module),)), token=away)
    room.open()
    before = room.pdf
    room.dialog.sign_button.click()
    dialog = room.asked()
    certificates = dialog.certificate.box
    certificates.setCurrentIndex(certificates.findText("RSA · ", Qt.MatchFlag.MatchStartsWith))
    certificates.activated.emit(certificates.currentIndex())
    away.remove()
    room.enter(PIN)
    assert room.asked().banner.title in ("Chưa thấy USB ký số", "USB ký số bị rút ra khi đang ký")
    room.asked().reject()
    room.ready()
    assert room.pdf == before
    assert room.dialog.print_button.isEnabled()


@needs_token
def test_a_certificate_the_rules_refuse_is_marked_in_the_list_and_takes_no_pin(
    rooms: Rooms, authority: Authority, tmp_path: Path
) -> None:
    weak, key = short(1024), rsa_key(1)
    stranger = Authority("Another Root", 5)
    token = soft_token.make(
        tmp_path / "own",
        ((authority.certificate(weak, name="A"), weak), (stranger.certificate(key, name="B"), key)),
    )
    room = rooms(Settings(modules=(Module(name=MODULE, path=token.module),), roots=authority.pem), token=token)
    room.open()
    room.dialog.sign_button.click()
    dialog = room.asked()
    box = dialog.certificate.box
    told = {box.itemText(row): row for row in range(1, box.count())}
    assert sorted(told) == ["A · khóa quá ngắn", "B · không thuộc tổ chức cấp được tin cậy"]
    assert box.currentIndex() == 0
    for text, title in (
        ("A · khóa quá ngắn", "Khóa của chứng thư số này quá ngắn, không đủ an toàn để ký"),
        ("B · không thuộc tổ chức cấp được tin cậy", "Chứng thư số này không do tổ chức mà đơn vị tin cậy cấp"),
    ):
        box.setCurrentIndex(told[text])
        box.activated.emit(told[text])
        assert dialog.banner.title == title
        assert not dialog.pin.line.isEnabled()


def test_an_expired_certificate_signs_nothing(rooms: Rooms, authority: Authority, tmp_path: Path) -> None:
    old = authority.certificate(rsa_key(1), start=NOW - 9 * DAY, end=NOW - DAY)
    (tmp_path / "old.p12").write_bytes(key_file(rsa_key(1), old, PASSWORD))
    room = rooms(Settings(key_files=True), last=tmp_path / "old.p12")
    room.open()
    room.dialog.sign_button.click()
    room.enter(PASSWORD)
    assert room.asked().banner.title == "Chứng thư số đã hết hạn"
    assert but_numbers(room.office) == []


def test_a_time_stamp_server_that_is_away_is_told_and_nothing_is_signed(
    rooms: Rooms, officer_file: Path, authority: Authority
) -> None:
    away = TimeStampServer(url="http://127.0.0.1:9/tsa", roots=authority.pem)
    room = rooms(Settings(key_files=True, timestamp=away), last=officer_file)
    room.open()
    room.dialog.sign_button.click()
    room.enter(PASSWORD)
    assert room.asked().banner.title == "Không kết nối được máy chủ dấu thời gian"
    assert but_numbers(room.office) == []


def test_a_machine_whose_clock_is_wrong_is_told_and_no_notice_is_kept(
    rooms: Rooms, officer_file: Path, authority: Authority
) -> None:
    with serve(stamper(authority.stamping(rsa_key(3)), rsa_key(3), at=NOW + DAY)) as served:
        stamps = TimeStampServer(url=served.url, roots=authority.pem)
        room = rooms(Settings(key_files=True, timestamp=stamps), last=officer_file)
        room.open()
        before = room.pdf
        room.dialog.sign_button.click()
        room.enter(PASSWORD)
    assert room.asked().banner.title == "Đồng hồ máy sai"
    assert (room.pdf, room.said("printSigned"), but_numbers(room.office)) == (before, "Chưa ký số.", [])


def test_a_stack_is_signed_with_one_pin_then_printed_as_signed(
    rooms: Rooms, officer_file: Path, authority: Authority
) -> None:
    dossiers = tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, 6))
    room = rooms(Settings(key_files=True, required=True), last=officer_file, dossiers=dossiers)
    stack(room)
    room.run_dialog.sign.click()
    room.qtbot.waitUntil(lambda: room.signing.dialog is not None)
    room.enter(PASSWORD)
    assert room.asked().banner.title == "Đã ký 5 văn bản"
    room.asked().close_button.click()
    room.run_dialog.start.click()
    room.qtbot.waitUntil(lambda: room.run.asked)
    sent = [pdf for pdf, _ in room.office.printers.sent]
    assert len(sent) == 5
    assert all(verdicts(pdf, authority.root)[0].valid for pdf in sent)
    with room.office.store.read() as tx:
        kept = [tx.signed.get(each.id, "notice_accepted", f"op-{n}") for n, each in enumerate(dossiers, 1)]
    assert all(each is not None for each in kept)
    room.run.drop()
    room.qtbot.waitUntil(lambda: room.run.run is None and room.run_dialog.sign.isEnabled())
    room.run_dialog.sign.click()
    room.qtbot.waitUntil(lambda: room.run_dialog.banner.isVisible())
    assert room.run_dialog.banner.title == "Các thông báo này đã được ký số"


def test_leaving_in_the_midst_ends_the_session_of_the_key_and_keeps_what_is_signed(
    rooms: Rooms, officer_file: Path
) -> None:
    dossiers = tuple(judged(n, DossierKind.REGISTER, Status.APPROVED) for n in range(1, 41))
    room = rooms(Settings(key_files=True), last=officer_file, dossiers=dossiers)
    batch, keep = room.signing._many(EVERY, Paper.ACCEPTED, "1")
    room.signing._sign((batch, keep), room.dialog, lambda: None)
    dialog = room.asked()
    dialog.pin.line.setText(PASSWORD)
    dialog.sign.click()
    room.qtbot.waitUntil(lambda: batch.signed > 0)
    room.signing.stop()
    room.service.close()
    assert room.signing.dialog is None
    assert 0 < batch.signed < len(dossiers)


def test_nothing_personal_and_no_pin_is_logged(by_file: Room, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        dossier = by_file.open()
        by_file.dialog.sign_button.click()
        by_file.enter(PASSWORD)
        by_file.qtbot.waitUntil(lambda: by_file.signing.dialog is None)
        by_file.ready()
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("officer_console"))
    for secret in (PASSWORD, OFFICER, dossier.declaration.full_name, dossier.number):
        assert secret not in ours
