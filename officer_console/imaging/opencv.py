"""OpenCV for the rest of this package: the one place that imports it, on pixels that the gate has decoded.

It is imported when something of it is first asked for: no window waits for that.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

# Importing OpenCV points these at its own Qt 5; our windows and the child processes must not inherit that.
_QT = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_loading = threading.Lock()


def _map() -> None:
    """Map OpenCV's library into the process while other threads work; what is not found here the import maps itself.

    An import keeps all threads waiting while the system reads the library, its some seventy megabytes and those it
    needs, and the window would stand still. A foreign function is called without that; Windows' loader is, too.
    """
    spec = find_spec("cv2")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        for library in Path(folder).glob("cv2*.pyd" if sys.platform == "win32" else "cv2*.so"):
            with suppress(OSError, AttributeError):
                if sys.platform == "win32":
                    ctypes.WinDLL(str(library))
                else:
                    # Called as any function of the C library: ctypes' own way to it holds the other threads up.
                    call = ctypes.CDLL(None).dlopen
                    call.argtypes, call.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
                    call(os.fsencode(library), sys.getdlopenflags())


def _load() -> ModuleType:
    with _loading:
        if "cv2" not in sys.modules:
            _map()
        before = {name: os.environ.get(name) for name in _QT}
        try:
            import cv2 as loaded
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
        return loaded


class _WhenAsked:
    """Stands for the module; what was asked for once is found at once."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        found = getattr(_load(), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    import cv2
else:
    cv2 = _WhenAsked()

Rgb = npt.NDArray[np.uint8]
"""Rows x columns x 3, red first."""
Grey = npt.NDArray[np.uint8]
"""Rows x columns."""

__all__ = ["Grey", "Rgb", "cv2", "grey_of", "shrunk"]


def grey_of(rgb: Rgb) -> Grey:
    """Luminance of a picture; a grey one comes back as it is."""
    if rgb.ndim == 2:
        return rgb
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def shrunk(pixels: npt.NDArray[np.uint8], longest: int) -> tuple[npt.NDArray[np.uint8], float]:
    """A copy whose longer side is at most `longest`, and its scale (1.0 when it was small enough)."""
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1.0:
        return pixels, 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), scale
