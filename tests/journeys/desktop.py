"""A desktop of its own for black-box tests, and what a screen reader sees on it.

The program runs in its own process; the test reads it over the accessibility bus (AT-SPI) and types by key events.
Nothing here imports the program.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from jeepney import DBusAddress, DBusErrorResponse, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

T = TypeVar("T")

PROGRAMS = ("Xvfb", "openbox", "xdotool", "dbus-daemon")
SCREEN = "1366x768x24"
ACCESSIBLE = "org.a11y.atspi."
ROOT = "/org/a11y/atspi/accessible/root"
TABLES = {"table", "tree table", "list", "tree"}
STATES = {"checked": 4, "enabled": 8, "focused": 12, "selected": 23, "sensitive": 24, "showing": 25}


def missing_programs() -> list[str]:
    """Return which of the system's programs the desktop needs are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def wait_until(look: Callable[[], T | None], what: str, seconds: float = 30) -> T:
    """Call ``look`` until it returns something true, and return that.

    Raises:
        AssertionError: nothing true came within ``seconds``; the message says what was waited for.
    """
    end = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        result = look()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        pause.wait(0.05)


@dataclass(frozen=True, slots=True)
class Node:
    """One accessible object: an application, a window, a control, a cell."""

    bus: DBusConnection
    owner: str
    path: str

    def _call(self, interface: str, method: str, signature: str | None = None, *arguments: Any) -> tuple[Any, ...]:
        address = DBusAddress(self.path, self.owner, ACCESSIBLE + interface)
        reply = self.bus.send_and_get_reply(new_method_call(address, method, signature, arguments), timeout=60)
        if reply.header.message_type is MessageType.error:
            raise DBusErrorResponse(reply)
        return tuple(reply.body)

    def _property(self, interface: str, name: str) -> Any:
        message = Properties(DBusAddress(self.path, self.owner, ACCESSIBLE + interface)).get(name)
        reply = self.bus.send_and_get_reply(message, timeout=60)
        if reply.header.message_type is MessageType.error:
            raise DBusErrorResponse(reply)
        return reply.body[0][1]

    @property
    def name(self) -> str:
        """The accessible name, as it is read out."""
        return str(self._property("Accessible", "Name"))

    @property
    def id(self) -> str:
        """The path of object names, for example ``QApplication.shell.queue.searchButton``."""
        return str(self._property("Accessible", "AccessibleId"))

    @property
    def role(self) -> str:
        """The role's name, for example ``button``."""
        return str(self._call("Accessible", "GetRoleName")[0])

    def has(self, state: str) -> bool:
        """Tell whether the object is ``enabled``, ``showing``, ``checked``, ``focused`` …"""
        low, high = self._call("Accessible", "GetState")[0]
        return bool((low | high << 32) >> STATES[state] & 1)

    def children(self) -> list[Node]:
        """Return the objects directly below."""
        return [Node(self.bus, owner, path) for owner, path in self._call("Accessible", "GetChildren")[0]]

    def walk(self) -> Iterator[Node]:
        """Yield what is shown below, parents first; cells of tables are left out, ``cell`` reads them."""
        for child in self.children():
            with contextlib.suppress(DBusErrorResponse):
                if child.role != "application" and not child.has("showing"):
                    continue
                yield child
                if child.role not in TABLES:
                    yield from child.walk()

    def look(self, role: str | None = None, name: str | None = None, *, part: str = "", id: str = "") -> Node | None:  # noqa: A002
        """Return the first shown object with this role, name, ``part`` of a name and last part of an id, or nothing."""
        for node in self.walk():
            # An object may go away while it is read.
            with contextlib.suppress(DBusErrorResponse):
                if role is not None and node.role != role:
                    continue
                if id and node.id.rpartition(".")[2] != id:
                    continue
                named = node.name if name is not None or part else ""
                if name in (None, named) and part in named:
                    return node
        return None

    def find(
        self,
        role: str | None = None,
        name: str | None = None,
        *,
        part: str = "",
        id: str = "",  # noqa: A002
        seconds: float = 30,
    ) -> Node:
        """Wait for the object that ``look`` describes and return it; a failure tells what there was instead."""
        try:
            return wait_until(lambda: self.look(role, name, part=part, id=id), "", seconds)
        except AssertionError:
            wanted = f"role={role} name={name} part={part!r} id={id!r}"
            raise AssertionError(f"{wanted} not within {seconds:.0f} s; there is\n{self.tree()}") from None

    @property
    def text(self) -> str:
        """The text in it; for objects without any, the name."""
        try:
            return str(self._call("Text", "GetText", "ii", 0, -1)[0])
        except DBusErrorResponse:
            return self.name

    def set_text(self, text: str) -> None:
        """Replace what stands in an input field."""
        self._call("EditableText", "SetTextContents", "s", text)

    def actions(self) -> list[str]:
        """Return the names of what can be done with it, for example ``Press``."""
        return [
            str(self._call("Action", "GetName", "i", index)[0]) for index in range(self._property("Action", "NActions"))
        ]

    def do(self, action: str) -> None:
        """Do one of ``actions``; waits until the object is enabled."""
        wait_until(lambda: self.has("enabled"), f"{self.name!r} enabled")
        self._call("Action", "DoAction", "i", self.actions().index(action))

    def rows(self) -> int:
        """Return the number of rows of a table."""
        return int(self._property("Table", "NRows"))

    def cell(self, row: int, column: int) -> Node:
        """Return the cell of a table; both numbers count from 0."""
        owner, path = self._call("Table", "GetAccessibleAt", "ii", row, column)[0]
        return Node(self.bus, owner, path)

    def row(self, row: int) -> list[str]:
        """Return the texts of one row of a table."""
        return [self.cell(row, column).name for column in range(int(self._property("Table", "NColumns")))]

    def focus(self) -> None:
        """Bring the keyboard to it and wait until it is there."""
        self._call("Component", "GrabFocus")
        wait_until(lambda: self.has("focused"), f"focus on {self.name!r}")

    def tree(self, depth: int = 0) -> str:
        """Return what is shown below as indented text, for the message of a failed test."""
        lines = []
        for child in self.children():
            with contextlib.suppress(DBusErrorResponse):
                if child.role == "application" or child.has("showing"):
                    lines.append(f"{'  ' * depth}{child.role} {child.name!r} {child.id.rpartition('.')[2]}")
                    if child.role not in TABLES:
                        lines.append(child.tree(depth + 1))
        return "\n".join(line for line in lines if line)


