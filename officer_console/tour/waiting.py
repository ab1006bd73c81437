"""The steps of the tour about work that is not done yet: drafts, lost leases, Cần xử lý, Hàng chờ gửi."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel

from central_server.seed.accounts import TRAINING_PASSWORD
from central_server.seed.guide import GUIDE
from officer_console.domain.dossier import Dossier, Status
from officer_console.tour.colleague import Colleague
from officer_console.tour.hands import judge_valid, leave, opened, record, select, sign_in, waiting_number, with_dialog
from officer_console.tour.stage import Stage, TourError

_UNDECIDED = frozenset({Status.PENDING, Status.PROCESSING})
CTRL = Qt.KeyboardModifier.ControlModifier
WHY = "Cán bộ nghỉ đột xuất, công dân đang chờ ở quầy 3"


def draft_kept(stage: Stage) -> None:
    """Leaving with something entered asks; the draft is kept, offered again and taken up."""
    number = waiting_number(stage)
    select(stage, number)
    stage.key(Qt.Key.Key_Return)
    opened(stage)
    stage.type_into("note", "Chờ người dân bổ sung")
    seen: list[str] = []

    def in_dialog() -> None:
        stage.until("hộp hỏi", lambda: stage.there("discardKeep"))
        stage.picture("bo-nhung-gi-da-nhap")
        seen.append(stage.text("discardTitle"))
        stage.press("discardKeep")

    with_dialog(stage, in_dialog, lambda: stage.key(Qt.Key.Key_Escape))
    if not seen:
        raise TourError("Bỏ những gì đã nhập?")
    stage.until("về danh sách", lambda: stage.desk.window.page == "queue")
    select(stage, number)
    stage.key(Qt.Key.Key_Return)
    opened(stage, held=True)
    stage.expect("draftOfferTitle", "Bản nháp lúc")
    stage.until("giữ hồ sơ", lambda: stage.desk.review_model.holds_lease)
    stage.picture("ban-nhap")
    stage.press("draftTakeUp")
    stage.expect("note", "Chờ người dân bổ sung")
    stage.type_into("note", "")
    leave(stage)


def lease_lost(stage: Stage, colleague: Colleague) -> None:
    """A supervisor takes the dossier over while the officer types: said at once, readable, kept as a draft."""
    dossier = _open_waiting(stage)
    stage.type_into("note", "Đang hỏi lại người dân")
    colleague.take(dossier, WHY)
    stage.desk.sync.wake()
    stage.expect("noticeTitle", "đã nhận xử lý hồ sơ này lúc")
    stage.picture("ho-so-bi-nhan-lai")
    leave(stage)
    colleague.release(dossier)
    stage.desk.sync.wake()


def judged_again(stage: Stage, colleague: Colleague) -> None:
    """A verdict recorded under a lost lease waits under Cần xử lý, is judged again there and goes through."""
    dossier = _open_waiting(stage)
    judge_valid(stage)
    colleague.take(dossier, WHY)
    record(stage)
    stage.until("không được nhận", lambda: stage.desk.review_model.attention is not None)
    leave(stage)
    colleague.release(dossier)
    stage.desk.sync.wake()
    stage.key(Qt.Key.Key_3, CTRL)
    stage.until("cần xử lý", lambda: stage.desk.attention_model.selected is not None)
    stage.until("đánh giá lại", lambda: stage.desk.attention_model.may_judge_again)
    # below «Tờ khai và ảnh»: nothing of what was judged has changed
    stage.expect("comparedTheirs1", "Chờ duyệt", fetching=True)
    stage.picture("can-xu-ly-mat-quyen-giu")
    stage.press("attentionAgain")
    opened(stage)
    stage.until("đánh giá cũ", lambda: stage.desk.review_model.decision.entered.verdict is not None)
    stage.picture("danh-gia-lai")
    record(stage)
    _answered(stage)
    stage.press("backToList")
    stage.until("về cần xử lý", lambda: stage.desk.window.page == "attention")
    stage.until("hết việc", lambda: stage.there("attentionEmpty"))
    stage.picture("can-xu-ly-trong")
    stage.key(Qt.Key.Key_1, CTRL)


def accepted(stage: Stage) -> None:
    """Under Cần xử lý: both versions side by side, then *Chấp nhận kết quả ở trung tâm*."""
    stage.press("statusAttention")
    stage.until("cần xử lý", lambda: stage.desk.attention_model.selected is not None)
    stage.expect("comparedTheirs1", "Không duyệt")
    stage.picture("can-xu-ly")
    stage.press("attentionAccept")
    stage.until("đã chấp nhận", lambda: stage.there("attentionEmpty"))
    stage.expect("attentionBannerTitle", "Đã chấp nhận")
    stage.picture("can-xu-ly-da-chap-nhan")
    stage.key(Qt.Key.Key_1, CTRL)


def taken_over(stage: Stage, supervisor: str) -> None:
    """A supervisor signs in and takes a dossier from the officer who has it, with a reason."""
    stage.press("signOutButton")
    stage.until("đăng xuất", lambda: stage.program.desk is None)
    sign_in(stage, supervisor, TRAINING_PASSWORD)
    select(stage, GUIDE["leased_by_other"])
    stage.key(Qt.Key.Key_Return)
    opened(stage, held=True)
    stage.until("nhận lại", lambda: stage.there("takeOver"))
    stage.press("takeOver")
    stage.until("hộp lý do", lambda: stage.there("takeOverReason"))
    stage.type_into("takeOverReason", WHY)
    stage.picture("nhan-lai-ho-so")
    stage.press("takeOverYes")
    stage.until("đã nhận", lambda: stage.desk.review_model.holds_lease)
    stage.until("đóng hộp", lambda: not stage.window.findChildren(QDialog, "takeOverDialog"))
    stage.picture("da-nhan-lai-ho-so")
    leave(stage)


def without_network(stage: Stage) -> None:
    """Central is gone: decisions are recorded all the same, wait in the open and can be hurried."""
    stage.desk.sync.wake()
    stage.expect("statusNetwork", "Ngoại tuyến")
    before = ""
    for count in (1, 2):
        stage.until("hồ sơ khác", lambda: waiting_number(stage) != before)  # noqa: B023 - called at once
        before = waiting_number(stage)
        select(stage, before)
        stage.key(Qt.Key.Key_Return)
        opened(stage, held=True)
        stage.key(Qt.Key.Key_2)
        stage.choose("reason", "form-unsigned")
        record(stage)
        stage.expect("outcomeTitle", "chờ gửi")
        stage.expect("statusWaiting", f"chờ gửi {count}")
        if count == 1:
            stage.picture("ngoai-tuyen-cho-gui")
        leave(stage)
    stage.key(Qt.Key.Key_2, CTRL)
    stage.until("hàng chờ gửi", lambda: len(stage.desk.waiting_model.rows) == 2)
    stage.until("lý do", lambda: all(row.error_code for row in stage.desk.waiting_model.rows[:1]))
    stage.picture("hang-cho-gui")
    tries = _tries(stage)
    stage.key(Qt.Key.Key_F5)
    stage.until("thử lại", lambda: _tries(stage) > tries)
    stage.until("đã yêu cầu", lambda: "Đã yêu cầu gửi lại" in stage.find(QLabel, "waitingTold").text())
    stage.picture("hang-cho-gui-da-thu-lai")


def _tries(stage: Stage) -> int:
    """How often sending was tried; without a network one decision, the least often tried, goes for all."""
    return sum(row.attempts for row in stage.desk.waiting_model.rows)


def _answered(stage: Stage) -> None:
    """Wait until central has judged; which way depends on the day's data."""
    model = stage.desk.review_model

    def judged() -> bool:
        stage.desk.sync.wake()
        dossier = model.dossier
        return dossier is not None and dossier.judgement is not None and dossier.status not in _UNDECIDED

    stage.until("trung tâm trả lời", judged)


def _open_waiting(stage: Stage) -> Dossier:
    select(stage, waiting_number(stage))
    stage.key(Qt.Key.Key_Return)
    opened(stage, held=True)
    model = stage.desk.review_model
    stage.until("giữ hồ sơ", lambda: model.holds_lease)
    # A step before this one may have left a draft on the same dossier.
    if model.drafts.offered is not None:
        stage.press("draftDrop")
    opened(stage)
    if model.dossier is None:
        raise TourError("hồ sơ chờ duyệt")
    return model.dossier
