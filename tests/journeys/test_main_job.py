"""The main job, black box: from signing in to «cập nhật thành công», a refusal, a confirmed change."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.desk import MATCHING, OFFICER, OTHER_NAME, TO_CHANGE, TO_REFUSE, Central, Desk, start_desk
from tests.journeys.desktop import Desktop, wait_until


@pytest.fixture
def desk(desktop: Desktop, central: Central, tmp_path: Path) -> Iterator[Desk]:
    """A program freshly started against central, its officer signed in; its screen is kept when the test fails."""
    with start_desk(desktop, central.address, tmp_path / "desk") as program:
        desk = Desk(desktop, program)
        desk.sign_in(OFFICER)
        yield desk
        desktop.picture(tmp_path / "screen.xwd")


def test_a_valid_dossier_is_approved_and_the_list_says_so(desk: Desk) -> None:
    desk.search(MATCHING)
    assert "Chờ duyệt" in desk.row(MATCHING)
    desk.open_first()
    desk.judge_valid()
    desk.press("Ghi nhận")
    desk.reads("Cập nhật thành công")
    desk.reads("mật khẩu đã được gửi tới")
    desk.press("Thoát")
    wait_until(lambda: "Đã duyệt" in desk.row(MATCHING), "the new state in the list")


def test_a_refusal_needs_its_reason(desk: Desk) -> None:
    desk.search(TO_REFUSE)
    desk.row(TO_REFUSE)
    desk.open_first()
    desk.press("Hồ sơ không hợp lệ")
    desk.press("Ghi nhận")
    desk.reads("Chọn lý do không duyệt")
    # Qt reads a closed list out by its value on Linux; the label comes as a relation.
    desk.window.find(role="combo box", id="reason").focus()
    desk.desktop.keys("Down")
    desk.fill("Nội dung lý do", "Ảnh chân dung không rõ mặt")
    desk.press("Ghi nhận")
    desk.reads("Từ chối duyệt thành công")


def test_a_change_is_recorded_only_after_it_was_confirmed(desk: Desk) -> None:
    desk.search(TO_CHANGE)
    desk.row(TO_CHANGE)
    desk.open_first()
    desk.judge_valid()
    desk.press("Ghi nhận")
    desk.reads("Thông tin cũ")
    desk.reads("Thông tin mới")
    desk.press("Quay lại")
    desk.press("Ghi nhận")
    desk.press("Xác nhận")
    desk.reads("Cập nhật thông tin thành công")


def test_a_dossier_is_judged_and_left_by_keys_only(desk: Desk) -> None:
    desk.search(OTHER_NAME)
    desk.row(OTHER_NAME)
    desk.open_first()
    desk.reads("Bạn giữ từ")
    # Verdict, then the two ticks, which come next in the order of Tab: the reason is closed to a valid dossier.
    desk.desktop.keys("1")
    for label in ("Đã đối chiếu bản gốc", "Đã nhận tờ khai ký"):
        desk.desktop.keys("Tab", "space")
        box = desk.window.find(role="check box", name=label)
        wait_until(partial(box.has, "checked"), f"{label} ticked")
    desk.desktop.keys("ctrl+Return")
    desk.reads("Họ tên khác với HGĐ, hồ sơ chưa được duyệt")
    desk.desktop.keys("Escape")
    wait_until(lambda: "Chờ cấp/điều chỉnh mã số" in desk.row(OTHER_NAME), "the list with the new state")
