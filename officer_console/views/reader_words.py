"""What is said about codes that were read: notices above the page, and the lines of the trial of a reader."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from officer_console.codes.cards import Fault
from officer_console.devices.serial_host import PortState, SerialPort
from officer_console.domain.agreement import Field
from officer_console.domain.dossier import Status
from officer_console.domain.reference import Reference
from officer_console.viewmodels.code_notice import Notice, Offer, Said
from officer_console.viewmodels.quick_box import Heard, ReaderKind
from officer_console.views import truth_table_words, words
from officer_console.views.outcome import Told
from officer_console.views.theme import Kind

OFFERS = {
    Offer.OPEN: "Mở hồ sơ của người này",
    Offer.LIST: "Xem danh sách",
    Offer.SEARCH: "Tìm theo họ tên",
    Offer.WARDS: "Xem hồ sơ được giám hộ",
}
HOW_TO_DECLARE = "Hướng dẫn kê khai"
SHOWN_LENGTH = 300
REPAIRED = "Bộ gõ tiếng Việt đã làm sai mã; chương trình đã khôi phục đúng. Nên tắt Unikey (E) khi quét."
_KEPT = "Hồ sơ đang mở và những gì bạn nhập vẫn giữ nguyên."
_UNCHECKED = "Máy này chưa kiểm tra được tờ khai có đúng do hệ thống in ra hay không; hãy đối chiếu số hồ sơ."
_OLD = "Tờ khai là bản cũ: so với hồ sơ; nếu khác nhau, in lại để công dân ký."
_NOT_COMPARED = "Thẻ không được so với thông tin của người được đăng ký."
_OF_GUARDIAN = f"Thẻ vừa quét là của người giám hộ trong hồ sơ này. {_NOT_COMPARED}"
_SEE_GUARDIAN = f"Xem mục Người giám hộ và bản gốc. {_NOT_COMPARED}"
_NO_UNICODE = (
    "đầu đọc không gửi được chữ Việt (Unicode): cài đầu đọc theo sách hướng dẫn của máy, hoặc quét bằng máy ảnh (F8)."
)
_AGAIN = "Quét lại; nếu vẫn vậy, gõ số hồ sơ hoặc họ tên vào ô tìm nhanh (Ctrl+K)."

_PLAIN: dict[Said, tuple[Kind, str, str]] = {
    Said.REPAIRED: (Kind.INFO, "Đã đọc mã", ""),
    Said.UNCHECKED: (
        Kind.INFO,
        "Đã mở hồ sơ ghi trên tờ khai",
        _UNCHECKED,
    ),
    Said.SEVERAL: (Kind.INFO, "{whose} có {count} hồ sơ đang xử lý", "Chọn hồ sơ cần xử lý trong danh sách."),
    Said.OTHERS: (
        Kind.WARN,
        "Số giấy tờ của {whose} còn có trong hồ sơ {numbers}",
        "Các hồ sơ này khai họ tên và mã số BHXH khác nhau. Gõ số hồ sơ vào ô tìm nhanh (Ctrl+K) để mở.",
    ),
    Said.NOBODY: (
        Kind.WARN,
        "Chưa có hồ sơ nào mang số giấy tờ của {whose}",
        "Có thể số giấy tờ được khai khác với thẻ: tìm theo họ tên, hoặc hỏi công dân số hồ sơ rồi gõ vào ô tìm nhanh. "
        "Nếu chưa kê khai, công dân tự kê khai trên Cổng dịch vụ công hoặc VssID rồi đến nộp trong 10 ngày.",
    ),
    Said.UNKNOWN: (
        Kind.WARN,
        "Mã vừa quét không phải thẻ hay tờ khai mà chương trình đọc được",
        "Quét mã QR trên căn cước, trên thẻ BHYT hoặc mã trên tờ khai. " + _AGAIN,
    ),
    Said.FORGED: (
        Kind.BAD,
        "Mã trên tờ khai không đúng do hệ thống in ra",
        "Tờ khai ghi số hồ sơ {number} nhưng mã xác thực sai, nên hồ sơ không được mở. "
        "Đối chiếu giấy tờ gốc của công dân và báo lãnh đạo nếu nghi ngờ giả mạo.",
    ),
    Said.OLD: (
        Kind.WARN,
        "Tờ khai {number} là bản cũ",
        "Tờ khai in trước khi thông tin kê khai thay đổi, hoặc theo mẫu không còn dùng. "
        "So tờ khai với hồ sơ; nếu khác nhau, in lại để công dân ký.",
    ),
    Said.FOREIGN: (
        Kind.WARN,
        "Tờ khai {number} là của cơ quan BHXH khác",
        "Mã cơ quan sau dấu gạch chéo không phải đơn vị của bạn và máy này không có hồ sơ. "
        "Hướng dẫn công dân nộp đúng nơi.",
    ),
    Said.ELSEWHERE: (
        Kind.WARN,
        "Máy này không có hồ sơ {number}",
        "Hồ sơ thuộc cơ quan BHXH khác hoặc chưa được đồng bộ về máy. "
        "Xem mã cơ quan sau dấu gạch chéo và hướng dẫn công dân đến đúng nơi.",
    ),
    Said.OWN_CARD: (
        Kind.OK,
        "Thông tin trên thẻ của {whose} khớp với hồ sơ đang mở",
        "Đã vào bảng đối chiếu. Mã QR không chứng minh thẻ là thật: vẫn phải đối chiếu bản gốc.",
    ),
    Said.OWN_OTHER: (
        Kind.BAD,
        "Số trùng nhưng {fields} trên thẻ khác kê khai",
        "Thẻ vừa quét ghi {whose}. Xem bảng đối chiếu và bản gốc; người cầm thẻ có thể không phải người kê khai.",
    ),
    Said.OWN_UNSURE: (
        Kind.WARN,
        "Số trùng, {fields} trên thẻ chưa khớp hẳn",
        "Thẻ vừa quét ghi {whose}. Xem lại trong bảng đối chiếu.",
    ),
    Said.OWN_FORM: (Kind.OK, "Mã vừa quét đúng là của hồ sơ đang mở", ""),
    Said.OWN_UNCHECKED: (Kind.WARN, "Tờ khai vừa quét ghi số của hồ sơ đang mở, chưa kiểm tra được", _UNCHECKED),
    Said.OWN_NUMBER: (
        Kind.INFO,
        "Số vừa quét là số của hồ sơ đang mở",
        "Mã chỉ có số, không chứng minh được gì; vẫn phải đối chiếu bản gốc.",
    ),
    Said.GUARDIAN: (Kind.INFO, "Thẻ của người giám hộ {whose} trong hồ sơ đang mở", _NOT_COMPARED),
    Said.GUARDIAN_OPENED: (
        Kind.INFO,
        "Thẻ của người giám hộ {whose}: đã mở hồ sơ của người được giám hộ",
        _NOT_COMPARED,
    ),
    Said.GUARDIAN_OTHERS: (
        Kind.WARN,
        "Thẻ của người giám hộ {whose}, có cả trong hồ sơ {numbers}",
        f"Đã mở hồ sơ gấp nhất. Gõ số hồ sơ vào ô tìm nhanh (Ctrl+K) để mở hồ sơ khác. {_NOT_COMPARED}",
    ),
    Said.GUARDIAN_SEVERAL: (
        Kind.INFO,
        "Thẻ của người giám hộ {whose}: {count} hồ sơ đang xử lý",
        "Chọn hồ sơ của người được giám hộ trong danh sách.",
    ),
    Said.GUARDIAN_OTHER: (
        Kind.BAD,
        "Số của người giám hộ nhưng thẻ ghi tên khác: {whose}",
        f"Người cầm thẻ có thể không phải người giám hộ đã khai. {_SEE_GUARDIAN}",
    ),
    Said.GUARDIAN_UNSURE: (
        Kind.WARN,
        "Thẻ của người giám hộ, họ và tên chưa khớp hẳn: {whose}",
        _SEE_GUARDIAN,
    ),
    Said.WARDS: (Kind.INFO, "Đã mở hồ sơ của {whose}", ""),
    Said.GARBLED: (
        Kind.BAD,
        "Bộ gõ tiếng Việt đã làm sai mã vừa quét: tắt Unikey (E) rồi quét lại",
        "Bấm Ctrl+Shift hoặc bấm vào biểu tượng chữ V cạnh đồng hồ để chuyển sang E. Nếu bộ gõ đã tắt mà vẫn vậy, "
        f"{_NO_UNICODE} Chưa có hồ sơ nào được mở.",
    ),
    Said.SPOILED: (
        Kind.BAD,
        "Mã vừa đọc có dạng thẻ nhưng chữ đã hỏng hoặc không phải dữ liệu của thẻ",
        f"Có thể {_NO_UNICODE} Chưa có hồ sơ nào được mở; đối chiếu bằng mắt với bản gốc.",
    ),
    Said.UNFINISHED: (
        Kind.WARN,
        "Đầu đọc không gửi phím Enter sau mã",
        "Quét lại. Nếu vẫn vậy, cài đầu đọc gửi Enter (CR) sau mỗi mã theo sách hướng dẫn của máy. "
        "Nếu bạn vừa gõ phím rất nhanh, các phím đó chưa có tác dụng: gõ lại.",
    ),
    Said.DIALOG: (Kind.WARN, "Chưa đọc mã vừa quét: đang có hộp thoại mở", "Đóng hộp thoại rồi quét lại."),
}
# Text without a blank is told to break somewhere, else the strip cuts it off.
_LONG_RUN = re.compile(r"\S{40}")
_FAULTS = {
    Fault.FIELDS: "thiếu hoặc thừa mục so với mã trên thẻ",
    Fault.NUMBER: "số căn cước hoặc mã thẻ không đúng số chữ số",
    Fault.LETTERS: "có chữ bị mất, thành dấu ? hoặc ký tự lạ",
    Fault.NAME: "họ và tên có ký tự không dùng trong tên người",
    Fault.BIRTH: "ngày sinh không có thật, ở tương lai hoặc sau ngày cấp thẻ",
    Fault.SEX: "giới tính không phải là chữ",
}
_PORT = {
    PortState.STARTING: "đang mở",
    PortState.OPEN: "đang nghe",
    PortState.LOST: "không mở được: kiểm tra dây cắm và tên cổng",
    PortState.HUNG: "trình điều khiển không trả lời: rút ra cắm lại",
}
_KINDS = {
    "citizen-card": "mã QR trên căn cước",
    "health-card": "mã QR trên thẻ BHYT",
    "form": "mã trên tờ khai",
    "unknown": "không phải mã chương trình biết",
}
_READERS = {
    ReaderKind.KEYBOARD: "Đầu đọc kiểu bàn phím",
    ReaderKind.SERIAL: "Đầu đọc cổng nối tiếp",
    ReaderKind.CAMERA: "Máy ảnh",
}


def notice(about: Notice, reference: Reference) -> Told:
    """Return what to show for a code that was read."""
    whose = str(about.data.get("name") or about.data.get("number") or "")
    if about.other:
        return _other(about, whose, reference)
    if about.said in (Said.DECIDED, Said.SENDING):
        told = Told(Kind.INFO, _decided(about.data, sending=about.said is Said.SENDING, reference=reference), "")
    else:
        kind, title, text = _PLAIN[about.said]
        shown = {name: about.data.get(name) or "" for name in ("number", "numbers", "count")} | {"whose": whose}
        shown["fields"] = _named(about.data.get("fields"))
        # The sentence is filled in, never what is filled in: a name may hold braces.
        told = Told(kind, title.format_map(shown), text.format_map(shown))
    return replace(told, text=_with(told.text, *_also(about), *_refused(about.data)))


def _other(about: Notice, whose: str, reference: Reference) -> Told:
    form = not about.data.get("name")
    title = f"Tờ khai vừa quét là của hồ sơ khác: {whose}" if form else f"Thẻ vừa quét là của người khác: {whose}"
    if about.guardian:
        title = f"Thẻ của người giám hộ trong hồ sơ khác: {whose}"
    more = ""
    if about.said in (Said.DECIDED, Said.SENDING):
        more = f"{_decided(about.data, sending=about.said is Said.SENDING, reference=reference)}."
    elif about.said in (Said.SEVERAL, Said.GUARDIAN_SEVERAL):
        has = "là người giám hộ trong" if about.guardian else "có"
        more = f"Người này {has} {about.data.get('count')} hồ sơ đang xử lý."
    elif about.said in (Said.OWN_OTHER, Said.OWN_UNSURE):
        more = (
            f"Có hồ sơ mang số này nhưng {_named(about.data.get('fields'))} trên thẻ khác hoặc chưa khớp hẳn kê khai."
        )
    elif about.said is Said.OTHERS:
        more = f"Số giấy tờ này còn có trong hồ sơ {about.data.get('numbers')}."
    elif about.said is Said.GUARDIAN_OTHERS:
        more = f"Người này còn là người giám hộ trong hồ sơ {about.data.get('numbers')}."
    elif about.said is Said.GUARDIAN_OTHER:
        more = "Tên trên thẻ khác tên người giám hộ đã khai."
    elif about.said is Said.NOBODY:
        more = "Chưa có hồ sơ nào mang số giấy tờ này."
    return Told(Kind.WARN, title, _with(more, _KEPT, *_also(about)))


def _named(fields: object) -> str:
    """Return the names of fields as they stand in a sentence; mã số BHXH keeps its capitals."""
    names = (
        [truth_table_words.FIELDS[each] for each in fields if isinstance(each, Field)]
        if isinstance(fields, tuple)
        else []
    )
    return ", ".join(name[:1].lower() + name[1:] for name in names)


def _also(about: Notice) -> tuple[str, ...]:
    """Return the sentences that go with any word about a code."""
    said = about.said is Said.OLD and not about.other
    decided = about.guardian and about.said in (Said.DECIDED, Said.SENDING)
    numbers = about.said in (Said.OWN_OTHER, Said.OWN_UNSURE) and about.data.get("numbers")
    also = (
        (bool(numbers), f"Số giấy tờ này còn có trong hồ sơ {numbers}."),
        (decided and not about.other, _OF_GUARDIAN),
        (about.wards > 0, f"Người này còn là người giám hộ trong {about.wards} hồ sơ đang xử lý."),
        (about.unchecked, _UNCHECKED),
        (about.old and not said, _OLD),
        (about.repaired, REPAIRED),
    )
    return tuple(sentence for true, sentence in also if true)


def _with(text: str, *more: str) -> str:
    """Return ``text`` and the sentences that do not stand in it yet."""
    return " ".join((*filter(None, (text,)), *(sentence for sentence in more if sentence not in text)))


def _decided(data: Mapping[str, object], *, sending: bool, reference: Reference) -> str:
    at, by = data.get("at"), data.get("by")
    when = f" lúc {words.moment_text(at)}" if isinstance(at, datetime) else ""
    if sending:
        return f"Bạn đã đánh giá hồ sơ này{when}, đang chờ gửi về trung tâm"
    if not by:
        return f"Hồ sơ đã đóng: {words.label(reference, 'status', str(data.get('status') or Status.EXPIRED.value))}"
    return f"Hồ sơ đã xử lý bởi {by}{when}: {words.label(reference, 'status', str(data.get('status')))}"


def _refused(data: Mapping[str, object]) -> Iterator[str]:
    """Yield what of a refused code the officer may see: why, and what was read."""
    word, fault, read = data.get("doubtful"), data.get("fault"), data.get("read")
    if word:
        yield f"Chữ «ư» trong «{word}» có thể do bộ gõ đổi từ «w»; nếu trên thẻ đúng là vậy, quét bằng máy ảnh (F8)."
    if isinstance(fault, Fault):
        yield f"Không dùng được vì {_FAULTS[fault]}."
    if read:
        yield "Đọc được: " + _LONG_RUN.sub("\\g<0>\u200b", _cut(str(read)))


def _cut(text: str) -> str:
    """Return foreign text as far as it is shown, with a sign for what cannot be seen."""
    shown = "".join(char if char.isprintable() else "·" for char in text)
    return f"{shown[:SHOWN_LENGTH]}…" if len(shown) > SHOWN_LENGTH else shown


def heard(about: Heard) -> str:
    """Return the line about what a reader sent while it is tried out; control characters are shown as signs."""
    shown = _cut(about.data.decode("utf-8", "backslashreplace"))
    if about.kind == Said.GARBLED.value:
        return "\n".join(filter(None, (f"{_READERS[about.reader]}: {_PLAIN[Said.GARBLED][1]}", shown)))
    repaired = ", đã khôi phục sau bộ gõ" if about.repaired else ""
    return f"{_READERS[about.reader]}: {_KINDS[about.kind]}, {len(about.data)} byte{repaired}\n{shown}"


def port_line(port: SerialPort | None, state: PortState) -> str:
    """Return the line about the serial port."""
    if port is None:
        return 'Cổng nối tiếp: không dùng (mục [reader] trong tệp cấu hình, ví dụ port = "COM3", baud = 9600)'
    return f"Cổng nối tiếp {port.name}, {port.baud} baud: {_PORT[state]}"
