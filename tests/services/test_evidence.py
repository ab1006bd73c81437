"""Evidence on a dossier's pictures: real card pictures, a real central, a real gate."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from central_server import schema
from central_server.seed.cards import Paper, back, front
from central_server.seed.mrz import card_lines
from central_server.seed.portraits import Face
from officer_console.codes.mrz_ocr import Missing, MrzReader, NotInstalled
from officer_console.domain.agreement import CardSource
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier
from officer_console.domain.evidence import EvidenceSource
from officer_console.domain.person import BirthDate, PaperKind, Sex
from officer_console.imaging.gate import Gate, GateError
from officer_console.services.evidence import Evidence
from officer_console.sync.online import Online
from tests import builders
from tests.central.process import Central
from tests.faults.workplace import Workplace
from tests.services.review_desk import gate

__all__ = ["gate"]

PAPER = Paper(
    kind=PaperKind.CITIZEN_CARD,
    number="079190001234",
    old_number=None,
    full_name="Đặng Thị Ước",
    birth=BirthDate(year=1990, month=2, day=1),
    sex=Sex.FEMALE,
    address="12 Lê Thánh Tôn, Phường Bến Nghé",
    issued=date(2021, 4, 15),
    expires=date(2030, 2, 1),
    face=Face(sex=Sex.FEMALE, group=1, variant=1),
)


def planted(central: Central, scope: str, data: bytes) -> tuple[Dossier, str]:
    sha256 = central.blobs.put(data)
    with central.database.write() as connection:
        connection.execute(
            insert(schema.blob).values(scope_id=scope, sha256=sha256, media_type="image/png", size=len(data))
        )
    card = Attachment(kind=AttachmentKind.ID_FRONT, sha256=sha256, media_type="image/png", size=len(data))
    made = builders.dossier(central.fresh(), scope_id=scope, attachments=(card,))
    central.plant(made)
    return made, sha256


def evidence_of(desk: Workplace, gate: Gate, lines: MrzReader | None = None) -> Evidence:
    online = Online(desk.store, desk.client, desk.changes.append)
    return Evidence(
        desk.store, online, gate, clock=desk.clock, lines=lambda: lines or NotInstalled(missing=Missing.TESSERACT)
    )


def test_the_code_on_a_card_is_read_with_the_place_it_stands_at(
    desk: Workplace, gate: Gate, central: Central, scope: str
) -> None:
    made, sha256 = planted(central, scope, front(1, PAPER))
    desk.round()

    found = evidence_of(desk, gate).read(made.id, sha256)

    (card,) = found.evidence
    assert (card.source, card.values.source) == (EvidenceSource.QR, CardSource.CITIZEN_QR)
    assert (card.values.full_name, card.values.number) == (PAPER.full_name, PAPER.number)
    assert card.pin is not None
    assert (card.pin.sha256, card.pin.width, card.pin.height) == (sha256, 640, 404)
    assert all(x > 0.6 and 0.2 < y < 0.7 for x, y in card.pin.shares())
    assert found.missing is Missing.TESSERACT


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script with a first line of #!")
def test_machine_readable_lines_are_pinned_to_the_strip_they_fill(
    desk: Workplace, gate: Gate, central: Central, scope: str, tmp_path: Path
) -> None:
    told = card_lines(PAPER.number, PAPER.full_name, PAPER.birth, PAPER.sex, PAPER.expires)
    script = tmp_path / "tesseract"
    script.write_text(f"#!{sys.executable}\nprint({chr(10).join(told)!r})", encoding="utf-8")
    script.chmod(0o755)
    made, sha256 = planted(central, scope, back(PAPER))
    desk.round()

    found = evidence_of(desk, gate, MrzReader(program=script, model="mrz", folder=None)).read(made.id, sha256)

    (card,) = found.evidence
    assert (card.source, card.values.number) == (EvidenceSource.MRZ, PAPER.number)
    assert card.pin is not None
    (left, top), _, (right, bottom), _ = card.pin.shares()
    assert left < 0.1
    assert right > 0.7
    assert (top, bottom) == (pytest.approx(282 / 404, abs=0.04), pytest.approx(382 / 404, abs=0.04))


def test_bytes_that_are_no_picture_are_refused_by_the_gate(
    desk: Workplace, gate: Gate, central: Central, scope: str
) -> None:
    made, sha256 = planted(central, scope, b"no picture")
    desk.round()

    with pytest.raises(GateError):
        evidence_of(desk, gate).read(made.id, sha256)
