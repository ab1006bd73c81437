"""What the tour's hands do on the pages: open, judge, record, leave, answer a dialog."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton

from central_server.seed.guide import GUIDE
from officer_console.desk import now
from officer_console.domain.checks import declaration_findings
from officer_console.domain.deadline import today
from officer_console.domain.search import Row
from officer_console.tour.stage import Stage, TourError


def sign_in(stage: Stage, username: str, password: str) -> None:
    """Fill in the sign-in window and wait for the list."""
    stage.type_into("username", username)
    stage.type_into("password", password)
    stage.key(Qt.Key.Key_Return)
    stage.until("đăng nhập", lambda: stage.program.desk is not None)
    stage.until("danh sách", lambda: stage.desk.queue_model.model.rowCount() >= len(GUIDE) - 1)
    stage.expect("statusNetwork", "Trực tuyến")


def open_dossier(stage: Stage, outcome: str, *, held: bool = False) -> None:
    """Open a guide dossier from the list by its number and wait until it may be judged, or is ``held``."""
    select(stage, GUIDE[outcome])
    stage.key(Qt.Key.Key_Return)
    opened(stage, held=held)


def closed(stage: Stage, button: str) -> None:
    """Press what closes the dialog in front and wait until it is gone."""
    stage.press(button)
    stage.until("hộp thoại đóng", lambda: QApplication.activeModalWidget() is None)


def opened(stage: Stage, *, held: bool = False) -> None:
    """Wait until the detail page shows the dossier with its pictures."""
    stage.until("chi tiết", lambda: stage.desk.window.page == "review" and stage.desk.review_model.dossier is not None)
    model = stage.desk.review_model
    if not held:
        stage.until("nhận hồ sơ", lambda: model.holds_lease and model.decision.lock is None)


def select(stage: Stage, number: str) -> None:
    """Put the list's cursor on the dossier whose number begins with ``number``."""
    row_of(stage, number)
    stage.table().setFocus()
    stage.table().selectRow(_place(stage, number))


def row_of(stage: Stage, number: str) -> Row:
    """Wait until the list has the dossier whose number begins with ``number``, and return its row."""
    stage.until(f"hồ sơ {number}", lambda: _place(stage, number) >= 0)
    row = stage.desk.queue_model.model.row_at(_place(stage, number))
    if row is None:
        raise TourError(number)
    return row


def _place(stage: Stage, number: str) -> int:
    model = stage.desk.queue_model.model
    rows = ((index, model.row_at(index)) for index in range(model.rowCount()))
    return next((index for index, row in rows if row is not None and row.number.startswith(f"{number}/")), -1)


def waiting_number(stage: Stage, *, after: str = "") -> str:
    """Return the number of a new registration, not ``after``, that nobody has taken yet and that lacks nothing."""
    stage.until("hồ sơ chờ duyệt", lambda: any(number != after for number in _waiting(stage)))
    return next(number for number in _waiting(stage) if number != after)


def _waiting(stage: Stage) -> Iterator[str]:
    model = stage.desk.queue_model.model
    for row in (model.row_at(index) for index in range(model.rowCount())):
        if row is None or row.status != "pending" or row.kind != "register" or row.pending:
            continue
        with stage.desk.session.store.read() as tx:
            dossier = tx.dossiers.get(row.id)
        if dossier is not None and not declaration_findings(dossier, today(now())):
            yield row.number.split("/")[0]


def judge_valid(stage: Stage) -> None:
    """Key 1, then both ticks."""
    stage.desk.review_view.setFocus()
    stage.key(Qt.Key.Key_1)
    stage.until("hồ sơ hợp lệ", lambda: stage.find(QRadioButton, "verdictValid").isChecked())
    tick(stage)


def tick(stage: Stage) -> None:
    """Tick what the officer has done at the counter."""
    for name in ("originalCompared", "signedFormReceived"):
        box = stage.find(QCheckBox, name)
        if not box.isChecked():
            box.setFocus()
            stage.key(Qt.Key.Key_Space)


def record(stage: Stage) -> None:
    """Ghi nhận by key."""
    stage.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def leave(stage: Stage) -> None:
    """Thoát, back to the list."""
    stage.press("backToList")
    stage.until("về danh sách", lambda: stage.desk.window.page == "queue")


def with_dialog(stage: Stage, in_dialog: Callable[[], None], start: Callable[[], None] | None = None) -> None:
    """Do ``start`` (by default Ghi nhận), which opens a dialog, and ``in_dialog`` while it is open."""
    failures: list[TourError] = []

    def act() -> None:
        try:
            in_dialog()
        except TourError as error:
            failures.append(error)
            dialog = QApplication.activeModalWidget()
            if dialog is not None:
                dialog.close()

    QTimer.singleShot(50, act)
    if start is None:
        record(stage)
    else:
        start()
    stage.until("hộp thoại đóng", lambda: QApplication.activeModalWidget() is None)
    if failures:
        raise failures[0]
