"""Codes in a file: foreign bytes pass the gate, its pixels are searched, what is found is told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from officer_console.codes import mrz_place, payloads, symbols
from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.codes.forms import MacCheck
from officer_console.codes.mrz import Mrz, MrzFormat
from officer_console.codes.mrz_ocr import MrzReader
from officer_console.codes.mrz_place import Box
from officer_console.codes.payloads import Payload
from officer_console.codes.pixels import Gray
from officer_console.codes.symbols import Symbol
from officer_console.imaging.gate import Gate

_CARDS = (CitizenCard, HealthCard)
_LINES = {MrzFormat.TD1: 3, MrzFormat.TD3: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One code: the page it stands on (from 1) and its size in pixels, where and how it was found, what it says."""

    page: int
    width: int
    height: int
    symbol: Symbol
    payload: Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesReading:
    """Machine-readable lines on a page (from 1) of this size in pixels, and where they stand if that can be told."""

    page: int
    width: int
    height: int
    mrz: Mrz
    place: Box | None = None


def is_card(data: bytes, today: date | None = None) -> bool:
    """Tell whether the bytes of a code are a card's."""
    return isinstance(payloads.read(data, today=today), _CARDS)


class ReadCodes:
    """Reads the codes of pictures and PDF files."""

    def __init__(self, gate: Gate, *, check: MacCheck | None = None, lines: MrzReader | None = None) -> None:
        """``check`` tells genuine forms; ``lines`` reads machine-readable lines where no card's code was found."""
        self._gate = gate
        self._check = check
        self._lines = lines

    def read(self, data: bytes, *, today: date) -> Iterator[Reading | LinesReading]:
        """Yield the codes page by page as they are found.

        Raises:
            GateError: the file was refused; the pages before were read.
        """
        page, pages = 0, 1
        while page < pages:
            grey = self._gate.grey(data, page)
            page, pages = page + 1, grey.pages
            image = np.frombuffer(grey.pixels, np.uint8).reshape(grey.height, grey.width)
            yield from self._page(image, page, today)

    def _page(self, image: Gray, page: int, today: date) -> Iterator[Reading | LinesReading]:
        height, width = image.shape

        def meant(data: bytes) -> bool:
            return is_card(data, today)

        found = symbols.read(image, meant=meant)
        for symbol in found:
            payload = payloads.read(symbol.data, check=self._check, today=today)
            yield Reading(page=page, width=width, height=height, symbol=symbol, payload=payload)
        if self._lines is not None and not any(meant(symbol.data) for symbol in found):
            mrz = self._lines.read(image, today=today)
            if mrz is not None:
                place = mrz_place.strip(image, _LINES[mrz.format])
                yield LinesReading(page=page, width=width, height=height, mrz=mrz, place=place)
