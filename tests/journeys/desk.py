"""An officer's desk: central and the program as processes, worked by their visible labels only."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

from jeepney import DBusErrorResponse

from tests.journeys.desktop import Desktop, Node, Program, wait_until

DOSSIERS = "300"
PERSONS = "800"
# Training data, see central_server/seed/accounts.py and guide.py.
OFFICER, PASSWORD = "ha.nt", "HuanLuyen-2026"
CONTROLS = {"button", "push button", "text", "password text", "check box", "radio button", "toggle button"}
MATCHING, OTHER_NAME, TO_REFUSE, TO_CHANGE, TO_STOP = "1000001", "1000003", "1000007", "1000008", "1000009"


@dataclass(frozen=True, slots=True)
class Central:
    """A central server with training data, as a process."""

    program: Program
    address: str
    database: Path

    def decisions(self, number: str) -> int:
        """Return how many decisions central has on the dossier with this first segment of the số hồ sơ."""
        question = "SELECT count(*) FROM decision JOIN dossier ON dossier.id = decision.dossier_id WHERE doc LIKE ?"
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)) as connection:
            return int(connection.execute(question, (f'%"number":"{number}/%',)).fetchone()[0])


def start_central(desktop: Desktop, folder: Path) -> Central:
    """Start a central server and wait until it listens."""
    database = folder / "central.db"
    command = [
        sys.executable,
        "-m",
        "central_server",
        "serve",
        "--port",
        "0",
        "--job-interval",
        "1",
        "--training-sinks",
    ]
    command += ["--database", f"sqlite:///{database}", "--blobs", str(folder / "blobs")]
    command += ["--seed", "1", "--seed-dossiers", DOSSIERS, "--seed-persons", PERSONS]
    program = desktop.process(command, log="central")
    line = wait_until(
        lambda: next((line for line in program.said().splitlines() if line.startswith("ready ")), None),
        "central listens",
        seconds=180,
    )
    return Central(program, line.split()[1], database)


def start_desk(desktop: Desktop, address: str, data: Path) -> Program:
    """Start the program against central at ``address`` with its data in ``data``."""
    command = [sys.executable, "-m", "officer_console", "run", "--server", address, "--data", str(data)]
    return desktop.process(command, log=f"desk-{data.parent.name}")


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

    def judge_valid(self) -> None:
        """Say *Hồ sơ hợp lệ* with both ticks."""
        for label in ("Hồ sơ hợp lệ", "Đã đối chiếu bản gốc", "Đã nhận tờ khai ký"):
            self.press(label)

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
            for node in self.desktop.root.walk():
                # A dialog may go away while it is read.
                with contextlib.suppress(DBusErrorResponse):
                    if node.role in CONTROLS and node.name == label and node.has("sensitive"):
                        return node
            return None

        try:
            return wait_until(usable, label, seconds=60)
        except AssertionError:
            raise AssertionError(f"no control {label!r}; there is\n{self.desktop.root.tree()}") from None

    def reads(self, part: str, seconds: float = 60) -> None:
        """Wait until ``part`` stands somewhere on the screen."""
        self.program.said()
        self.desktop.root.find(part=part, seconds=seconds)
