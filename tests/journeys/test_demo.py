"""``./run --demo``: central with training data comes up and the sign-in page offers its accounts."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.journeys.desktop import Desktop


def test_the_demo_reaches_the_sign_in_page_with_its_accounts(desktop: Desktop, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "officer_console", "demo", "--data", str(tmp_path)]
    command += ["--dossiers", "60", "--persons", "300"]

    with desktop.process(command, log="demo"):
        page = desktop.root

        assert page.find(role="push button", name="Đăng nhập", seconds=120).name
        assert page.find(name="Nguyễn Thị Hà, Cán bộ tiếp nhận, ha.nt").name
        assert page.find(name="Võ Quốc Minh, Lãnh đạo kiểm soát, minh.vq").name
