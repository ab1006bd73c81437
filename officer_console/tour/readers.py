"""The tour with a card in hand: a picture of it is read, its code typed into the window as a scanner types it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from central_server.seed.guide import GUIDE
from officer_console.codes.cards import CitizenCard
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.deadline import today
from officer_console.domain.dossier import Dossier
from officer_console.domain.evidence import EvidenceSource
from officer_console.services.read_codes import ReadCodes, Reading
from officer_console.tour.colleague import Colleague
from officer_console.tour.hands import leave, opened, row_of
from officer_console.tour.stage import Stage, TourError

# As a card lies before a camera: not quite straight, on a dark table.
TURNED_DEGREES = 7
TABLE = (64, 58, 52)


def card_scanned(stage: Stage, outcome: str, colleague: Colleague) -> None:
    """A photo of a card opens the dossier of its holder and is evidence beside the declaration there."""
    row = row_of(stage, GUIDE[outcome])
    with stage.desk.session.store.read() as tx:
        dossier = tx.dossiers.get(row.id)
    if dossier is None:
        raise TourError(outcome)
    text = _code_on(stage, _photo(colleague.picture(dossier, AttachmentKind.ID_FRONT)))
    stage.table().setFocus()
    stage.scan(text)
    opened(stage)
    _expect_open(stage, dossier)
    stage.picture("quet-the-mo-ho-so")
    evidence = stage.desk.review_model.evidence
    stage.until("thẻ vào bảng đối chiếu", lambda: any(e.source is EvidenceSource.READER for e in evidence.evidence))
    stage.desk.review_view.setFocus()
    stage.key(Qt.Key.Key_D)
    stage.until("đối chiếu", lambda: stage.there("truthTable"))
    stage.picture("quet-the-doi-chieu")
    stage.key(Qt.Key.Key_D)
    leave(stage)


def devices_shown(stage: Stage) -> None:
    """Phiên làm việc → Thiết bị: what every driver found, and what to do where there is nothing."""
    action = stage.window.findChild(QAction, "devicesAction")
    if action is None:
        raise TourError("devicesAction")
    action.trigger()
    devices = stage.desk.capture_desk.devices
    stage.until("thiết bị", lambda: stage.desk.window.page == "devices" and not devices.listing)
    stage.picture("thiet-bi")
    stage.key(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    stage.until("về danh sách", lambda: stage.desk.window.page == "queue")


def _photo(card: bytes) -> bytes:
    image = Image.open(io.BytesIO(card)).convert("RGB")
    image = image.resize((image.width * 2, image.height * 2), Image.Resampling.BICUBIC)
    lying = image.rotate(TURNED_DEGREES, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)
    out = io.BytesIO()
    lying.save(out, "JPEG", quality=80)
    return out.getvalue()


def _code_on(stage: Stage, photo: bytes) -> str:
    """Return what the code on a photo says, read as ``read-code`` reads it."""
    for found in ReadCodes(stage.program.gate).read(photo, today=today(datetime.now(UTC))):
        if isinstance(found, Reading) and isinstance(found.payload, CitizenCard):
            return found.symbol.data.decode("utf-8")
    raise TourError("mã QR trên thẻ")


def _expect_open(stage: Stage, dossier: Dossier) -> None:
    if stage.desk.review_model.dossier_id != dossier.id:
        raise TourError(f"hồ sơ {dossier.number}")
