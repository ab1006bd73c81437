"""Windows' messages for TWAIN drivers: many say «a page is ready» only through the queue of a window of ours."""

from __future__ import annotations

import ctypes
import sys
import threading
from typing import Protocol

TURN_SECONDS = 0.02


class Messages(Protocol):
    """Where messages come from. ``window`` is the parent TWAIN asks for, 0 for none."""

    window: int

    def turn(self, message: ctypes.Structure) -> bool:
        """Wait at most ``TURN_SECONDS`` and fill ``message``; False when none came."""
        ...

    def pass_on(self, message: ctypes.Structure) -> None:
        """Handle a message the driver did not want."""
        ...


class NoMessages:
    """Other systems have no such queue: the driver is asked again and again with an empty message."""

    window = 0

    def turn(self, _message: object) -> bool:
        """Let some time pass."""
        threading.Event().wait(TURN_SECONDS)
        return True

    def pass_on(self, _message: object) -> None:
        """There is nobody to pass it to."""


if sys.platform == "win32":
    QS_ALLINPUT, PM_REMOVE = 0x04FF, 1

    class WindowMessages:
        """The queue of this thread and a window nobody sees; many drivers refuse to start without one."""

        def __init__(self) -> None:
            self._user = ctypes.WinDLL("user32", use_last_error=True)
            self._user.CreateWindowExW.restype = ctypes.c_void_p
            self._user.CreateWindowExW.argtypes = [
                *(ctypes.c_uint32, ctypes.c_wchar_p, ctypes.c_wchar_p, ctypes.c_uint32),
                *(ctypes.c_int,) * 4,
                *(ctypes.c_void_p,) * 4,
            ]
            self.window = int(self._user.CreateWindowExW(0, "STATIC", "", 0, 0, 0, 0, 0, None, None, None, None) or 0)

        def turn(self, message: ctypes.Structure) -> bool:
            """Return the next message of any window of this thread, taken off the queue."""
            self._user.MsgWaitForMultipleObjects(0, None, 0, round(TURN_SECONDS * 1000), QS_ALLINPUT)
            return bool(self._user.PeekMessageW(ctypes.byref(message), None, 0, 0, PM_REMOVE))

        def pass_on(self, message: ctypes.Structure) -> None:
            """Give it to the window it is for."""
            self._user.TranslateMessage(ctypes.byref(message))
            self._user.DispatchMessageW(ctypes.byref(message))


def messages() -> Messages:
    """Return this system's messages."""
    if sys.platform == "win32":
        return WindowMessages()
    return NoMessages()
