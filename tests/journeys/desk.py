"""An officer's desk: central and the program as processes, worked by their visible labels only."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.desktop import Desktop, Node, Program, wait_until

DOSSIERS = "300"
PERSONS = "800"
# Training data, see central_server/seed/accounts.py and guide.py.
PASSWORD = "HuanLuyen-2026"
CONTROLS = {"button", "push button", "text", "password text", "check box", "radio button", "toggle button"}
MATCHING, TO_REFUSE, TO_CHANGE = "1000001", "1000007", "1000008"


def start_central(desktop: Desktop, folder: Path) -> tuple[Program, str]:
    """Start a central server with training data; return it and its address."""
    command = [
        sys.executable,
        "-m",
        "central_server",
        "serve",
        "--port",
        "0",
        "--job-interval",
        "1",
    ]
    command += ["--database", f"sqlite:///{folder / 'central.db'}", "--blobs", str(folder / "blobs")]
    command += ["--seed", "1", "--seed-dossiers", DOSSIERS, "--seed-persons", PERSONS]
    central = desktop.process(command, log="central")
    line = wait_until(
        lambda: next((line for line in central.said().splitlines() if line.startswith("ready ")), None),
        "central listens",
        seconds=180,
    )
    return central, line.split()[1]


@dataclass(frozen=True, slots=True)
class Desk:
    """The program's window, seen from outside."""

    desktop: Desktop
    program: Program

    @property
    def window(self) -> Node:
        """The main window."""
        self.program.said()
        return self.desktop.root.find(role="frame", seconds=60)

    def sign_in(self, username: str) -> None:
        """Fill in the sign-in page and wait until the list has rows."""
        self.fill("Tên đăng nhập", username)
        self.fill("Mật khẩu", PASSWORD)
        self.press("Đăng nhập")
        table = self.window.find(role="table", seconds=60)
        wait_until(lambda: table.rows() > 0, "dossiers in the list", seconds=90)

    def search(self, number: str) -> None:
        """Unfold the search panel where it is folded, and look for a số hồ sơ."""
        if self.window.look(name="Tra cứu") is None:
            self.press("Mở rộng")
        self.fill("Số hồ sơ", number)
        self.press("Tra cứu")

    def row(self, number: str) -> list[str]:
        """Wait until this dossier alone is in the list and return its row."""

        def alone() -> list[str] | None:
            table = self.window.look(role="table")
            if table is None or table.rows() != 1:
                return None
            texts = table.row(0)
            return texts if any(text.startswith(number) for text in texts) else None

        return wait_until(alone, f"dossier {number} alone in the list")

    def open_first(self) -> None:
        """Open the first dossier of the list by the keyboard."""
        self.window.find(role="table").focus()
        self.desktop.keys("ctrl+Home", "Return")
        self.window.find(name="Đánh giá hồ sơ")

    def fill(self, label: str, text: str) -> None:
        """Write into the field with this label."""
        self._control(label).set_text(text)

    def press(self, label: str) -> None:
        """Press the button, or tick the box, with this label."""
        node = self._control(label)
        offered = node.actions()
        node.do(next(action for action in ("Press", "Toggle", "Check") if action in offered))

    def _control(self, label: str) -> Node:
        def usable() -> Node | None:
            self.program.said()
            found = (node for node in self.desktop.root.walk() if node.role in CONTROLS and node.name == label)
            return next((node for node in found if node.has("sensitive")), None)

        try:
            return wait_until(usable, label, seconds=60)
        except AssertionError:
            raise AssertionError(f"no control {label!r}; there is\n{self.desktop.root.tree()}") from None

    def reads(self, part: str, seconds: float = 60) -> None:
        """Wait until ``part`` stands somewhere on the screen."""
        self.program.said()
        self.desktop.root.find(part=part, seconds=seconds)
