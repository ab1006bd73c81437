"""What an officer did to a picture, as a recipe that is kept beside the untouched original."""

from __future__ import annotations

import math
from dataclasses import dataclass

from officer_console.imaging.deskew import quarter, turn
from officer_console.imaging.edges import Quad, flat_size, straighten
from officer_console.imaging.opencv import Rgb


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Cut out along `quad` (pixels of the original), then turned by `deskew` degrees anticlockwise, then by quarters.

    Raises ValueError for numbers that are none, and for a lean of 45 degrees or more: that is another quarter.
    """

    quad: Quad | None = None
    quarters: int = 0
    deskew: float = 0.0

    def __post_init__(self) -> None:
        if not abs(self.deskew) < 45:
            raise ValueError("deskew")
        if self.quad is not None and not all(math.isfinite(number) for corner in self.quad for number in corner):
            raise ValueError("quad")
        object.__setattr__(self, "quarters", self.quarters % 4)


def apply(rgb: Rgb, edit: Edit) -> Rgb:
    """The edited picture; `rgb` stays as it is. The empty edit gives a copy."""
    picture = rgb
    if edit.quad is not None:
        picture = straighten(picture, edit.quad, flat_size(edit.quad))
    if edit.deskew:
        picture = turn(picture, edit.deskew)
    if edit.quarters:
        picture = quarter(picture, edit.quarters)
    return picture.copy() if picture is rgb else picture