@dataclass(slots=True)
class Desktop:
    """Xvfb, a window manager, a session bus and its accessibility bus, all its own; a context manager."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _bus: DBusConnection | None = None

    def __enter__(self) -> Self:
        """Start everything and wait until the accessibility bus answers."""
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700)
        self.environment = {
            **os.environ,
            "HOME": str(self.folder),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "share"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        for gone in ("WAYLAND_DISPLAY", "AT_SPI_BUS_ADDRESS"):
            self.environment.pop(gone, None)
        number = self._first_line("Xvfb", "-screen", "0", SCREEN, "-nolisten", "tcp", "-displayfd", "{fd}")
        self.environment["DISPLAY"] = f":{number}"
        address = self._first_line("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address={fd}")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        self._manage_windows()
        with open_dbus_connection(address) as session:
            question = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
            answer = session.send_and_get_reply(question, timeout=30)
            if answer.header.message_type is MessageType.error:
                raise DBusErrorResponse(answer)
            self._bus = open_dbus_connection(answer.body[0])
        return self

    def __exit__(self, *_: object) -> None:
        """Stop what was started, last first."""
        if self._bus is not None:
            self._bus.close()
        for process in reversed(self._started):
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()
                process.wait()

    def _manage_windows(self) -> None:
        """Start the window manager and wait until it is there: without it no window ever has the focus.

        Right after the display has told its number openbox may fail to open it: it gets three tries.
        """
        there = self.folder / "windows-managed"
        for _ in range(3):
            process = self._start(["openbox", "--startup", f"touch {shlex.quote(str(there))}"])
            wait_until(lambda tried=process: there.exists() or tried.poll() is not None, "openbox")
            if there.exists():
                self._started.append(process)
                return
        raise AssertionError(f"openbox did not start, see {self.folder}")

    def _start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        with (self.folder / f"{Path(command[0]).name}.log").open("ab") as log:
            return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, **options)

    def _first_line(self, *command: str) -> str:
        """Start a program that writes its first news to the descriptor put for ``{fd}``; return that line."""
        reading, writing = os.pipe()
        filled = [part.replace("{fd}", str(writing)) for part in command]
        self._started.append(self._start(filled, pass_fds=[writing]))
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as news:
            line = news.readline().strip()
        if not line:
            raise AssertionError(f"{command[0]} did not start, see {self.folder}")
        return line

    @property
    def root(self) -> Node:
        """The object above all applications."""
        assert self._bus is not None
        return Node(self._bus, "org.a11y.atspi.Registry", ROOT)

    def keys(self, *keys: str) -> None:
        """Press keys one after the other, for example ``ctrl+Return``; they go to the focused window.

        As slowly as a person does: what comes faster is a scanner's.
        """
        command = ["xdotool", "key", "--clearmodifiers", "--delay", "150", *keys]
        subprocess.run(command, env=self.environment, check=True, timeout=30)

    def picture(self, path: Path) -> None:
        """Write what is on the screen as an X window dump, to look at after a failure."""
        if shutil.which("xwd") is not None:
            subprocess.run(["xwd", "-root", "-silent", "-out", path], env=self.environment, check=False, timeout=30)

    def process(self, command: list[str], more: Mapping[str, str] | None = None, log: str = "program") -> Program:
        """Start a program on this desktop; its output goes to ``log``.log in the folder."""
        path = self.folder / f"{log}.log"
        with path.open("ab") as stream:
            process = subprocess.Popen(
                command,
                env={**self.environment, **(more or {})},
                stdout=stream,
                stderr=stream,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
            )
        return Program(process, path)


@dataclass(frozen=True, slots=True)
class Program:
    """A started process and where its output goes; a context manager that ends it."""

    process: subprocess.Popen[bytes]
    log: Path

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process: politely, then not."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def said(self) -> str:
        """Return everything written so far; fails when the process has ended by itself."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{text[-4000:]}"
        return text
