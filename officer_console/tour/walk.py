"""The way through the workflow of Công văn 3717, Phụ lục 02, step by step; every step checks what the officer sees."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar

from central_server.seed.accounts import TRAINING_PASSWORD
from central_server.seed.guide import GUIDE
from central_server.seed.portraits import Face, portrait
from officer_console.domain.papers import Paper
from officer_console.domain.person import Sex
from officer_console.tour.colleague import Colleague
from officer_console.tour.hands import (
    judge_valid,
    leave,
    open_dossier,
    opened,
    record,
    select,
    sign_in,
    tick,
    waiting_number,
    with_dialog,
)
from officer_console.tour.photos import FACE_SEED, portrait_replaced, replaced_from_file, sides_joined
from officer_console.tour.printing import declaration_seen, lists_printed, notice_printed, paper_seen
from officer_console.tour.readers import card_scanned, devices_shown
from officer_console.tour.sheets import sheets_filed, stack_left
from officer_console.tour.stage import Stage, TourError
from officer_console.tour.waiting import accepted, draft_kept, judged_again, lease_lost, taken_over, without_network
from officer_console.training import TrainingCentral

OFFICER = "ha.nt"
SUPERVISOR = "minh.vq"
OFFICE = "07906"
# Where the truth table has the declared name and number, and the first card.
NAME_ROW, NUMBER_ROW, CARD_COLUMN = 0, 1, 2


def walk(stage: Stage, central: TrainingCentral) -> None:
    """Go the whole way.

    Raises:
        TourError: an outcome is not as it must be.
    """
    arrive(stage)
    look_for(stage)
    devices_shown(stage)
    supervisor = Colleague(central.url, SUPERVISOR, TRAINING_PASSWORD)
    card_scanned(stage, "match", supervisor)
    for outcome, title in (
        ("match", "Cập nhật thành công"),
        ("name_differs", "Họ tên khác"),
        ("code_absent", "không có trên HGĐ"),
        ("ambiguous", "nhiều người cùng mã số"),
    ):
        valid(stage, outcome, title)
    silent(stage)
    marks(stage)
    refuse(stage)
    change(stage)
    valid(stage, "stop", "Ngừng tài khoản thành công")
    photo(stage)
    held_by_other(stage)
    overtaken(stage, supervisor)
    lists_printed(stage)
    # Of two dossiers: what the third has signed is still to come.
    sheets_filed(stage, stack_left(stage, OFFICER)[1:])
    expired(stage)
    draft_kept(stage)
    lease_lost(stage, supervisor)
    judged_again(stage, supervisor)
    taken_over(stage, SUPERVISOR)
    central.stop()
    without_network(stage)


def arrive(stage: Stage) -> None:
    """A wrong password first, then the right one; then the list comes, with its menu and the keys."""
    stage.picture("dang-nhap")
    stage.type_into("username", OFFICER)
    stage.type_into("password", "sai mat khau")
    stage.press("signInButton")
    stage.until("sai mật khẩu", lambda: stage.there("signInBanner"))
    stage.picture("dang-nhap-sai-mat-khau")
    stage.picture_first_sync("nhan-ho-so-lan-dau")
    sign_in(stage, OFFICER, TRAINING_PASSWORD)
    stage.picture("danh-sach-ca-nhan")
    stage.key(Qt.Key.Key_F1)
    stage.until("phím tắt", lambda: stage.there("keyListClose"))
    stage.picture("phim-tat")
    stage.press("keyListClose")
    select(stage, GUIDE["match"])
    menu = stage.table().row_menu(stage.table().currentIndex())
    below = stage.table().visualRect(stage.table().currentIndex()).bottomLeft()
    menu.popup(stage.table().viewport().mapToGlobal(below))
    stage.picture("chuot-phai", over=menu)
    menu.close()


def look_for(stage: Stage) -> None:
    """Mở rộng, two mistakes, a name without marks, an empty answer."""
    stage.key(Qt.Key.Key_F3)
    stage.until("mở rộng", lambda: stage.there("searchPanel"))
    stage.picture("mo-rong")
    stage.type_into("searchSocialCode", "123456789")
    stage.press("searchButton")
    stage.until("mã 9 chữ số", lambda: stage.text("searchSocialCodeError") != "")
    stage.picture("ma-so-thieu-chu-so")
    stage.type_into("searchSocialCode", "")
    stage.type_into("searchFrom", "20/11/2026")
    stage.type_into("searchTo", "01/11/2026")
    stage.press("searchButton")
    stage.until("từ ngày sau đến ngày", lambda: stage.text("searchFromError") != "")
    stage.picture("tu-ngay-sau-den-ngay")
    stage.press("clearButton")
    stage.type_into("searchName", "dang")
    stage.choose("searchStatus", "")
    stage.choose("searchOrder", "declared")
    stage.press("searchButton")
    stage.until("tìm dang", lambda: _first_name(stage).startswith("Đặng"))
    stage.picture("tra-cuu-ho-ten-khong-dau")
    stage.type_into("searchName", "khongcoten")
    stage.press("searchButton")
    stage.until("không có hồ sơ", lambda: stage.desk.queue_model.model.rowCount() == 0)
    stage.picture("khong-co-ho-so")
    stage.press("clearButton")
    stage.key(Qt.Key.Key_F3)


def valid(stage: Stage, outcome: str, title: str) -> None:
    """Open, judge valid, record; the banner must say ``title``."""
    open_dossier(stage, outcome)
    if outcome == "stop":
        declaration_seen(stage, "in-mau-01-ngung", "C. NGỪNG SỬ DỤNG")
    if outcome == "match":
        stage.picture("chi-tiet-ho-so")
        declaration_seen(stage, "in-mau-01-dang-ky", "A. THÔNG TIN NGƯỜI KHAI", "NGƯỜI KHAI")
        stage.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        stage.until("chưa chọn đánh giá", lambda: stage.text("error_verdict") != "")
        stage.picture("chua-danh-gia")
    judge_valid(stage)
    if outcome == "match":
        stage.picture("ho-so-hop-le")
    record(stage)
    stage.expect("outcomeTitle", title)
    stage.picture(f"ket-qua-{outcome.replace('_', '-')}")
    if outcome == "code_absent":
        paper_seen(stage, Paper.INSURED, "in-tk1-ts")
    if outcome == "match":
        notice_printed(stage)
        stage.until("tin nhắn", lambda: "(" in stage.find(QTabBar, "tabBar").tabText(1))
        stage.find(QTabBar, "tabBar").setFocus()
        stage.key(Qt.Key.Key_Right)
        stage.picture("tin-nhan")
    leave(stage)


def silent(stage: Stage) -> None:
    """The registry does not answer; central asks again and the dossier finishes by itself."""
    open_dossier(stage, "silent")
    judge_valid(stage)
    record(stage)
    stage.expect("outcomeTitle", "HGĐ chưa trả lời")
    stage.picture("ket-qua-hgd-chua-tra-loi")
    stage.expect("outcomeTitle", "Cập nhật thành công", fetching=True)
    stage.picture("hgd-tra-loi-sau")
    leave(stage)


def marks(stage: Stage) -> None:
    """Only marks differ: refused without a note, accepted with one."""
    open_dossier(stage, "marks_differ")
    judge_valid(stage)
    record(stage)
    stage.expect("outcomeTitle", "chỉ khác dấu")
    stage.picture("ket-qua-chi-khac-dau")
    stage.until("nút xác nhận", lambda: stage.there("outcomeMarks"))
    stage.press("outcomeMarks")
    tick(stage)
    record(stage)
    stage.until("thiếu ghi chú", lambda: stage.text("error_note") != "")
    stage.picture("chi-khac-dau-can-ghi-chu")
    stage.type_into("note", "Đã đối chiếu căn cước bản gốc: cùng một người")
    record(stage)
    stage.expect("outcomeTitle", "Cập nhật thành công")
    stage.picture("chi-khac-dau-da-duyet")
    leave(stage)


def refuse(stage: Stage) -> None:
    """Không hợp lệ without a reason is held back; with one it goes."""
    open_dossier(stage, "refuse")
    stage.key(Qt.Key.Key_2)
    record(stage)
    stage.until("thiếu lý do", lambda: stage.text("error_reason_code") != "")
    stage.picture("khong-hop-le-thieu-ly-do")
    compare(stage)
    stage.choose("reason", "identity-mismatch")
    record(stage)
    stage.expect("outcomeTitle", "Từ chối duyệt thành công")
    stage.picture("ket-qua-tu-choi")
    paper_seen(stage, Paper.REFUSED, "in-thong-bao-khong-chap-nhan")
    leave(stage)


def compare(stage: Stage) -> None:
    """Đối chiếu: on the card the name has other marks and the number is another; Enter shows where it was read."""
    stage.until("đọc thẻ", lambda: bool(stage.desk.review_model.evidence.evidence))
    stage.press("compareSources")
    table = stage.desk.review_view.truth.table
    for row, word in ((NAME_ROW, "Chỉ khác dấu"), (NUMBER_ROW, "Khác")):
        shown = table.shown(row, CARD_COLUMN)
        if shown is None or shown.word != word:
            raise TourError(f"Đối chiếu: {word}")
    stage.picture("doi-chieu")
    table.setFocus()
    table.setCurrentCell(NUMBER_ROW, CARD_COLUMN)
    stage.key(Qt.Key.Key_Return)
    stage.until("chỗ đã đọc", lambda: bool(stage.desk.review_view.pictures.canvas.outline))
    stage.picture("doi-chieu-cho-da-doc")
    stage.press("compareSources")


def change(stage: Stage) -> None:
    """A change: old and new side by side, Xác nhận, success."""
    open_dossier(stage, "change_confirm")
    stage.picture("thay-doi-thong-tin")
    declaration_seen(stage, "in-mau-01-dieu-chinh", "B. NỘI DUNG ĐIỀU CHỈNH", "Thông tin cũ", "Thông tin mới")
    portrait_replaced(stage)
    judge_valid(stage)
    seen: list[str] = []

    def in_dialog() -> None:
        stage.until("hộp xác nhận", lambda: stage.there("confirmYes"))
        stage.picture("xac-nhan-thay-doi")
        seen.append(stage.text("confirmTitle"))
        stage.press("confirmYes")

    with_dialog(stage, in_dialog)
    if not seen:
        raise TourError("Xác nhận")
    stage.expect("outcomeTitle", "Cập nhật thông tin thành công")
    stage.picture("ket-qua-thay-doi")
    leave(stage)


def photo(stage: Stage) -> None:
    """A missing picture: refused as it is, a file that is no picture refused, a good one taken."""
    open_dossier(stage, "missing_photo")
    judge_valid(stage)
    record(stage)
    stage.until("thiếu ảnh", lambda: stage.text("decisionMissing") != "")
    stage.picture("thieu-anh")
    with TemporaryDirectory() as folder:
        bad, good = Path(folder) / "khong-phai-anh.jpg", Path(folder) / "anh-the.jpg"
        bad.write_text("không phải ảnh", encoding="utf-8")
        good.write_bytes(portrait(FACE_SEED, Face(sex=Sex.FEMALE, group=1, variant=1)))
        replaced_from_file(stage, bad, good)
    sides_joined(stage)
    record(stage)
    stage.expect("outcomeTitle", "Cập nhật thành công")
    stage.picture("ket-qua-da-thay-anh")
    leave(stage)


def held_by_other(stage: Stage) -> None:
    """Somebody else has the dossier: it can be read, not judged."""
    open_dossier(stage, "leased_by_other", held=True)
    stage.expect("lockSentence", "đang do")
    stage.picture("can-bo-khac-dang-xu-ly")
    leave(stage)


def overtaken(stage: Stage, supervisor: Colleague) -> None:
    """A supervisor takes the open dossier over and refuses it; the late decision here is refused, and kept."""
    select(stage, waiting_number(stage))
    stage.key(Qt.Key.Key_Return)
    opened(stage)
    dossier = stage.desk.review_model.dossier
    if dossier is None:
        raise TourError("overtaken")
    judge_valid(stage)
    supervisor.refuse(OFFICE, dossier.id, "form-incomplete")
    record(stage)
    stage.until("bị vượt trước", lambda: stage.desk.review_model.attention is not None)
    stage.until("nút xem kết quả", lambda: stage.there("outcomeOther"))
    stage.picture("can-bo-khac-da-danh-gia")
    leave(stage)
    accepted(stage)


def expired(stage: Stage) -> None:
    """A declaration nobody handed in: only to be read."""
    stage.key(Qt.Key.Key_F3)
    stage.choose("searchStatus", "expired")
    stage.press("searchButton")
    stage.until("hồ sơ hết hạn", lambda: stage.desk.queue_model.model.rowCount() > 0)
    stage.picture("danh-sach-het-han")
    select(stage, GUIDE["expired"])
    stage.key(Qt.Key.Key_Return)
    opened(stage, held=True)
    stage.expect("outcomeTitle", "hết hạn")
    stage.picture("ho-so-het-han")
    leave(stage)
    stage.press("clearButton")
    stage.key(Qt.Key.Key_F3)


def _first_name(stage: Stage) -> str:
    row = stage.desk.queue_model.model.row_at(0)
    return row.full_name if row is not None else ""
