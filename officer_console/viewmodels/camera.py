"""The camera at the counter: live picture, the card found in it, a still taken by itself, its code read on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from officer_console.devices.camera import Camera, CameraFault, Frame
from officer_console.imaging.edges import Quad
from officer_console.services.camera_look import Look, look
from officer_console.viewmodels.ports import Job, Jobs

# A card lies still when its corners stay this near, of the longer side of the picture, for so many looks.
STEADY_LOOKS = 4
STEADY_WITHIN = 0.015
# The next card, or the other side of this one: it has moved as far, or was away for so many looks.
MOVED_BEYOND = 0.12
GONE_LOOKS = 5
# With these a picture is not worth taking by itself.
POOR = frozenset({"blurred", "glare"})


class CameraStep(StrEnum):
    """What is going on, in the order in which it goes."""

    STARTING = "starting"
    OPENING = "opening"
    SEARCHING = "searching"
    HOLD_STILL = "hold-still"
    TAKING = "taking"
    TAKEN = "taken"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraState:
    """``fault`` with FAILED only; ``advice`` how the card is held badly; ``quad`` where it lies in the last frame."""

    step: CameraStep
    fault: CameraFault | None = None
    advice: tuple[str, ...] = ()
    quad: Quad | None = None


class CameraFeed(Protocol):
    """Where the pictures come from (`background.camera_thread.CameraThread`)."""

    @property
    def cameras(self) -> SignalInstance:
        """Carries a tuple of `Camera`."""
        ...

    @property
    def frame(self) -> SignalInstance:
        """Carries a `Frame`."""
        ...

    @property
    def still(self) -> SignalInstance:
        """Carries the bytes of a JPEG."""
        ...

    @property
    def fault(self) -> SignalInstance:
        """Carries a `CameraFault`."""
        ...

    def start(self) -> None:
        """Begin."""
        ...

    def watch(self, camera_id: str) -> None:
        """Show this camera."""
        ...

    def next(self) -> None:
        """Let another frame come."""
        ...

    def take_still(self) -> None:
        """Ask for the last frame as a still."""
        ...

    def leave(self) -> None:
        """End without waiting."""
        ...


class CameraViewModel(QObject):
    """Signals: ``cameras`` (tuple of Camera), ``frame`` (Frame), ``changed`` (CameraState), ``captured`` (bytes of a
    JPEG, as foreign as any: it goes through the gate), ``code`` (bytes of a QR code, once per card).

    ``automatic``: a card that lies still and sharp is taken without a key.
    """

    cameras = Signal(object)
    frame = Signal(object)
    changed = Signal(object)
    captured = Signal(object)
    code = Signal(object)

    def __init__(
        self,
        make_feed: Callable[[], CameraFeed],
        jobs: Jobs,
        parent: QObject | None = None,
        *,
        automatic: bool = True,
    ) -> None:
        """``make_feed`` is called at each start: the camera is on only while somebody looks."""
        super().__init__(parent)
        self.automatic = automatic
        self._make_feed = make_feed
        self._jobs = jobs
        self._feed: CameraFeed | None = None
        self._job: Job | None = None
        self._listed: tuple[Camera, ...] = ()
        self._watched = ""
        self._state = CameraState(step=CameraStep.STARTING)
        # Of the card in view: whether there was a frame at all, where it lies, where it lay when it was taken, whether
        # it is taken, how long it has lain still or been away, what codes of it were told.
        self._seen = self._waits = False
        self._quad: Quad | None = None
        self._taken: Quad | None = None
        self._steady = self._gone = 0
        self._told: set[bytes] = set()

    @property
    def state(self) -> CameraState:
        """How it stands."""
        return self._state

    @property
    def watched(self) -> str:
        """The id of the camera that is shown; empty while there is none."""
        return self._watched

    def start(self) -> None:
        """Switch on."""
        if self._feed is not None:
            return
        feed = self._feed = self._make_feed()
        feed.cameras.connect(self._on_cameras)
        feed.frame.connect(self._on_frame)
        feed.still.connect(self._on_still)
        feed.fault.connect(self._on_fault)
        self._forget()
        self._tell(CameraStep.STARTING)
        feed.start()

    def stop(self) -> None:
        """Switch off; what is on its way is dropped."""
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.leave()
        self._drop_job()

    def watch(self, camera_id: str) -> None:
        """Show another camera, or the same one again after a fault."""
        self._watched = camera_id
        self._forget()
        self._drop_job()
        self._tell(CameraStep.OPENING)
        if self._feed is not None:
            self._feed.watch(camera_id)

    def retry(self) -> None:
        """Show the same camera again."""
        if self._watched:
            self.watch(self._watched)

    def take(self) -> None:
        """Take a still of what is seen now, whatever it is."""
        if self._feed is not None and self._seen and self._state.step is not CameraStep.TAKING:
            self._taken = self._quad
            self._tell(CameraStep.TAKING, quad=self._quad)
            self._feed.take_still()

    def _is_heard(self) -> bool:
        """Whether a slot was called by the feed in use: of one that was left something may still be under way."""
        return _same(self._feed, self.sender())

    def _forget(self) -> None:
        self._seen = self._waits = False
        self._quad = self._taken = None
        self._steady = self._gone = 0
        self._told.clear()

    def _drop_job(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _tell(
        self,
        step: CameraStep,
        *,
        fault: CameraFault | None = None,
        advice: tuple[str, ...] = (),
        quad: Quad | None = None,
    ) -> None:
        state = CameraState(step=step, fault=fault, advice=advice, quad=quad)
        if state != self._state:
            self._state = state
            self.changed.emit(state)

    @Slot(object)
    def _on_cameras(self, found: tuple[Camera, ...]) -> None:
        if not self._is_heard():
            return
        self._listed = found
        self.cameras.emit(found)
        ids = [each.id for each in found]
        lost = self._state.step in (CameraStep.STARTING, CameraStep.FAILED)
        if ids and (lost or self._watched not in ids):
            self.watch(self._watched if self._watched in ids else ids[0])

    @Slot(object)
    def _on_frame(self, frame: Frame) -> None:
        if self._feed is None or not self._is_heard():
            return
        if not self._seen:
            self._seen = True
            self._tell(CameraStep.SEARCHING)
        self.frame.emit(frame)
        if self._job is None:
            self._job = self._jobs.run(lambda: look(frame), self._on_look, self._on_look_failed)
        self._feed.next()

    @Slot(object)
    def _on_still(self, data: bytes) -> None:
        if self._is_heard() and self._state.step is CameraStep.TAKING:
            self._waits = True
            self._tell(CameraStep.TAKEN, quad=self._quad)
            self.captured.emit(data)

    @Slot(object)
    def _on_fault(self, fault: CameraFault) -> None:
        if self._is_heard():
            self._forget()
            self._drop_job()
            self._tell(CameraStep.FAILED, fault=fault)

    def _on_look_failed(self, _error: Exception) -> None:
        self._job = None

    def _on_look(self, seen: Look) -> None:
        self._job = None
        if self._state.step in (CameraStep.FAILED, CameraStep.OPENING) or self._feed is None:
            return
        before, self._quad = self._quad, seen.quad
        self._gone = 0 if seen.quad is not None or seen.codes else self._gone + 1
        if self._gone >= GONE_LOOKS or _is_elsewhere(self._taken, seen):
            self._waits = False
            self._taken = None
            self._told.clear()
        still = before is not None and seen.quad is not None and _apart(before, seen.quad) <= STEADY_WITHIN * seen.side
        self._steady = self._steady + 1 if still else 0
        for data in seen.codes:
            if data not in self._told:
                self._told.add(data)
                self.code.emit(data)
        # A code may have led away: whoever heard it has switched off.
        if self._feed is not None and self._state.step is not CameraStep.TAKING:
            self._go_on(seen)

    def _go_on(self, seen: Look) -> None:
        if self._waits:
            self._tell(CameraStep.TAKEN, quad=seen.quad)
        elif seen.quad is None:
            self._tell(CameraStep.SEARCHING)
        elif self.automatic and self._steady >= STEADY_LOOKS and not POOR & set(seen.advice):
            self.take()
        else:
            self._tell(CameraStep.HOLD_STILL, advice=seen.advice, quad=seen.quad)


def _same(one: object, other: object) -> bool:
    return one is other


def _apart(one: Quad, other: Quad) -> float:
    """Return how far the corner that moved most has moved, in pixels."""
    return max(max(abs(a - c), abs(b - d)) for (a, b), (c, d) in zip(one, other, strict=True))


def _is_elsewhere(taken: Quad | None, seen: Look) -> bool:
    return taken is not None and seen.quad is not None and _apart(taken, seen.quad) > MOVED_BEYOND * seen.side
