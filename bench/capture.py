"""A4 in colour at 300 dpi, from the device to the sealed and displayed page, beside `scanimage` of the same page.

Real parts: libsane's ``test`` device through the desk, its worker process, the gate's child, the service of captures,
a sealed store, the program's canvas in a window that is painted. A page counts as done when its canvas was painted with
it and replacement and original are sealed. ``cold`` is the very first page of a process: it starts worker and gate and
loads OpenCV from disk; ``warm`` all of them are there. The device takes some two seconds for a page (``paced``,
``--pace``), as one of thirty pages a minute does; ``unpaced`` it gives the page as quickly as memory does, which no
scanner can, and leaves nothing but our own time: there ``own_seconds`` tells more than a ratio to next to nothing.
``ratio`` is to the median of ``scanimage --format=tiff`` of the same page into a file, run in turn with the warm ones;
unpaced also to ``png``, which is compressed. The gaps leave out the moments in which the host had taken a processor
away (``bench/witness.py``). Peak memory has a round of its own.
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from bench import sealed_store
from bench.figures import Figure
from bench.heart import Beat, Heart
from bench.page_cache import evict_libraries
from bench.rows import dossiers
from bench.witness import Witness, watching
from officer_console.app import SWITCH_SECONDS
from officer_console.background.jobs import JobRunner
from officer_console.devices.desk import ScanDesk
from officer_console.devices.host import DriverHost
from officer_console.devices.profile import Profile, ProfileDevice
from officer_console.devices.profiles import Profiles
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.officer import Officer, Role
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Gate
from officer_console.services.capture import Capture, Shot
from officer_console.store.store import Store
from officer_console.views import theme
from officer_console.views.picture_canvas import PictureCanvas
from officer_console.views.picture_image import Picture, of_pixels

SCOPE = "07906"
DEVICE = "test:0"
DPI = 300
DOSSIERS = 8
FORM = AttachmentKind.SIGNED_FORM
PREVIEW_LONGEST = 2000
LONGEST_SECONDS = 60.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """One page: seconds from the press to painted and sealed, and where they went."""

    seconds: float
    parts: Mapping[str, float]
    beats: Sequence[Beat]


class _Canvas(PictureCanvas):
    """The program's canvas, which says when it was painted with a page."""

    def __init__(self) -> None:
        super().__init__("page", "Trang")
        self._told: list[Callable[[], None]] = []

    def show_page(self, picture: Picture, painted: Callable[[], None]) -> None:
        """Show a page; ``painted`` is called behind its first painting."""
        self._told.append(painted)
        self.show_picture(picture)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt
        """Paint, then tell."""
        super().paintEvent(event)
        told, self._told = self._told, []
        for each in told:
            each()


