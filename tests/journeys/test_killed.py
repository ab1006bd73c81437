"""A program killed right after *Ghi nhận*: the decision is there again and reaches central once."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.journeys.desk import OFFICER, TO_STOP, Central, Desk, start_desk
from tests.journeys.desktop import Desktop, wait_until


def test_a_decision_survives_the_kill_of_the_program(desktop: Desktop, central: Central, tmp_path: Path) -> None:
    data = tmp_path / "desk"
    with start_desk(desktop, central.address, data) as program:
        desk = Desk(desktop, program)
        desk.sign_in(OFFICER)
        desk.search(TO_STOP)
        desk.row(TO_STOP)
        desk.open_first()
        desk.judge_valid()
        central.program.process.send_signal(signal.SIGSTOP)
        try:
            desk.press("Ghi nhận")
            desk.reads("Đã ghi nhận")
            program.process.kill()
            program.process.wait(20)
        finally:
            central.program.process.send_signal(signal.SIGCONT)
    with start_desk(desktop, central.address, data) as program:
        desk = Desk(desktop, program)
        desk.sign_in(OFFICER)
        wait_until(lambda: central.decisions(TO_STOP) > 0, "the decision at central", seconds=60)
        desk.search(TO_STOP)
        wait_until(lambda: "Đã duyệt" in desk.row(TO_STOP), "the new state in the list")
    assert central.decisions(TO_STOP) == 1
