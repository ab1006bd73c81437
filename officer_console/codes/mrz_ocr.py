"""Machine-readable lines in pictures, by tesseract with a model of the OCR-B face; the administrator installs both.

Models of written language read these lines badly (2 of 12 clean cards with ``eng``): none of them is taken instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import numpy as np

from officer_console import children
from officer_console.codes import mrz
from officer_console.codes.pixels import Gray

# Names under which models of the face are distributed, best first.
MODELS = ("mrz", "ocrb", "ocrb_int", "OCRB")
_SECONDS = 10.0
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
# The lines stand at the foot of a card or page; what is above them only costs time.
_FOOT = 0.55
_UNIFORM_BLOCK = "6"


class Missing(StrEnum):
    """What has to be installed."""

    TESSERACT = "tesseract"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInstalled:
    """Machine-readable lines cannot be read here."""

    missing: Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class MrzReader:
    """Tesseract with a model for these lines; ``folder`` holds the model, ``None`` is tesseract's own."""

    program: Path
    model: str
    folder: Path | None

    def read(self, image: Gray, *, today: date) -> mrz.Mrz | None:
        """Return what the lines in ``image`` say, looking at its foot first; ``None`` when there are none to be read.

        A tesseract that fails or takes longer than ten seconds has read nothing.
        """
        foot = image[round(image.shape[0] * _FOOT) :]
        for part in (foot, image):
            found = mrz.read(self._text(part), today=today) if part.size else None
            if found is not None:
                return found
        return None

    def _text(self, image: Gray) -> bytes:
        rows, columns = image.shape
        command = [str(self.program), "stdin", "stdout", "-l", self.model, "--psm", _UNIFORM_BLOCK]
        if self.folder is not None:
            command += ["--tessdata-dir", str(self.folder)]
        picture = b"P5 %d %d 255\n" % (columns, rows) + np.ascontiguousarray(image).tobytes()
        return _said([*command, "-c", f"tessedit_char_whitelist={_LETTERS}"], picture)


def find(*folders: Path, program: str = "tesseract") -> MrzReader | NotInstalled:
    """Look for tesseract on the path, then for a model in ``folders`` and in tesseract's own folder."""
    path = shutil.which(program)
    # Windows looks in the current folder first, and so does a path with a dot in it.
    if path is None or not Path(path).is_absolute():
        return NotInstalled(missing=Missing.TESSERACT)
    for folder in folders:
        for model in MODELS:
            if (folder / f"{model}.traineddata").is_file():
                return MrzReader(program=Path(path), model=model, folder=folder.absolute())
    installed = set(_said([path, "--list-langs"]).decode("utf-8", "replace").split())
    for model in MODELS:
        if model in installed:
            return MrzReader(program=Path(path), model=model, folder=None)
    return NotInstalled(missing=Missing.MODEL)


def _said(command: Sequence[str], given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            cwd=children.FOLDER,
            # One thread each: on small pictures more of them only wait for each other.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""