class _Desk:
    """A counter with one window: what stands between a device and the sealed page."""

    def __init__(self, folder: Path, environment: Mapping[str, str], canvas: _Canvas) -> None:
        self._ids = count(1)
        self.gate = Gate()
        self.jobs = JobRunner()
        self.store = Store.open(folder / "store.db", sealed_store.key(1), clock=sealed_store.clock)
        rows = list(dossiers(DOSSIERS, seed=1))
        with self.store.apply() as tx:
            tx.dossiers.put(rows)
        self._next = itertools.cycle(dossier.id for _, dossier in rows)
        officer = Officer(id="o", username="ha", full_name="Nguyễn Thị Hà", role=Role.OFFICER, scopes=(SCOPE,))
        self.capture = Capture(
            self.store, officer, self.gate, clock=sealed_store.clock, new_id=lambda: f"shot-{next(self._ids)}"
        )
        self.profile = Profile(name="Quầy 1", devices=(ProfileDevice(driver="sane", id=DEVICE),), dpi=DPI)
        self.scanner = ScanDesk([DriverHost("sane", environment=environment)], Profiles(None, None))
        self._canvas = canvas

    def close(self) -> None:
        """Let go of everything."""
        self.jobs.close()
        self.scanner.close()
        self.gate.close()
        self.store.close()

    def page(self) -> _Taken:
        """Take one page as the officer's press does, and wait until it is painted and sealed."""
        dossier = next(self._next)
        began = time.perf_counter()
        parts: dict[str, float] = {}
        done = QEventLoop()
        open_ends = {"painted", "sealed"}
        heart = Heart()
        heart.start()

        def settled(end: str) -> None:
            parts[end] = time.perf_counter() - began
            open_ends.discard(end)
            if not open_ends:
                done.quit()

        def failed(error: Exception) -> None:
            errors.append(error)
            done.quit()

        def come() -> tuple[Shot, Picture]:
            (scanned,) = self.scanner.scan(self.profile)
            parts["device"] = time.perf_counter() - began
            (shot,) = self.capture.take(scanned.page.data, dpi=scanned.page.dpi)
            parts["gate and look"] = time.perf_counter() - began
            # Sealing does not wait for the screen, nor the screen for it.
            self.jobs.run(lambda: seal(shot), lambda _nothing: settled("sealed"), failed)
            pixels = self.capture.preview(shot, Edit(), PREVIEW_LONGEST)
            return shot, of_pixels(pixels.width, pixels.height, pixels.rgb)

        def seal(shot: Shot) -> None:
            self.capture.attach(dossier, FORM, shot, Edit(), "")

        errors: list[Exception] = []
        self.jobs.run(come, lambda made: self._canvas.show_page(made[1], lambda: settled("painted")), failed)
        QTimer.singleShot(int(LONGEST_SECONDS * 1000), done.quit)
        done.exec()
        beats = heart.stop()
        if errors:
            raise errors[0]
        if open_ends:
            raise RuntimeError(f"not {', '.join(sorted(open_ends))} in time")
        self._forget(dossier)
        seconds = max(parts["painted"], parts["sealed"])
        return _Taken(seconds=seconds, parts=parts, beats=beats)

    def _forget(self, dossier: str) -> None:
        """Let go of what was sealed: the device's pages are all the same, and what is there is not sealed again."""
        with self.store.read() as tx:
            made = tx.captures.newest(dossier, FORM.value)
        self.capture.undo(dossier, FORM)
        if made is not None:
            self.store.blobs.drop((made.sha256, *made.originals))


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Take pages cold and warm, at the device's pace and without; yield seconds, ratios, gaps and peak memory."""
    parser = argparse.ArgumentParser(prog="bench capture")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pace", type=int, default=110, help="milliseconds the device waits behind each buffer")
    given = parser.parse_args(list(arguments))
    if shutil.which("scanimage") is None:
        raise SystemExit("scanimage is needed (package sane-utils)")
    paces = {"paced": given.pace, "unpaced": 0}
    with watching() as witness:
        # As long as nobody here has OpenCV mapped, the system can be made to forget it.
        cold = {case: [_apart(pace) for _ in range(given.rounds)] for case, pace in paces.items()}
    with _canvas() as canvas:
        for case, pace in paces.items():
            with TemporaryDirectory(prefix="bench-capture-") as folder:
                yield from _case(case, Path(folder), pace, (cold[case], witness), canvas)


@contextmanager
def _canvas() -> Iterator[_Canvas]:
    """Show a window as the program's with nothing in it but a canvas."""
    sys.setswitchinterval(SWITCH_SECONDS)
    application = QApplication.instance() or QApplication([])
    if not isinstance(application, QApplication):
        raise TypeError(application)
    theme.apply(application)
    window, canvas = QMainWindow(), _Canvas()
    window.setCentralWidget(canvas)
    window.resize(1366, 728)
    window.show()
    yield canvas
    window.close()


def _apart(pace: int) -> _Taken:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_first_page, pace).result()


def _first_page(pace: int) -> _Taken:
    """Take the first page of this process."""
    with (
        _canvas() as canvas,
        TemporaryDirectory(prefix="bench-capture-") as folder,
        closing(_Desk(Path(folder), _device(Path(folder), pace), canvas)) as desk,
    ):
        evict_libraries("cv2")
        _idle_beats()
        return desk.page()


