"""The words, signs and colours of the truth table."""

from __future__ import annotations

from collections.abc import Sequence

from officer_console.domain.agreement import CardSource, Cell, Field
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.comparing import Agreement
from officer_console.domain.evidence import CardEvidence, EvidenceSource, TruthRow
from officer_console.domain.reference import Reference
from officer_console.views import words
from officer_console.views.theme import Kind

TITLE = "Đối chiếu"
FIELD = "Thông tin"
DECLARED = "Kê khai"
REGISTRY = "HGĐ"
PREVIOUS = "Tài khoản cũ"
NO_CARD = "Thẻ (QR · MRZ)"
READING = "Đang đọc mã trên ảnh giấy tờ…"
NO_PICTURE = "Chưa có ảnh giấy tờ để đọc mã; quét thẻ tại quầy vẫn đối chiếu được."
NO_CODE = "Không đọc được mã nào trên ảnh giấy tờ; so bằng mắt với bản gốc hoặc quét thẻ tại quầy."
UNREADABLE = "Chưa đọc được ảnh giấy tờ: {why}."
GUARDIAN = "Thẻ của người giám hộ không được so với thông tin của người được đăng ký: so với mục Người giám hộ."
NOT_ASKED = "HGĐ chưa được hỏi: bấm Kiểm tra HGĐ."
TO_PICTURE = "Enter hoặc bấm vào ô có ▣ để xem chỗ đã đọc trên ảnh."
READ_LINES = "Đọc MRZ"
READ_AGAIN = "Đọc lại"
MISSING = {
    "tesseract": "Muốn đọc dòng MRZ ở mặt sau thẻ, người quản trị máy cần cài tesseract (Debian, Ubuntu: gói"
    " tesseract-ocr) và tệp mẫu mrz.traineddata. Sau đó bấm Đọc MRZ.",
    "model": "Muốn đọc dòng MRZ ở mặt sau thẻ, người quản trị máy cần đặt tệp mrz.traineddata vào thư mục tessdata"
    " của tesseract. Sau đó bấm Đọc MRZ.",
}
PIN = "▣"
SILENT = "Nguồn này không có thông tin"

FIELDS = {
    Field.FULL_NAME: "Họ và tên",
    Field.PAPER_NUMBER: "Số giấy tờ",
    Field.BIRTH: "Ngày sinh",
    Field.SEX: "Giới tính",
    Field.ADDRESS: "Địa chỉ",
    Field.SOCIAL_CODE: "Mã số BHXH",
}
_SIDES = {AttachmentKind.ID_FRONT: "mặt trước", AttachmentKind.ID_BACK: "mặt sau"}
_CARDS = {CardSource.CITIZEN_QR: "QR", CardSource.HEALTH_QR: "QR thẻ BHYT", CardSource.MRZ: "MRZ"}
_AT_COUNTER = "tại quầy"

# (agreement, certain): sign, word, colour
_VERDICTS: dict[tuple[Agreement, bool], tuple[str, str, Kind]] = {
    (Agreement.SAME, True): ("✓", "Khớp", Kind.OK),
    (Agreement.SAME, False): ("✓", "Khớp, cần xem lại", Kind.INFO),
    (Agreement.MARKS, True): ("≈", "Chỉ khác dấu", Kind.WARN),
    (Agreement.MARKS, False): ("≈", "Chỉ khác dấu, cần xem lại", Kind.WARN),
    (Agreement.ONE_LETTER, True): ("◆", "Khác một chữ cái", Kind.WARN),
    (Agreement.ONE_LETTER, False): ("◆", "Khác một chữ cái, cần xem lại", Kind.WARN),
    (Agreement.DAY_MONTH_SWAPPED, True): ("⇄", "Đảo ngày và tháng", Kind.WARN),
    (Agreement.YEAR_ONLY, True): ("◐", "Chỉ khớp năm", Kind.WARN),
    (Agreement.DIFFERENT, True): ("✕", "Khác", Kind.BAD),
    (Agreement.DIFFERENT, False): ("?", "Ghi khác, cần xem lại", Kind.WARN),
    (Agreement.MISSING, True): ("–", "Không có để so", Kind.NEUTRAL),
}
_YEAR_LENGTH = 4
_WITH_MONTH = "Chỉ khớp tháng và năm"


def verdict(cell: Cell, declared: str | None) -> tuple[str, str, Kind]:
    """Return sign, word and colour of a cell."""
    known = _VERDICTS.get((cell.agreement, cell.certain)) or _VERDICTS[cell.agreement, True]
    if cell.agreement is Agreement.YEAR_ONLY and min(len(cell.text or ""), len(declared or "")) > _YEAR_LENGTH:
        return known[0], _WITH_MONTH, known[2]
    return known


def card_title(found: CardEvidence, side: AttachmentKind | None) -> str:
    """Return the head of a card's column: what was read, and where."""
    where = _AT_COUNTER if found.source is EvidenceSource.READER else _SIDES.get(side) if side is not None else None
    title = _CARDS[found.values.source]
    return f"{title} · {where}" if where else title


def shown(reference: Reference, field: Field, text: str | None) -> str:
    """Return a value as it is painted: enumerations in words."""
    if not text:
        return ""
    return words.label(reference, "sex", text) if field is Field.SEX else text


def summary(rows: Sequence[TruthRow]) -> tuple[str, Kind]:
    """Return what the whole table comes to, for its button: worst first; empty while nothing was compared."""
    kinds = [verdict(cell, row.declared)[2] for row in rows for cell in row.cells()]
    different, look = kinds.count(Kind.BAD), kinds.count(Kind.WARN)
    same = kinds.count(Kind.OK) + kinds.count(Kind.INFO)
    parts = [f"✕ {different} khác"] if different else []
    parts += [f"≈ {look} cần xem"] if look else []
    parts += [f"✓ {same} khớp"] if same else []
    kind = Kind.BAD if different else Kind.WARN if look else Kind.OK if same else Kind.NEUTRAL
    return " · ".join(parts), kind
