"""What has to stand on the papers of a citizen, written by hand from what he declared and not from the forms.

Only words are said here, in the order in which somebody reads them; where a line ends is the layout's. A dotted line,
however long, is `DOTS`, a box ``[x]`` or ``[ ]``. Whoever changes a form's words says here what he means by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from officer_console.documents.filling import Letterhead
from officer_console.domain.dossier import Dossier, DossierKind
from officer_console.domain.person import Declaration, PaperKind, Sex

DOTS = "…"
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc"
CHANGES_HEAD = "STT Nội dung điều chỉnh Thông tin cũ Thông tin mới"
_PAPERS = {
    PaperKind.CITIZEN_CARD: "Căn cước công dân",
    PaperKind.OLD_IDENTITY_CARD: "Chứng minh nhân dân",
    PaperKind.PASSPORT: "Hộ chiếu",
}
_CHANGED: tuple[tuple[str, Callable[[Declaration], str]], ...] = (
    ("Họ và tên", lambda said: said.full_name),
    ("Mã số bảo hiểm xã hội", lambda said: said.social_code),
    ("Ngày sinh", lambda said: said.birth.text()),
    ("Giới tính", lambda said: sex(said)),
    ("Loại giấy tờ tùy thân", lambda said: paper(said)),
    ("Số giấy tờ tùy thân", lambda said: said.paper_number or ""),
    ("Địa chỉ liên hệ", lambda said: said.address.text()),
    ("Số điện thoại di động", lambda said: said.phone),
    ("Email", lambda said: said.email or ""),
    ("Người giám hộ", lambda said: said.guardian.full_name if said.guardian else ""),
    ("Số giấy tờ của người giám hộ", lambda said: said.guardian.paper_number if said.guardian else ""),
    ("Quan hệ với người giám hộ", lambda said: said.guardian.relation if said.guardian else ""),
    ("Điện thoại của người giám hộ", lambda said: said.guardian.phone if said.guardian else ""),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The words of a paper: its text, what is repeated where a table goes on, its foot with ``{page}``, ``{pages}``.

    ``beside`` are labels and the values right of them; ``below`` the heads of a table's columns, from left to right,
    and rows of what stands below them.
    """

    text: str
    foot: str
    repeated: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    heads: tuple[str, ...] = ()
    below: tuple[tuple[str, ...], ...] = ()