def _case(
    case: str, folder: Path, pace: int, cold: tuple[Sequence[_Taken], Witness], canvas: _Canvas
) -> Iterator[Figure]:
    rounds, environment = len(cold[0]), _device(folder, pace)
    raw: list[float] = []
    packed: list[float] = []
    warm: list[_Taken] = []
    with closing(_Desk(folder, environment, canvas)) as desk:
        desk.page()
        with watching() as witness:
            idle = _idle_beats()
            for _ in range(rounds):
                raw.append(_scanimage(folder, environment, "tiff"))
                warm.append(desk.page())
        if not pace:
            packed = [_scanimage(folder, environment, "png") for _ in range(rounds)]
        with _peak() as peak:
            desk.page()
    scanimage, least = statistics.median(raw), _longest(idle, witness)
    yield _figure(case, "scanimage_seconds", scanimage, "s", rounds)
    yield _figure(case, "idle_gap_ms", least, "ms", len(idle))
    for name, taken, seen in ((f"{case}, cold", *cold), (f"{case}, warm", warm, witness)):
        usual = statistics.median(each.seconds for each in taken)
        yield _figure(name, "seconds", usual, "s", rounds)
        for part in sorted(taken[0].parts, key=taken[0].parts.__getitem__):
            yield _figure(
                name, f"{part.replace(' ', '_')}_by", statistics.median(t.parts[part] for t in taken), "s", rounds
            )
        yield _figure(name, "own_seconds", usual - scanimage, "s", rounds)
        yield _figure(name, "ratio", usual / scanimage, "1", rounds, vs="scanimage")
        if packed:
            yield _figure(name, "ratio_to_png", usual / statistics.median(packed), "1", rounds, vs="scanimage to PNG")
        gap = max(_longest(each.beats, seen) for each in taken) - least
        yield _figure(name, "gap_over_idle_ms", gap, "ms", rounds)
    yield _figure(f"{case}, warm", "peak_mib", max(peak, default=0.0), "MiB", len(peak))


def _figure(case: str, metric: str, value: float, unit: str, n: int, *, vs: str | None = None) -> Figure:
    return Figure(bench="capture", case=case, metric=metric, value=round(value, 3), unit=unit, n=n, vs=vs)


def _device(folder: Path, pace: int) -> dict[str, str]:
    """Return the environment in which libsane has one device only: its own, for tests."""
    behaviour = f"read-delay true\nread-delay-duration {pace * 1000}\n" if pace else ""
    (folder / "dll.conf").write_text("test\n")
    (folder / "test.conf").write_text(f"geometry_max 300.0\ntest-picture Grid\n{behaviour}")
    return {**os.environ, "SANE_CONFIG_DIR": str(folder)}


def _scanimage(folder: Path, environment: Mapping[str, str], form: str) -> float:
    """Return how many seconds the same page takes into a file."""
    target = folder / f"raw.{form}"
    size = ("--resolution", str(DPI), "-x", "210", "-y", "297")
    command = ("scanimage", "-d", DEVICE, "--mode", "Color", "--depth", "8", *size, f"--format={form}", "-o", target)
    began = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=LONGEST_SECONDS)
    seconds = time.perf_counter() - began
    target.unlink()
    return seconds


def _idle_beats() -> list[Beat]:
    """Return the beats of a second without work."""
    heart, loop = Heart(), QEventLoop()
    QTimer.singleShot(300, heart.start)
    QTimer.singleShot(1300, loop.quit)
    loop.exec()
    return heart.stop()


def _longest(beats: Sequence[Beat], witness: Witness) -> float:
    """Return the longest gap in milliseconds at which the host was there."""
    there = (beat.gap for beat in beats if not witness.saw(beat.at - beat.waited / 1000, beat.at))
    return max(there, default=0.0)


@contextmanager
def _peak() -> Iterator[list[float]]:
    """Fill a list with the MiB that this process and all below it hold together, looked at every so often (Linux)."""
    seen: list[float] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_SECONDS):
            seen.append(sum(map(_share, _family(os.getpid()))))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _family(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _share(process: int) -> float:
    """Return the MiB of a process; what several share counts once in all of them together."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)
