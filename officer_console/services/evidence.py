"""Evidence on a dossier's pictures: its codes and machine-readable lines are read, once for each picture."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from officer_console.codes import mrz_ocr
from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.codes.mrz import Mrz
from officer_console.codes.mrz_ocr import Missing, MrzReader, NotInstalled
from officer_console.domain.deadline import today
from officer_console.domain.errors import RuleError
from officer_console.domain.evidence import CardEvidence, EvidenceSource, Pin, Quad
from officer_console.imaging.gate import Gate
from officer_console.services.card_facts import card_facts
from officer_console.services.read_codes import LinesReading, ReadCodes, Reading
from officer_console.store.store import Store
from officer_console.sync.online import Online

Card = CitizenCard | HealthCard | Mrz
_KEPT = 32
_CORNERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one picture told. ``missing`` names what has to be installed before its lines can be read as well."""

    evidence: tuple[CardEvidence, ...]
    missing: Missing | None = None


class Evidence:
    """Reads the pictures of one officer's dossiers; what was read stays in memory only, for the newest pictures."""

    def __init__(
        self,
        store: Store,
        online: Online,
        gate: Gate,
        *,
        clock: Callable[[], datetime],
        lines: Callable[[], MrzReader | NotInstalled] = mrz_ocr.find,
    ) -> None:
        self._store = store
        self._online = online
        self._gate = gate
        self._clock = clock
        self._find_lines = lines
        self._lock = threading.Lock()
        self._lines: MrzReader | NotInstalled | None = None
        self._kept: OrderedDict[str, Found] = OrderedDict()

    def read(self, dossier_id: str, sha256: str) -> Found:
        """Return what the cards on a picture say; sealed store first, then central, decoded by the gate only.

        Raises:
            CentralError: the picture is not here and central cannot be reached.
            GateError: the bytes are not a picture that may be shown.
            RuleError: ``unknown-dossier``.
        """
        with self._lock:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
                return self._kept[sha256]
        with self._store.read() as tx:
            dossier = tx.dossiers.get(dossier_id)
        if dossier is None:
            raise RuleError("unknown-dossier")
        data = self._online.picture(dossier.scope_id, dossier_id, sha256)
        lines = self._reader()
        reader = ReadCodes(self._gate, lines=lines if isinstance(lines, MrzReader) else None)
        readings = reader.read(data, today=today(self._clock()))
        evidence = tuple(told for reading in readings if (told := _told(reading, sha256)) is not None)
        found = Found(evidence=evidence, missing=lines.missing if isinstance(lines, NotInstalled) else None)
        with self._lock:
            self._kept[sha256] = found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def look_again(self) -> None:
        """Forget what was read and what is installed: somebody may have installed it meanwhile."""
        with self._lock:
            self._lines = None
            self._kept.clear()

    def _reader(self) -> MrzReader | NotInstalled:
        with self._lock:
            known = self._lines
        if known is None:
            known = self._find_lines()
            with self._lock:
                self._lines = known
        return known


def shown_card(card: Card) -> CardEvidence:
    """Return the evidence of a card that a reader at the counter has read."""
    return CardEvidence(source=EvidenceSource.READER, values=card_facts(card))


def _told(reading: Reading | LinesReading, sha256: str) -> CardEvidence | None:
    """Return what a reading says about a person; forms and foreign codes say nothing."""
    if isinstance(reading, LinesReading):
        corners: tuple[tuple[int, int], ...] = ()
        if reading.place is not None:
            left, top, right, bottom = reading.place
            corners = ((left, top), (right, bottom))
        quad = _quad(corners)
        pin = Pin(sha256=sha256, page=reading.page, width=reading.width, height=reading.height, quad=quad)
        return CardEvidence(source=EvidenceSource.MRZ, values=card_facts(reading.mrz), pin=pin)
    if not isinstance(reading.payload, CitizenCard | HealthCard):
        return None
    quad = _quad(reading.symbol.corners)
    pin = Pin(sha256=sha256, page=reading.page, width=reading.width, height=reading.height, quad=quad)
    return CardEvidence(source=EvidenceSource.QR, values=card_facts(reading.payload), pin=pin)


def _quad(corners: tuple[tuple[int, int], ...]) -> Quad | None:
    """Return four corners; a decoder that tells another number of them has its box taken."""
    if len(corners) == _CORNERS:
        one, two, three, four = corners
        return one, two, three, four
    if not corners:
        return None
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    return (left, top), (right, top), (right, bottom), (left, bottom)