def declaration(about: Dossier, head: Letterhead) -> Wanted:
    """Mẫu số 01."""
    said, guardian = about.declaration, about.declaration.guardian
    man, woman = ticks(said.sex, Sex.MALE, Sex.FEMALE)
    card, old_card, passport = ticks(said.paper_kind, *_PAPERS)
    register, change, stop = ticks(about.kind, DossierKind.REGISTER, DossierKind.CHANGE, DossierKind.STOP)
    changed = tuple(changes(about))
    text = [
        f"Mẫu số: 01 {STATE} {head.place}, {long(about.declared_on)}",
        "TỜ KHAI Đăng ký sử dụng, điều chỉnh thông tin và ngừng sử dụng phương thức giao dịch điện tử",
        f"trong lĩnh vực bảo hiểm xã hội Kính gửi: {head.office}",
        f"{register} Đăng ký sử dụng {change} Điều chỉnh thông tin {stop} Ngừng sử dụng",
        f"A. THÔNG TIN NGƯỜI KHAI 1. Họ và tên (viết chữ in hoa): {said.full_name.upper()}",
        f"2. Mã số bảo hiểm xã hội: {said.social_code}",
        f"3. Giấy tờ tùy thân: {card} Thẻ căn cước (CCCD) {old_card} CMND {passport} Hộ chiếu",
        f"Số: {said.paper_number or DOTS} 4. Ngày, tháng, năm sinh: {said.birth.text()}",
        f"5. Giới tính: {man} Nam {woman} Nữ",
        f"6. Địa chỉ liên hệ: {said.address.text()}",
        f"7. Điện thoại di động: {said.phone or DOTS} 8. Email: {said.email or DOTS}",
        "9. Phương tiện xác thực: [ ] Thư điện tử (email) [ ] Điện thoại di động",
    ]
    if guardian is not None:
        text += [
            f"10. Cha, mẹ hoặc người giám hộ: {guardian.full_name} Quan hệ: {guardian.relation}",
            f"Số CCCD (hộ chiếu): {guardian.paper_number} Điện thoại: {guardian.phone}",
        ]
    if about.kind is DossierKind.CHANGE:
        text += ["B. NỘI DUNG ĐIỀU CHỈNH", CHANGES_HEAD, *numbered(changed)]
    if about.kind is DossierKind.STOP:
        text.append(f"C. NGỪNG SỬ DỤNG Lý do ngừng sử dụng: {about.stop_reason or DOTS}")
    text += [
        "Tôi cam đoan những nội dung kê khai trên đây là đúng sự thật, chịu trách nhiệm trước pháp luật về những",
        "nội dung đã kê khai và thực hiện đúng quy định của pháp luật về giao dịch điện tử",
        "trong lĩnh vực bảo hiểm xã hội.",
    ]
    if guardian is not None:
        text.append(f"CHA, MẸ HOẶC NGƯỜI GIÁM HỘ (Ký, ghi rõ họ tên) {guardian.full_name}")
    text += [
        f"NGƯỜI KHAI (Ký, ghi rõ họ tên) {said.full_name} PHẦN DÀNH CHO CƠ QUAN BẢO HIỂM XÃ HỘI",
        f"Số hồ sơ: {about.number} Ngày nhận: {DOTS} Cán bộ tiếp nhận: {DOTS} Ký tên: {DOTS}",
        f"Giấy tờ đã đối chiếu với bản chính: {DOTS}",
    ]
    return Wanted(
        text=" ".join(text),
        foot=foot(about, "Mẫu số 01 kèm theo Văn bản hợp nhất số 5236/VBHN-BLĐTBXH"),
        repeated=CHANGES_HEAD,
        beside=(
            ("1. Họ và tên (viết chữ in hoa):", said.full_name.upper()),
            ("2. Mã số bảo hiểm xã hội:", said.social_code),
            ("4. Ngày, tháng, năm sinh:", said.birth.text()),
            (man, "Nam"),
            ("Nam", f"{woman}Nữ"),
            ("6. Địa chỉ liên hệ:", said.address.text()),
            ("7. Điện thoại di động:", said.phone),
            ("8. Email:", said.email or ""),
        ),
        heads=("Nội dung điều chỉnh", "Thông tin cũ", "Thông tin mới"),
        below=changed,
    )


