"""Nothing is clipped, everything has a name, text and ground contrast, hostile text stays text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from officer_console.background.news import News
from officer_console.domain.changes import changes
from officer_console.domain.dossier import Status
from officer_console.domain.message import MessageKind, MessageState
from officer_console.domain.person import BirthDate, Sex
from officer_console.viewmodels.queue import QueueViewModel
from officer_console.viewmodels.review import ReviewViewModel
from officer_console.viewmodels.shell import ShellViewModel
from officer_console.viewmodels.sign_in import DemoAccount, SignInViewModel
from officer_console.views import theme
from officer_console.views.banner import Banner
from officer_console.views.confirm import ConfirmView, DiscardView
from officer_console.views.key_list import KeyList
from officer_console.views.picture_image import decode
from officer_console.views.plain import TITLE_BAR, Chip, ElidedLabel, PlainLabel, on_screen, plain_tip
from officer_console.views.queue import QueueView
from officer_console.views.queue_table import QueueTable
from officer_console.views.review import ReviewView
from officer_console.views.shell import ShellView
from officer_console.views.sign_in import SignInView
from officer_console.views.take_over import TakeOverView
from officer_console.views.theme import DARK, Kind
from tests.gui.list_fakes import (
    OFFICER,
    REFERENCE,
    CodedError,
    FakeQueue,
    FakeSignIn,
    FakeStatus,
    Immediately,
    clock,
    row,
)
from tests.gui.review_parts import DirectJobs, FakeDesk
from tests.gui.review_parts import clock as review_clock
from tests.gui.review_samples import HA, change, message
from tests.gui.review_samples import REFERENCE as SAMPLES

HOSTILE = "<b>x</b><img src=http://example.invalid/a.png>"
DEMO = tuple(
    DemoAccount(username=name, password="hoso-2026", full_name=full, role=role)
    for name, full, role in (("thuha", "Nguyễn Thu Hà", "officer"), ("minhduc", "Lê Minh Đức", "supervisor"))
)
INTERACTIVE = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)


def main_window(qtbot: QtBot) -> ShellView:
    news = News()
    rows = (row(0, full_name=HOSTILE), *(row(i, pending=i % 3) for i in range(1, 60)))
    queue = QueueViewModel(FakeQueue(rows=rows), Immediately(), news, reference=lambda: REFERENCE, clock=clock)
    model = ShellViewModel(OFFICER, news, clock=clock, office_name="Bảo hiểm xã hội Quận 6, Thành phố Hồ Chí Minh")
    window = ShellView(model)
    page = QueueView(queue)
    window.add_page("queue", page)
    window.show_page("queue")
    queue.start()
    page.toggle_panel()
    page.panel.social_code.line.setText("123456789")
    page.submit()
    news.status.emit(FakeStatus(waiting=12, attention=3, signed_in=False, error_code="sign-in-needed"))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    return window


def sign_in_window(qtbot: QtBot) -> SignInView:
    service = FakeSignIn(error=CodedError("password-changed"))
    model = SignInViewModel(service, Immediately(), clock=clock, demo_accounts=DEMO)
    view = SignInView(model, reference=REFERENCE)
    model.submit("thuha", "x")
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    return view


def detail_window(qtbot: QtBot, tab: int) -> ShellView:
    told = tuple(message(kind, state) for kind in MessageKind for state in MessageState)
    about = change(messages=told, status=Status.PENDING)
    service, news = FakeDesk(replace(about, history=about.history * 6)), News()
    model = ReviewViewModel(service, service, service, HA, DirectJobs(), news, decode, review_clock)
    window = ShellView(ShellViewModel(HA, news, clock=clock, office_name="Bảo hiểm xã hội Quận 6"))
    page = ReviewView(model)
    window.add_page("review", page)
    window.show_page("review")
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    page.open_dossier("d1")
    tabs = page.findChild(QTabWidget, "tabs")
    assert tabs is not None
    tabs.setCurrentIndex(tab)
    return window


def dialog(made: Callable[[QWidget], QDialog]) -> Callable[[QtBot], QWidget]:
    """Return a function that shows a dialog over a window of the usual size."""
    # A dialog goes with its parent.
    held: list[QWidget] = []

    def build(qtbot: QtBot) -> QWidget:
        window = QWidget()
        held[:] = [window]
        qtbot.addWidget(window)
        window.resize(1366, 728)
        window.show()
        shown = made(window)
        shown.open()
        qtbot.waitExposed(shown)
        return shown

    return build


def confirm(parent: QWidget) -> QDialog:
    about = change()
    assert about.previous is not None
    everything = replace(
        about.declaration,
        birth=BirthDate(year=1990, month=2, day=1),
        sex=Sex.MALE,
        paper_number="079190009999",
        email="mot.dia.chi.thu.dien.tu.that.dai@co-quan-bao-hiem.example.vn",
    )
    return ConfirmView(changes(about.previous, everything), SAMPLES, ("chân dung", "mặt trước", "mặt sau"), parent)


SIGHTS = {
    "main": main_window,
    "sign-in": sign_in_window,
    "detail, history": partial(detail_window, tab=0),
    "detail, messages": partial(detail_window, tab=1),
    "confirm": dialog(confirm),
    "discard": dialog(lambda parent: DiscardView(("đánh giá", "lý do", "ghi chú", "ảnh đã thay"), parent)),
    "take over": dialog(lambda parent: TakeOverView("Nguyễn Hoàng Phương Thảo Nguyên", parent)),
    "keys": dialog(KeyList),
}
ENLARGED = ("main", "sign-in", "take over")
WINDOWS = pytest.mark.parametrize("build", [main_window, sign_in_window], ids=["main", "sign-in"])


def parts(window: QWidget) -> Iterator[QWidget]:
    """Every visible widget of ours that shows text or takes input, without what Qt builds inside its own widgets."""
    for widget in window.findChildren(QWidget):
        inside = isinstance(widget.parent(), INTERACTIVE) or widget.objectName().startswith("qt_")
        if widget.isVisible() and not inside:
            yield widget


def clipped(widget: QWidget) -> bool:
    """Whether a text has less room than it needs."""
    if isinstance(widget, ElidedLabel):
        return widget.height() < widget.fontMetrics().height()
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            return widget.height() < widget.heightForWidth(widget.width())
        return widget.width() < widget.sizeHint().width() or widget.height() < widget.sizeHint().height()
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.width() < widget.sizeHint().width() or widget.height() < widget.minimumSizeHint().height()
    if isinstance(widget, QLineEdit | QComboBox):
        return widget.height() < widget.fontMetrics().height()
    return False


@pytest.mark.parametrize(
    ("build", "scale"),
    [(build, 1.0) for build in SIGHTS.values()] + [(SIGHTS[name], 1.5) for name in ENLARGED],
    ids=[*SIGHTS, *(f"{name}, enlarged" for name in ENLARGED)],
)
def test_no_text_is_clipped(
    qtbot: QtBot, look: Callable[..., None], build: Callable[[QtBot], QWidget], scale: float
) -> None:
    look(scale=scale)
    window = build(qtbot)
    QApplication.processEvents()
    assert [widget.objectName() for widget in parts(window) if clipped(widget)] == []
    assert window.width() <= 1366
    assert window.height() <= 768


def test_the_check_for_clipped_text_sees_clipped_text(qtbot: QtBot) -> None:
    label = PlainLabel("Một dòng chữ dài")
    qtbot.addWidget(label)
    label.setFixedWidth(20)
    label.show()
    assert clipped(label)


def test_the_columns_show_their_headings_and_usual_texts_whole(qtbot: QtBot) -> None:
    window = main_window(qtbot)
    table = window.findChild(QAbstractItemView, "queueTable")
    page = window.findChild(QueueView)
    assert table is not None
    assert page is not None
    metrics = page.table.fontMetrics()
    for column in range(page.table.model().columnCount()):
        heading = str(page.table.model().headerData(column, Qt.Orientation.Horizontal))
        assert metrics.horizontalAdvance(heading) * 0.9 <= page.table.columnWidth(column)
    assert not page.table.horizontalScrollBar().isVisible()


def test_columns_of_words_give_way_before_the_list_scrolls_sideways(qtbot: QtBot) -> None:
    window = main_window(qtbot)
    page = window.findChild(QueueView)
    assert page is not None
    window.resize(1240, 768)
    QApplication.processEvents()
    assert not page.table.horizontalScrollBar().isVisible()
    number = page.table.fontMetrics().horizontalAdvance("1000123/07906")
    assert page.table.columnWidth(2) > number


@WINDOWS
def test_every_control_has_a_stable_name_and_its_label_as_accessible_name(
    qtbot: QtBot, build: Callable[[QtBot], QWidget]
) -> None:
    window = build(qtbot)
    controls = [widget for widget in parts(window) if isinstance(widget, INTERACTIVE)]
    assert len(controls) > 5
    for control in controls:
        assert control.objectName(), control
        assert control.accessibleName(), control.objectName()
        if isinstance(control, QAbstractButton) and control.text() and "\n" not in control.text():
            assert control.accessibleName() == control.text().replace("&", ""), control.objectName()
    names = [control.objectName() for control in controls]
    assert len(names) == len(set(names))


def test_accessibility_reads_the_cells_of_the_list(qtbot: QtBot) -> None:
    window = main_window(qtbot)
    page = window.findChild(QueueView)
    assert page is not None
    seen = QAccessible.queryAccessibleInterface(page.table)
    assert seen is not None
    assert seen.text(QAccessible.Text.Name) == "Danh sách hồ sơ"
    texts = {seen.child(at).text(QAccessible.Text.Name) for at in range(24)}
    assert {"Họ và tên", "Trạng thái", HOSTILE} <= texts


@WINDOWS
def test_every_label_shows_its_text_letter_by_letter(qtbot: QtBot, build: Callable[[QtBot], QWidget]) -> None:
    labels = [label for label in build(qtbot).findChildren(QLabel) if label.text()]
    assert labels
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_hostile_text_stays_text_in_banners_chips_and_tool_tips(qtbot: QtBot) -> None:
    banner, chip, label = Banner("testBanner"), Chip(HOSTILE), ElidedLabel(HOSTILE * 9)
    for widget in (banner, chip, label):
        qtbot.addWidget(widget)
    banner.show_result(Kind.BAD, HOSTILE, HOSTILE, reference=HOSTILE)
    for shown in (*banner.findChildren(PlainLabel), chip):
        assert shown.textFormat() is Qt.TextFormat.PlainText
    label.resize(80, 20)
    label.show()
    assert "<" not in label.toolTip()
    assert plain_tip("a & b") == "a &amp; b"


@pytest.mark.parametrize("wide", [100, 5000])
def test_a_window_opens_no_larger_than_the_screen(qtbot: QtBot, wide: int) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    room = widget.screen().availableGeometry()
    fitted = on_screen(widget, QSize(wide, wide))
    assert (fitted.width(), fitted.height()) == (min(wide, room.width()), min(wide, room.height() - TITLE_BAR))


def test_a_tool_tip_offers_the_whole_text_only_while_it_is_cut(qtbot: QtBot) -> None:
    label = ElidedLabel("Trần")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.toolTip() == ""
    label.setText("Trần Thị Thúy Hường Nguyễn")
    assert label.toolTip() == "Trần Thị Thúy Hường Nguyễn"
    label.setText("Trần")
    assert label.toolTip() == ""


def test_a_long_reference_number_breaks_instead_of_being_cut(qtbot: QtBot) -> None:
    banner = Banner("testBanner")
    qtbot.addWidget(banner)
    banner.setFixedWidth(300)
    banner.show_result(Kind.BAD, "Trung tâm gặp lỗi", "Thử lại.", reference="01a20445-f57f-7aab-878e-47160d60fc11")
    QApplication.processEvents()
    assert [part.objectName() for part in parts(banner) if clipped(part)] == []


def test_the_dark_switch_reaches_every_widget(qtbot: QtBot, look: Callable[..., None]) -> None:
    look(dark=True)
    window = main_window(qtbot)
    assert theme.tokens(window) is DARK
    (table,) = window.findChildren(QueueTable)
    qtbot.waitUntil(lambda: table.drawn)
    shot = window.grab().toImage()
    lightness = [shot.pixelColor(x, y).lightness() for x in range(5, 1366, 40) for y in range(5, 768, 8)]
    assert sum(value < 90 for value in lightness) > 0.85 * len(lightness)
