"""OpenCV beside our windows: it must not lend them its own Qt."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from officer_console.imaging.opencv import grey_of, shrunk

TELL = """
import json, os
from officer_console.imaging.opencv import cv2
cv2.INTER_AREA
print(json.dumps({name: os.environ.get(name) for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")}))
"""

MAPPED = """
import pathlib, sys
def heard(event, arguments):
    if event == "import" and pathlib.Path(arguments[1] or "").name.startswith("cv2."):
        print(arguments[1] in pathlib.Path("/proc/self/maps").read_text())
sys.addaudithook(heard)
from officer_console.imaging.opencv import cv2
cv2.INTER_AREA
"""


def told(**environment: str) -> dict[str, str | None]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QT_QPA_")}
    done = subprocess.run(
        [sys.executable, "-c", TELL], env=clean | environment, capture_output=True, check=True, timeout=60
    )
    answer: dict[str, str | None] = json.loads(done.stdout)
    return answer


def test_the_program_starts_without_opencv() -> None:
    begin = "import sys, officer_console.app; print('cv2' in sys.modules)"
    clean = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", begin], env=clean, capture_output=True, check=True, timeout=60)

    assert done.stdout.strip() == b"False"


@pytest.mark.skipif(sys.platform != "linux", reason="what is mapped is read from /proc")
def test_the_library_is_there_before_the_import_which_holds_up_every_thread() -> None:
    done = subprocess.run([sys.executable, "-c", MAPPED], capture_output=True, check=True, timeout=60)

    assert done.stdout.split() == [b"True"]


def test_opencv_leaves_no_qt_of_its_own_in_the_environment() -> None:
    assert told() == {"QT_QPA_PLATFORM_PLUGIN_PATH": None, "QT_QPA_FONTDIR": None}


def test_what_the_administrator_set_for_qt_stays() -> None:
    assert told(QT_QPA_FONTDIR="/fonts") == {"QT_QPA_PLATFORM_PLUGIN_PATH": None, "QT_QPA_FONTDIR": "/fonts"}


def test_a_small_picture_is_not_enlarged_and_a_large_one_keeps_its_shape() -> None:
    assert shrunk(np.zeros((30, 40, 3), np.uint8), 100)[1] == 1.0

    smaller, scale = shrunk(np.zeros((300, 400, 3), np.uint8), 100)

    assert (smaller.shape, scale) == ((75, 100, 3), 0.25)
    assert grey_of(smaller).shape == (75, 100)
