"""A notice that central did not take is told above the list until the officer has seen it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from officer_console.services.notice_refusals import NoticeRefusal
from officer_console.store.signed import Refused
from officer_console.sync.report import Change
from officer_console.viewmodels.notice_refusals import NoticeRefusalsViewModel
from officer_console.views.notice_refusals import OPEN, SEEN, NoticeRefusalsView
from tests.gui.list_fakes import FakeQueue, Immediately
from tests.gui.queue_window import HOSTILE, Stage, stage


@dataclass
class FakeRefusals:
    """Refusals that the officer has not seen."""

    left: list[NoticeRefusal] = field(default_factory=list)

    def open(self) -> tuple[NoticeRefusal, ...]:
        return tuple(self.left)

    def seen(self, refusal: NoticeRefusal) -> None:
        self.left.remove(refusal)


def refusal(n: int, code: str = "other-notice", by: str | None = "Lê Văn Bình", number: str = "") -> NoticeRefusal:
    refused = Refused(dossier_id=f"d{n}", paper="notice_refused", decision=f"op-{n}", error_code=code)
    return NoticeRefusal(dossier_id=f"d{n}", number=number or f"100012{n}/07906", code=code, by=by, refused=refused)


@dataclass
class Place:
    """The list with what stands above it."""

    list: Stage
    service: FakeRefusals
    view: NoticeRefusalsView
    opened: list[str]

    def tell(self, *refusals: NoticeRefusal) -> None:
        self.service.left = list(refusals)
        self.list.news.changed.emit(Change(dossier_ids=frozenset({"d1"})))

    def press(self, name: str) -> None:
        button = self.view.banner.findChild(QPushButton, name)
        assert button is not None
        assert button.isVisible()
        button.click()


@pytest.fixture
def place(qtbot: QtBot) -> Place:
    shown, service, opened = stage(qtbot, FakeQueue()), FakeRefusals(), list[str]()
    model = NoticeRefusalsViewModel(service, Immediately(), shown.news)
    return Place(shown, service, NoticeRefusalsView(model, shown.view, opened.append), opened)


def test_who_signed_second_reads_who_was_first_and_what_that_means(place: Place) -> None:
    assert not place.view.banner.isVisible()
    place.tell(refusal(1))
    banner = place.view.banner
    assert banner.isVisible()
    assert banner.title == "Lê Văn Bình đã ký trước thông báo bạn ký cho hồ sơ 1000121/07906"
    assert "Bản của Lê Văn Bình được lưu ở trung tâm và dùng khi in." in banner.text
    assert "Bản bạn ký vẫn giữ trên máy này." in banner.text
    place.press("noticeRefusedAction")
    assert place.opened == ["d1"]
    assert banner.isVisible()


def test_of_a_file_that_is_lost_it_is_not_said_that_it_is_kept(place: Place) -> None:
    place.tell(refusal(1, "attachment-lost", by=None))
    banner = place.view.banner
    assert banner.title == "Tệp thông báo bạn ký cho hồ sơ 1000121/07906 không còn trên máy này"
    assert "ký lại" in banner.text
    assert "vẫn giữ" not in banner.text


def test_a_file_that_is_too_large_is_a_notice_and_no_photo(place: Place) -> None:
    place.tell(refusal(1, "too-large", by=None))
    assert place.view.banner.text.startswith("Tệp thông báo quá lớn. Bản bạn ký vẫn giữ")
    assert "ảnh" not in place.view.banner.title + place.view.banner.text


def test_one_comes_after_the_other_until_all_are_seen(place: Place) -> None:
    place.tell(refusal(1), refusal(2))
    assert "Còn 1 thông báo khác." in place.view.banner.text
    place.press("noticeRefusedMore")
    assert "1000122/07906" in place.view.banner.title
    assert "Còn" not in place.view.banner.text
    place.press("noticeRefusedMore")
    assert not place.view.banner.isVisible()
    assert place.service.left == []


def test_what_central_refuses_for_another_reason_is_told_with_what_to_do(place: Place) -> None:
    place.tell(refusal(1, code="not-a-notice", by=None))
    banner = place.view.banner
    assert banner.title == "Trung tâm chưa lưu thông báo bạn ký cho hồ sơ 1000121/07906"
    assert banner.text.endswith("Báo bộ phận hỗ trợ.")
    assert {OPEN, SEEN} == {button.text() for button in banner.findChildren(QPushButton) if button.isVisible()}


def test_who_was_first_need_not_be_known_yet(place: Place) -> None:
    place.tell(refusal(1, by=None))
    assert place.view.banner.title == "Đồng nghiệp đã ký trước thông báo bạn ký cho hồ sơ 1000121/07906"
    assert "Bản của đồng nghiệp được lưu ở trung tâm" in place.view.banner.text


def test_a_dossier_that_is_not_here_cannot_be_opened_and_names_are_no_markup(place: Place) -> None:
    gone = refusal(1, by=HOSTILE)
    place.tell(NoticeRefusal(dossier_id="d1", number="", code=gone.code, by=gone.by, refused=gone.refused))
    banner = place.view.banner
    assert banner.title == f"{HOSTILE} đã ký trước một thông báo bạn đã ký"
    action = banner.findChild(QPushButton, "noticeRefusedAction")
    assert action is not None
    assert not action.isVisible()
