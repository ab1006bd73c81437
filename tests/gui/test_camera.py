"""The camera: QtMultimedia's session in its child process, fed with drawn cards, seen by the real widget."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from officer_console.background.camera_thread import CameraThread
from officer_console.background.jobs import JobRunner
from officer_console.devices.camera import Camera, CameraFault
from officer_console.devices.camera_host import CameraSeconds
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.reference import Reference
from officer_console.imaging.gate import Gate
from officer_console.imaging.opencv import Rgb
from officer_console.viewmodels.camera import CameraState, CameraStep, CameraViewModel
from officer_console.viewmodels.capture import CaptureViewModel
from officer_console.viewmodels.devices import DeviceLog
from officer_console.viewmodels.pages import Intake
from officer_console.viewmodels.quick_box import QuickBoxViewModel
from officer_console.views import camera_words
from officer_console.views.camera import CameraDialog, CameraView, StillsDialog
from officer_console.views.camera_source import CameraSource
from officer_console.views.capture_dialog import CaptureDialog
from officer_console.views.plain import PlainLabel
from officer_console.views.quick_box import QuickBoxView
from tests.codes.samples import CARD_2021
from tests.gui.camera_scenes import SIZE, drawn, empty
from tests.gui.capture_parts import FakeCapture, FakeDesk
from tests.gui.capture_window import paint
from tests.gui.review_parts import clock
from tests.gui.shell_window import Window
from tests.gui.test_quick_box import FakeLookup, FakePage

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("camera")]

QUICK = CameraSeconds(silence=2.0, grace=0.5, again=0.2)

Cameras = Callable[..., Callable[[], CameraThread]]
Desk = Callable[..., CameraViewModel]


@pytest.fixture
def scene(tmp_path: Path) -> Callable[[str, Rgb], str]:
    """Put a picture where the virtual camera finds it."""

    def put(name: str, rgb: Rgb) -> str:
        path = tmp_path / f"{name}.png"
        QImage(rgb.tobytes(), rgb.shape[1], rgb.shape[0], rgb.shape[1] * 3, QImage.Format.Format_RGB888).save(str(path))
        return str(path)

    return put


@pytest.fixture
def cameras(qapp: QApplication) -> Iterator[Cameras]:  # noqa: ARG001 - threads call back on its loop
    """Return what makes a feed of a camera that shows the given scenes, each for ``frames`` frames."""
    feeds: list[CameraThread] = []

    def make(*scenes: str, frames: int = 60) -> Callable[[], CameraThread]:
        command = (sys.executable, "-m", "tests.gui.virtual_camera", "--frames", str(frames), *scenes)

        def feed() -> CameraThread:
            feeds.append(CameraThread(command=command, seconds=QUICK))
            return feeds[-1]

        return feed

    yield make
    for feed in feeds:
        feed.stop()


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[JobRunner]:  # noqa: ARG001 - it calls back on its loop
    """Jobs as the program runs them."""
    runner = JobRunner(threads=2)
    yield runner
    runner.close()


@pytest.fixture
def desk(cameras: Cameras, jobs: JobRunner) -> Iterator[Desk]:
    """Make the view model of a camera."""
    models: list[CameraViewModel] = []

    def make(*scenes: str, frames: int = 60, automatic: bool = True) -> CameraViewModel:
        models.append(CameraViewModel(cameras(*scenes, frames=frames), jobs, automatic=automatic))
        return models[-1]

    yield make
    for model in models:
        model.stop()


def shown(qtbot: QtBot, model: CameraViewModel) -> CameraView:
    view = CameraView(model)
    qtbot.addWidget(view)
    view.resize(860, 600)
    view.show()
    return view


def heard(model: CameraViewModel) -> tuple[list[bytes], list[bytes], list[CameraState]]:
    """Return what the model will tell: stills, codes, states."""
    stills: list[bytes] = []
    codes: list[bytes] = []
    states: list[CameraState] = []
    model.captured.connect(stills.append)
    model.code.connect(codes.append)
    model.changed.connect(states.append)
    return stills, codes, states


def test_a_card_that_lies_still_is_taken_once_in_full_size_and_its_code_is_read(
    qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]
) -> None:
    model = desk(scene("card", drawn()))
    stills, codes, states = heard(model)
    shown(qtbot, model)
    qtbot.waitUntil(lambda: bool(stills) and bool(codes))
    image = QImage.fromData(stills[0], "JPEG")
    assert (image.width(), image.height()) == SIZE
    looks: list[object] = []
    model.frame.connect(looks.append)
    qtbot.waitUntil(lambda: len(looks) > 15)
    assert (len(stills), codes) == (1, [CARD_2021])
    assert states[-1].step is CameraStep.TAKEN


def test_the_other_card_is_taken_too(qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]) -> None:
    other = CARD_2021.replace(b"001090012345", b"001090054321")
    model = desk(
        scene("one", drawn()), scene("none", empty()), scene("two", drawn(seed=5, code=other, turned=-8)), frames=150
    )
    stills, codes, _ = heard(model)
    shown(qtbot, model)
    qtbot.waitUntil(lambda: len(stills) == 2 and len(codes) == 2, timeout=60_000)
    assert codes == [CARD_2021, other]
    assert stills[0] != stills[1]


def test_a_blurred_card_is_not_taken_by_itself_but_by_the_space_bar(
    qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]
) -> None:
    model = desk(scene("blurred", drawn(blur=5)))
    stills, _, states = heard(model)
    view = shown(qtbot, model)
    qtbot.waitUntil(lambda: any("blurred" in state.advice for state in states))
    looks: list[object] = []
    model.frame.connect(looks.append)
    qtbot.waitUntil(lambda: len(looks) > 20)
    assert not stills
    qtbot.keyClick(view.picture, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(stills) == 1)


def test_an_empty_table_is_not_taken(qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]) -> None:
    model = desk(scene("empty", empty()))
    stills, codes, states = heard(model)
    shown(qtbot, model)
    looks: list[object] = []
    model.frame.connect(looks.append)
    qtbot.waitUntil(lambda: len(looks) > 20)
    assert not stills
    assert not codes
    assert states[-1].step is CameraStep.SEARCHING


def test_by_hand_only_the_key_takes_a_picture(qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]) -> None:
    model = desk(scene("card", drawn()), automatic=False)
    stills, _, states = heard(model)
    view = shown(qtbot, model)
    qtbot.waitUntil(lambda: bool(states) and states[-1].step is CameraStep.HOLD_STILL)
    looks: list[object] = []
    model.frame.connect(looks.append)
    qtbot.waitUntil(lambda: len(looks) > 20)
    assert not stills
    button = view.findChild(QPushButton, "cameraTake")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(stills) == 1)


def test_cameras_are_listed_by_name(qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]) -> None:
    model = desk(scene("empty", empty()))
    view = shown(qtbot, model)
    choice = view.findChild(QComboBox, "cameraChoice")
    assert choice is not None
    qtbot.waitUntil(lambda: choice.count() == 2)
    assert [choice.itemText(at) for at in range(2)] == ["Máy ảnh quầy 1", "USB Camera"]
    choice.activated.emit(1)
    qtbot.waitUntil(lambda: model.state.step is CameraStep.SEARCHING and choice.currentIndex() == 1)


@pytest.mark.parametrize(
    ("scenes", "fault"),
    [
        (("none",), CameraFault.NO_CAMERA),
        (("denied",), CameraFault.DENIED),
        (("busy",), CameraFault.BUSY),
        (("quiet",), CameraFault.SILENT),
        (("hang",), CameraFault.SILENT),
    ],
)
def test_what_is_wrong_with_a_camera_is_said_with_what_to_do(
    qtbot: QtBot, desk: Desk, scenes: tuple[str, ...], fault: CameraFault
) -> None:
    model = desk(*scenes)
    _, _, states = heard(model)
    view = shown(qtbot, model)
    qtbot.waitUntil(lambda: any(state.fault is fault for state in states))
    said = [camera_words.line(state, automatic=True)[0] for state in states if state.fault is fault]
    line = view.findChild(PlainLabel, "cameraLine")
    assert line is not None
    assert said
    assert len(said[0]) > 40


def test_a_camera_that_is_unplugged_is_told_and_a_hung_child_is_replaced(
    qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]
) -> None:
    model = desk(scene("empty", empty()), "lost", frames=40)
    _, _, states = heard(model)
    shown(qtbot, model)
    qtbot.waitUntil(lambda: bool(states) and states[-1].fault is CameraFault.LOST)


def test_a_hung_driver_is_ended_and_the_picture_comes_back(
    qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]
) -> None:
    model = desk(scene("empty", empty()), "hang", frames=40)
    _, _, states = heard(model)
    shown(qtbot, model)
    qtbot.waitUntil(lambda: any(state.fault is CameraFault.SILENT for state in states))
    seen = len(states)
    qtbot.waitUntil(lambda: any(state.step is CameraStep.SEARCHING for state in states[seen:]))


def test_the_camera_is_off_when_nobody_looks(qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]) -> None:
    model = desk(scene("empty", empty()))
    frames: list[object] = []
    model.frame.connect(frames.append)
    view = shown(qtbot, model)
    qtbot.waitUntil(lambda: len(frames) > 2)
    view.hide()
    count = len(frames)
    qtbot.wait(400)
    assert len(frames) == count


def test_the_reading_dialog_closes_at_the_first_code(
    qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]
) -> None:
    model = desk(scene("card", drawn()), automatic=False)
    _, codes, _ = heard(model)
    ground = CameraView(desk("none"))
    qtbot.addWidget(ground)
    dialog = CameraDialog(model, ground)
    dialog.open()
    qtbot.waitUntil(lambda: bool(codes) and not dialog.isVisible())
    assert codes == [CARD_2021]


def test_a_still_becomes_a_page_of_the_dialog_for_pages(
    qtbot: QtBot, desk: Desk, jobs: JobRunner, scene: Callable[[str, Rgb], str]
) -> None:
    gate = Gate()
    intake = Intake(desk=FakeDesk, paint=paint, jobs=jobs, device_jobs=jobs, log=DeviceLog(clock))
    model = CaptureViewModel(FakeCapture(gate), intake)
    dialog = CaptureDialog(model)
    qtbot.addWidget(dialog)
    source = CameraSource(desk(scene("card", drawn())), dialog)
    with qtbot.waitActive(dialog):
        dialog.begin("d1", (AttachmentKind.ID_FRONT,), AttachmentKind.ID_FRONT)
    QTest.keyClick(dialog, Qt.Key.Key_F8)
    assert source.stills.isVisible()
    qtbot.waitUntil(lambda: len(model.sheets) == 1 and not model.busy)
    sheet = model.sheet
    assert sheet is not None
    assert (sheet.shot.width, sheet.shot.height) == SIZE
    dialog.done(0)
    assert not source.stills.isVisible()
    gate.close()


def test_the_dialog_for_stills_hands_each_on_and_counts(
    qtbot: QtBot, desk: Desk, scene: Callable[[str, Rgb], str]
) -> None:
    ground = CameraView(desk("none"))
    qtbot.addWidget(ground)
    dialog = StillsDialog(desk(scene("card", drawn())), ground)
    taken: list[bytes] = []
    dialog.captured.connect(taken.append)
    dialog.open()
    qtbot.waitUntil(lambda: len(taken) == 1)
    qtbot.keyClick(dialog.view.picture, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(taken) == 2)
    told = dialog.findChild(PlainLabel, "stillsTaken")
    assert told is not None
    assert told.text() == "Đã chụp 2 ảnh"


@pytest.mark.skipif(
    os.name != "posix" or any(Path("/dev").glob("video*")), reason="this machine may have a camera of its own"
)
def test_a_machine_without_cameras_says_so_through_the_real_child(qtbot: QtBot, jobs: JobRunner) -> None:
    feed = CameraThread()
    model = CameraViewModel(lambda: feed, jobs)
    listed: list[tuple[Camera, ...]] = []
    model.cameras.connect(listed.append)
    view = shown(qtbot, model)
    qtbot.waitUntil(lambda: model.state.fault is CameraFault.NO_CAMERA)
    assert listed == [()]
    view.hide()
    feed.stop()


def test_the_camera_beside_the_quick_box_reads_a_card_like_any_other_reader(
    qtbot: QtBot, cameras: Cameras, jobs: JobRunner, scene: Callable[[str, Rgb], str]
) -> None:
    window, opened = Window(qtbot), list[str]()
    model = QuickBoxViewModel(
        FakeLookup(),
        jobs,
        FakePage(),  # type: ignore[arg-type]  # a small fake
        make_camera=cameras(scene("card", drawn())),
    )
    readers = QuickBoxView(model, window.view, Reference)
    readers.open_requested.connect(opened.append)
    QTest.keyClick(window.view, Qt.Key.Key_F8)
    assert readers.camera.isVisible()
    qtbot.waitUntil(lambda: opened == ["d1"])
    assert not readers.camera.isVisible()
    readers.stop()
