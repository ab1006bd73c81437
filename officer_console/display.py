"""Whether a window can be shown on this machine, found out before Qt would end the process without a word."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from officer_console import children

SECONDS = 30.0
# Which of them Qt looks at, and in which order, is Qt's own affair.
NAMES = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
_OPEN = "from PySide6.QtGui import QGuiApplication; QGuiApplication(['officer-console'])"


def named_display(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return what the environment names as the display; ``None`` when it names none."""
    return next((environment[name] for name in NAMES if environment.get(name)), None)


def has_display(environment: Mapping[str, str] = os.environ, *, seconds: float = SECONDS) -> bool:
    """Whether a window can be shown: somebody answers for the display and lets this user in within ``seconds``."""
    return ask(environment, seconds=seconds)()


def ask(environment: Mapping[str, str] = os.environ, *, seconds: float = SECONDS) -> Callable[[], bool]:
    """Begin to find out what `has_display` says, and return what waits for the answer.

    A name says little: after ssh, in tmux or under sudo it may be that of a display that is gone or not ours. Qt aborts
    then, so a child opens it first.
    """
    if sys.platform in ("win32", "darwin"):
        return lambda: True
    if named_display(environment) is None:
        return lambda: False
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", _OPEN],
        cwd=children.FOLDER,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def answer() -> bool:
        try:
            return child.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return False

    return answer
