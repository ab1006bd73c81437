"""Evidence for the tests of the truth table: pictures that hold a card, readers that have read one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from officer_console.codes.cards import CitizenCard
from officer_console.codes.mrz_ocr import Missing
from officer_console.domain.agreement import CardFacts, CardSource
from officer_console.domain.evidence import CardEvidence, EvidenceSource, Pin
from officer_console.domain.person import BirthDate, Sex
from officer_console.services.evidence import Found
from tests.gui.review_samples import DECLARATION, digest

FRONT, BACK = digest("id_front"), digest("id_back")
FACTS = CardFacts(
    source=CardSource.CITIZEN_QR,
    number="079190001234",
    full_name="Đặng Thị Ước",
    birth=BirthDate(year=1990, month=2, day=1),
    sex=Sex.FEMALE,
    address=DECLARATION.address.text(),
)
QUAD = ((600, 100), (780, 100), (780, 280), (600, 280))
CARD = CitizenCard(
    number="079190001234",
    old_number=None,
    full_name="Đặng Thị Ước",
    birth=BirthDate(year=1990, month=2, day=1),
    sex=Sex.FEMALE,
    address="",
    issued=None,
)


def on_front(**values: object) -> CardEvidence:
    """Return what the code on the front says; ``values`` replace facts."""
    pin = Pin(sha256=FRONT, width=856, height=540, quad=QUAD)
    return CardEvidence(source=EvidenceSource.QR, values=replace(FACTS, **values), pin=pin)  # type: ignore[arg-type]


@dataclass
class FakeEvidence:
    """Pictures by SHA-256 and what is on them."""

    on: dict[str, tuple[CardEvidence, ...]] = field(default_factory=lambda: {FRONT: (on_front(),)})
    missing: Missing | None = None
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def read(self, dossier_id: str, sha256: str) -> Found:
        """Answer."""
        self.asked.append(f"{dossier_id} {sha256}")
        if self.error is not None:
            raise self.error
        return Found(evidence=self.on.get(sha256, ()), missing=self.missing)

    def look_again(self) -> None:
        """Note nothing: there is nothing kept."""