def tk1_ts(about: Dossier, head: Letterhead, on: date) -> Wanted:
    """TK1-TS and its annex; what nobody asked the citizen stays dotted."""
    said = about.declaration
    where, guardian = said.address, said.guardian
    number, birth = said.paper_number, said.birth.text()
    text = [
        "Mẫu TK1-TS (Ban hành kèm theo Quyết định số 505/QĐ-BHXH ngày 27/3/2020 của Bảo hiểm xã hội Việt Nam)",
        f"BẢO HIỂM XÃ HỘI VIỆT NAM {STATE}",
        "TỜ KHAI THAM GIA, ĐIỀU CHỈNH THÔNG TIN BẢO HIỂM XÃ HỘI, BẢO HIỂM Y TẾ",
        "I. Áp dụng đối với người tham gia tra cứu không thấy mã số BHXH do cơ quan BHXH cấp",
        f"[01]. Họ và tên (viết chữ in hoa): {said.full_name.upper()}",
        f"[02]. Giới tính: {sex(said)} [03]. Ngày, tháng, năm sinh: {birth} [04]. Quốc tịch: {DOTS}",
        f"[05]. Dân tộc: {DOTS} [06]. Số CMND/CCCD/Hộ chiếu: {number or DOTS}",
        f"[07]. Điện thoại: {said.phone or DOTS} [08]. Email (nếu có): {said.email or DOTS}",
        f"[09]. Nơi đăng ký khai sinh: [09.1]. Xã (phường, thị trấn): {DOTS}",
        f"[09.2]. Huyện (quận, thị xã, TP): {DOTS} [09.3]. Tỉnh (TP): {DOTS}",
        f"[10]. Họ tên cha/mẹ/giám hộ (đối với trẻ em dưới 6 tuổi): {guardian.full_name if guardian else DOTS}",
        f"[11]. Địa chỉ nhận hồ sơ: [11.1]. Số nhà, đường/phố, thôn/xóm: {where.street or DOTS}",
        f"[11.2]. Xã (phường, thị trấn): {where.commune}",
        f"[11.3]. Huyện (quận, thị xã, TP): {where.district or DOTS} [11.4]. Tỉnh (TP): {where.province}",
        "[12]. Kê khai Phụ lục Thành viên hộ gia đình (phụ lục kèm theo) đối với người tham gia tra cứu không thấy",
        "mã số BHXH và người tham gia BHYT theo hộ gia đình.",
        "II. Áp dụng đối với người tham gia đã có mã số BHXH đề nghị đăng ký, điều chỉnh thông tin ghi trên sổ BHXH,",
        f"thẻ BHYT [13]. Mã số BHXH: {DOTS} [14]. Điều chỉnh thông tin cá nhân: [14.1]. Họ và tên: {DOTS}",
        f"[14.2]. Giới tính: {DOTS} [14.3]. Ngày, tháng, năm sinh: {DOTS} [14.4]. Nơi đăng ký khai sinh: {DOTS}",
        f"[14.5]. Số CMND/CCCD/Hộ chiếu: {DOTS} [15]. Mức tiền đóng: {DOTS} [16]. Phương thức đóng: {DOTS}",
        f"[17]. Nơi đăng ký khám bệnh, chữa bệnh ban đầu: {DOTS} [18]. Nội dung thay đổi, yêu cầu khác: {DOTS}",
        f"[19]. Hồ sơ kèm theo (nếu có): {DOTS}",
        "Tôi cam đoan những nội dung kê khai là đúng và chịu trách nhiệm trước pháp luật về những nội dung",
        f"đã kê khai. XÁC NHẬN CỦA ĐƠN VỊ (nếu có) {head.place}, {long(on)}",
        f"NGƯỜI KÊ KHAI (Ký, ghi rõ họ tên) {said.full_name}",
        "PHỤ LỤC THÀNH VIÊN HỘ GIA ĐÌNH STT Họ và tên Mã số BHXH Ngày, tháng, năm sinh Giới tính",
        "Nơi đăng ký khai sinh Quan hệ với chủ hộ Số CMND/ CCCD/ Hộ chiếu Ghi chú",
        f"1 {said.full_name} {birth} {sex(said)} {number or ''}",
    ]
    form = "Mẫu TK1-TS (Quyết định số 505/QĐ-BHXH, sửa đổi tại Quyết định số 490/QĐ-BHXH)"
    return Wanted(
        text=" ".join(text),
        foot=foot(about, form),
        beside=(
            ("[02]. Giới tính:", sex(said)),
            ("[03]. Ngày, tháng, năm sinh:", birth),
            ("[07]. Điện thoại:", said.phone),
            ("[08]. Email (nếu có):", said.email or ""),
            ("[11.2]. Xã (phường, thị trấn):", where.commune),
            ("[11.4]. Tỉnh (TP):", where.province),
        ),
    )


def sex(said: Declaration) -> str:
    """Return the word for a sex."""
    return {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}[said.sex]


def paper(said: Declaration) -> str:
    """Return the words for a kind of identity paper."""
    return _PAPERS[said.paper_kind] if said.paper_kind else ""


def ticks(value: object, *choices: object) -> Iterator[str]:
    """Yield the boxes of some choices, the value's ticked."""
    return ("[x]" if value == choice else "[ ]" for choice in choices)


def changes(about: Dossier) -> Iterator[tuple[str, str, str]]:
    """Yield what is changed, the old and the new."""
    if about.previous is None:
        return
    for label, of in _CHANGED:
        old, new = of(about.previous), of(about.declaration)
        if old != new:
            yield label, old, new


def numbered(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """Yield the rows of a table with their numbers."""
    return (" ".join((str(number), *row)) for number, row in enumerate(rows, 1))


def foot(about: Dossier, form: str) -> str:
    """Return the foot of a page that is not confirmed by its authority."""
    return f"Bản mô phỏng theo {form} Số hồ sơ: {about.number} – Trang {{page}}/{{pages}}"


def long(day: date) -> str:
    """Return a date as NĐ 30/2020 writes it: a zero before days below ten, January and February."""
    return (
        f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
        if day.month < 3
        else (f"ngày {day.day:02d} tháng {day.month} năm {day.year}")
    )


def short(day: date) -> str:
    """Return a date in figures."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"
