"""What has to stand on the papers of an office, by hand like ``wanted``: notices, receipt, guide, the desk's lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from officer_console.documents.desk_lists import DayLine, Outcome
from officer_console.documents.filling import Letterhead
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision_rules import v11_guardian, v12_complete
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.finding import Case
from tests.documents.wanted import (
    CHANGES_HEAD,
    DOTS,
    STATE,
    Wanted,
    changes,
    foot,
    long,
    numbered,
    paper,
    short,
    ticks,
)

HANOI = timedelta(hours=7)
# Days without work: each year, and besides those of 2026, which the citizens' years reach.
YEARLY = frozenset({"-01-01", "-04-30", "-05-01", "-09-02"})
CLOSED = frozenset(
    {"2026-01-02", "2026-04-27", "2026-08-31", "2026-09-01", *(f"2026-02-{day}" for day in range(16, 21))}
)
DECREE = (
    "Căn cứ Nghị định số 166/2016/NĐ-CP ngày 24 tháng 12 năm 2016 của Chính phủ quy định về giao dịch điện tử trong "
    "lĩnh vực bảo hiểm xã hội, bảo hiểm y tế và bảo hiểm thất nghiệp;"
)
_TITLES = {
    DossierKind.REGISTER: "đăng ký sử dụng phương thức giao dịch điện tử",
    DossierKind.CHANGE: "điều chỉnh thông tin đăng ký giao dịch điện tử",
    DossierKind.STOP: "ngừng sử dụng phương thức giao dịch điện tử",
}
_VERDICTS = {
    DossierKind.REGISTER: "chấp nhận đăng ký sử dụng phương thức giao dịch điện tử của Ông (Bà) với các thông tin sau:",
    DossierKind.CHANGE: "chấp nhận điều chỉnh thông tin đăng ký giao dịch điện tử của Ông (Bà); "
    "thông tin sau khi điều chỉnh như sau:",
    DossierKind.STOP: "chấp nhận cho Ông (Bà) ngừng sử dụng phương thức giao dịch điện tử đối với tài khoản sau:",
}
_PURPOSES = {
    DossierKind.REGISTER: "Đăng ký",
    DossierKind.CHANGE: "Điều chỉnh thông tin",
    DossierKind.STOP: "Ngừng sử dụng",
}
_PICTURES = {
    AttachmentKind.PORTRAIT: "Ảnh chân dung",
    AttachmentKind.ID_FRONT: "Giấy tờ tùy thân – mặt trước",
    AttachmentKind.ID_BACK: "Giấy tờ tùy thân – mặt sau",
    AttachmentKind.SIGNED_FORM: "Tờ khai (Mẫu số 01) đã ký",
    AttachmentKind.BIRTH_CERTIFICATE: "Giấy khai sinh",
}
_STATES = {
    Status.PENDING: "Chờ duyệt",
    Status.PROCESSING: "Đang xử lý",
    Status.CHECKING: "Chờ kiểm tra HGĐ",
    Status.APPROVED: "Đã duyệt",
    Status.REJECTED: "Không duyệt",
    Status.AWAITING_REGISTRY: "Chờ cấp mã số",
    Status.EXPIRED: "Hết hạn",
}
_OUTCOMES = {
    Outcome.ACCEPTED: "Chấp nhận",
    Outcome.REFUSED: "Không chấp nhận",
    Outcome.AWAITING: "Chờ cấp mã số",
}


def notice_accepted(about: Dossier, head: Letterhead, issued: date, effective: date) -> Wanted:
    """The notice that a dossier was accepted."""
    said, changed = about.declaration, tuple(changes(about))
    identity = [f"Giấy tờ tùy thân: {paper(said)}"] if said.paper_kind else []
    identity += [f"Số: {said.paper_number}"] if said.paper_number else []
    reach = f"Điện thoại di động: {said.phone}" + (f" Email: {said.email}" if said.email else "")
    text = [
        _headed(head, f"Số: {DOTS}/TB-BHXH", issued),
        f"THÔNG BÁO Về việc chấp nhận {_TITLES[about.kind]} trong lĩnh vực bảo hiểm xã hội",
        f"Kính gửi: Ông (Bà) {said.full_name} {DECREE}",
        f"Căn cứ Tờ khai (Mẫu số 01) do Ông (Bà) lập ngày {short(about.declared_on)}, số hồ sơ {about.number},",
        "và kết quả đối chiếu với bản chính giấy tờ tùy thân, dữ liệu hộ gia đình tham gia bảo hiểm xã hội,",
        f"bảo hiểm y tế, {head.office} {_VERDICTS[about.kind]}",
        f"Họ và tên: {said.full_name} Mã số bảo hiểm xã hội: {said.social_code} Ngày sinh: {said.birth.text()}",
        *identity,
        f"Địa chỉ liên hệ: {said.address.text()} {reach}",
    ]
    if about.kind is DossierKind.REGISTER:
        email = " và địa chỉ email" if said.email else ""
        text += [
            "Tài khoản giao dịch điện tử là mã số bảo hiểm xã hội nêu trên, có hiệu lực",
            f"từ {long(effective)}. Mật khẩu lần đầu được gửi riêng đến số điện thoại di động{email}",
            "đã đăng ký; mật khẩu không ghi trên giấy này. Đề nghị Ông (Bà) đổi mật khẩu ngay trong lần đăng nhập",
            "đầu tiên và không cung cấp mật khẩu cho người khác.",
        ]
    if about.kind is DossierKind.CHANGE:
        text += [CHANGES_HEAD, *numbered(changed)] if changed else []
        text.append(f"Thông tin điều chỉnh có hiệu lực từ {long(effective)}.")
        text.append("Tài khoản và mật khẩu đang sử dụng không thay đổi.")
    if about.kind is DossierKind.STOP:
        text += [f"Lý do ngừng sử dụng: {about.stop_reason.rstrip('.')}."] if about.stop_reason else []
        text.append(f"Tài khoản ngừng hoạt động từ {long(effective)}.")
        text.append("Khi có nhu cầu sử dụng trở lại, Ông (Bà) lập Tờ khai đăng ký mới.")
    text += [
        f"{head.office} thông báo để Ông (Bà) biết và thực hiện. Mọi vướng mắc xin liên hệ {head.office},",
        f"địa chỉ: {head.address}, hoặc Tổng đài hỗ trợ khách hàng 1900 9068./.",
        _signed(about, head),
    ]
    return Wanted(
        text=" ".join(text),
        foot=foot(about, "thông báo kết quả tại Quyết định số 838/QĐ-BHXH ngày 29 tháng 5 năm 2017"),
        repeated=CHANGES_HEAD,
        beside=(
            ("Họ và tên:", said.full_name),
            ("Mã số bảo hiểm xã hội:", said.social_code),
            ("Ngày sinh:", said.birth.text()),
            ("Địa chỉ liên hệ:", said.address.text()),
            ("Điện thoại di động:", said.phone),
        ),
        heads=("Nội dung điều chỉnh", "Thông tin cũ", "Thông tin mới"),
        below=changed,
    )


def notice_refused(about: Dossier, head: Letterhead, issued: date, *, reason: str, bring: Sequence[str]) -> Wanted:
    """01/TB-GDĐT; ``reason`` is the officer's own words, ``bring`` what to bring."""
    said = about.declaration
    until = (
        f"đến hết {long(about.due_on)}. Quá thời hạn trên, Ông (Bà) lập tờ khai mới."
        if issued <= about.due_on
        else "tờ khai nêu trên đã hết thời hạn; Ông (Bà) lập tờ khai mới và nộp kèm các giấy tờ tại mục 2."
    )
    number = f" Số giấy tờ tùy thân: {said.paper_number}" if said.paper_number else ""
    text = [
        f"Mẫu 01/TB-GDĐT {_headed(head, f'Số: {DOTS}/TB-BHXH', issued)}",
        f"THÔNG BÁO Về việc không chấp nhận {_TITLES[about.kind]} trong lĩnh vực bảo hiểm xã hội",
        f"Kính gửi: Ông (Bà) {said.full_name}",
        f"Mã số bảo hiểm xã hội: {said.social_code} Ngày sinh: {said.birth.text()}{number} Điện thoại: {said.phone}",
        f"{DECREE} Sau khi xem xét Tờ khai (Mẫu số 01) do Ông (Bà) lập ngày {short(about.declared_on)},",
        f"số hồ sơ {about.number}, và đối chiếu với giấy tờ xuất trình, {head.office} chưa có căn cứ để chấp nhận",
        f"hồ sơ nêu trên. 1. Lý do: {reason}. 2. Đề nghị Ông (Bà) bổ sung, mang theo:",
        *(f"- {thing}" for thing in bring),
        f"3. Nơi nộp: Bộ phận Tiếp nhận và Trả kết quả, {head.office}, địa chỉ: {head.address}; {head.hours}.",
        f"4. Thời hạn: {until}",
        f"{head.office} thông báo để Ông (Bà) biết và thực hiện. Mọi vướng mắc xin liên hệ Tổng đài hỗ trợ",
        f"khách hàng 1900 9068./. {_signed(about, head)}",
    ]
    form = "Mẫu 01/TB-GDĐT kèm theo Quyết định số 838/QĐ-BHXH ngày 29 tháng 5 năm 2017"
    beside = (("Mã số bảo hiểm xã hội:", said.social_code), ("Điện thoại:", said.phone))
    return Wanted(text=" ".join(text), foot=foot(about, form), beside=beside)


def receipt(about: Dossier, head: Letterhead, on: date) -> Wanted:
    """The receipt, made on a day; its handing in, if any, is on that day."""
    said = about.declaration
    register, change, stop = ticks(about.kind, *_PURPOSES)
    kinds = [picture.kind for picture in about.attachments]
    if about.handed_in_at is not None and AttachmentKind.SIGNED_FORM not in kinds:
        kinds.insert(0, AttachmentKind.SIGNED_FORM)
    how = ("bản giấy" if kind is AttachmentKind.SIGNED_FORM else "ảnh chụp" for kind in kinds)
    received = tuple((_PICTURES[kind], form, "01") for kind, form in zip(kinds, how, strict=True))
    case = Case(dossier=about, today=on)
    missing = [
        _PICTURES[AttachmentKind(str(finding.data["kind"]))]
        for finding in (*v11_guardian(case), *v12_complete(case))
        if finding.code == "picture-missing"
    ]
    text = [
        _headed(head, f"Số: {about.number}", on),
        f"GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ Bộ phận Tiếp nhận và Trả kết quả, {head.office}, đã tiếp nhận",
        f"hồ sơ của: Ông (Bà): {said.full_name} Mã số bảo hiểm xã hội: {said.social_code}",
        f"Địa chỉ: {said.address.text()} Số điện thoại: {said.phone}" + (f" Email: {said.email}" if said.email else ""),
        f"Nội dung: {register} Đăng ký {change} Điều chỉnh thông tin {stop} Ngừng sử dụng giao dịch điện tử",
        "1. Thành phần hồ sơ đã nhận: STT Tên giấy tờ Hình thức Số lượng",
        *numbered(received),
    ]
    if missing:
        text.append("2. Giấy tờ còn thiếu, đề nghị bổ sung:")
        text += [f"- {thing};" for thing in missing[:-1]]
        text.append(f"- {missing[-1]}.")
    where = "tin nhắn, email đã đăng ký" if said.email else "tin nhắn đến số điện thoại đã đăng ký"
    handed_in, answer = DOTS, DOTS
    if about.handed_in_at is not None:
        here = about.handed_in_at + HANOI
        days = [on + timedelta(days=more) for more in range(1, 20)]
        works = [day for day in days if day.weekday() < len("12345") and day.isoformat()[4:] not in YEARLY]
        third = [day for day in works if day.isoformat() not in CLOSED][2]
        handed_in = f"{here.hour:02d} giờ {here.minute:02d} phút, ngày {short(on)}"
        answer = f"chậm nhất ngày {short(third)} (03 ngày làm việc kể từ ngày nhận)"
    text += [
        f"Thời gian nhận hồ sơ: {handed_in}",
        f"Thời gian trả kết quả: {answer}",
        f"Nơi nhận kết quả: {where}; bản giấy tại {head.office} Địa chỉ: {head.address}",
        "Xuất trình giấy này, hoặc số hồ sơ, khi liên hệ cơ quan bảo hiểm xã hội. Giấy này không có giá trị",
        f"thay thế thông báo kết quả. NGƯỜI NỘP HỒ SƠ (Ký, ghi rõ họ tên) {said.full_name}",
        f"NGƯỜI TIẾP NHẬN HỒ SƠ (Ký, ghi rõ họ tên) {head.officer}",
    ]
    form = "giấy tiếp nhận hồ sơ và hẹn trả kết quả của cơ chế một cửa (Quyết định số 475/QĐ-BHXH)"
    return Wanted(
        text=" ".join(text),
        foot=foot(about, form),
        repeated="STT Tên giấy tờ Hình thức Số lượng",
        beside=(("Ông (Bà):", said.full_name), ("Số điện thoại:", said.phone)),
        heads=("Tên giấy tờ", "Hình thức", "Số lượng"),
        below=received,
    )


def vssid_guide(about: Dossier, head: Letterhead, effective: date) -> Wanted:
    """The guide for a new account."""
    said = about.declaration
    text = [
        f"{head.parent_office.upper()} {head.office.upper()} {STATE}",
        "HƯỚNG DẪN Sử dụng tài khoản giao dịch điện tử và ứng dụng VssID – Bảo hiểm xã hội số",
        f"Kính gửi: Ông (Bà) {said.full_name} TÀI KHOẢN CỦA ÔNG (BÀ)",
        f"Tên đăng nhập (mã số BHXH): {said.social_code} Hiệu lực từ: ngày {short(effective)}",
        f"Điện thoại: {said.phone}" + (f" Email: {said.email}" if said.email else ""),
        "Mật khẩu lần đầu được gửi riêng cho Ông (Bà). Giấy này không ghi mật khẩu; cơ quan bảo hiểm xã hội không",
        "hỏi mật khẩu của Ông (Bà). 1. Cài đặt ứng dụng",
        "- Vào kho ứng dụng Google Play (Android) hoặc App Store (iOS), gõ từ khóa “VssID” và chọn Tìm kiếm.",
        "- Chọn ứng dụng VssID do Bảo hiểm xã hội Việt Nam phát hành, chọn “Cài đặt” hoặc “Nhận”.",
        "Không cài đặt từ đường dẫn nhận qua tin nhắn. 2. Đăng nhập và đổi mật khẩu",
        "- Nhập tài khoản là mã số BHXH ghi ở trên và mật khẩu đã nhận.",
        "- Đổi mật khẩu ngay trong lần đăng nhập đầu tiên: chọn “Đổi mật khẩu”, nhập mật khẩu cũ, mật khẩu mới và",
        "nhập lại mật khẩu mới, chọn “Hoàn tất”, rồi nhập mã xác thực (OTP) được gửi đến.",
        "Sau đó đổi mật khẩu ít nhất 06 tháng một lần.",
        "- Mỗi tài khoản chỉ đăng nhập trên một thiết bị ở cùng một thời điểm; đăng nhập ở thiết bị khác phải nhập",
        "mã OTP. - Tài khoản này cũng dùng cho Cổng dịch vụ công của Bảo hiểm xã hội Việt Nam tại địa chỉ",
        "dichvucong.baohiemxahoi.gov.vn. 3. Các chức năng chính",
        "- Thẻ BHYT; sổ khám chữa bệnh theo từng năm. - Quá trình tham gia bảo hiểm xã hội, bảo hiểm thất nghiệp,",
        "bảo hiểm y tế; thông tin hưởng các chế độ. 4. Quên mật khẩu, thay đổi thông tin, ngừng sử dụng",
        "- Quên mật khẩu: chọn “Quên mật khẩu” trên ứng dụng; mã OTP được gửi đến địa chỉ đã đăng ký.",
        "- Đổi thông tin hoặc ngừng sử dụng: lập Tờ khai (Mẫu số 01) trên Cổng dịch vụ công hoặc tại cơ quan bảo hiểm",
        f"xã hội nơi thuận tiện. Hỗ trợ: Tổng đài 1900 9068; {head.office}, địa chỉ: {head.address}.",
    ]
    return Wanted(
        text=" ".join(text),
        foot=foot(about, "hướng dẫn tại Công văn số 3717/BHXH-CNTT và Công văn số 777/CNTT-PM"),
        beside=(("Tên đăng nhập (mã số BHXH):", said.social_code), ("Điện thoại:", said.phone)),
    )


def day_sheet(lines: Sequence[DayLine], head: Letterhead, day: date, printed: datetime, desk: str) -> Wanted:
    """The sheet of a day's work, its lines in the order given; ``printed`` is UTC."""
    heads = ("STT", "Giờ", "Số hồ sơ", "Họ và tên", "Mã số BHXH", "Loại hồ sơ", "Kết quả", "Ghi chú")
    rows = tuple(
        (
            f"{line.at + HANOI:%H:%M}",
            line.dossier.number,
            line.dossier.declaration.full_name,
            line.dossier.declaration.social_code,
            _PURPOSES[line.dossier.kind],
            _OUTCOMES[line.outcome],
            line.note,
        )
        for line in lines
    )
    kinds = Counter((line.dossier.kind, line.outcome) for line in lines)
    sums = [[kinds[kind, outcome] for outcome in _OUTCOMES] for kind in _PURPOSES]
    totals = [
        *zip(_PURPOSES.values(), sums, strict=True),
        ("Cộng", [sum(column) for column in zip(*sums, strict=True)]),
    ]
    unsent = sum(not line.sent for line in lines)
    text = [
        f"{head.parent_office.upper()} {head.office.upper()} {STATE} {head.place}, {long(day)}",
        f"PHIẾU LÀM VIỆC TRONG NGÀY Tiếp nhận và giải quyết hồ sơ đăng ký giao dịch điện tử của cá nhân, {long(day)}",
        f"Quầy: {desk} – Cán bộ: {head.officer} – Số hồ sơ đã giải quyết: {len(lines)}",
        f"– Chưa gửi về hệ thống lúc in: {unsent} {' '.join(heads)}",
        *numbered(rows),
        "Cộng theo loại hồ sơ Loại hồ sơ Chấp nhận Không chấp nhận Chờ cấp mã số Cộng",
        *(f"{name} {' '.join(map(str, counts))} {sum(counts)}" for name, counts in totals),
        f"{head.capacity} (Ký, ghi rõ họ tên) {head.signer} CÁN BỘ LẬP PHIẾU (Ký, ghi rõ họ tên) {head.officer}",
    ]
    basis = "mẫu báo cáo nội bộ; thể thức theo Nghị định số 30/2020/NĐ-CP"
    return Wanted(
        text=" ".join(text),
        foot=f"Bản mô phỏng theo {basis} In lúc {_moment(printed)} – Trang {{page}}/{{pages}}",
        repeated=" ".join(heads),
        heads=heads[1:],
        below=rows,
    )


def queue_list(dossiers: Sequence[Dossier], head: Letterhead, printed: datetime, condition: str) -> Wanted:
    """The list of a queue; ``printed`` is UTC."""
    heads = ("STT", "Số hồ sơ", "Họ và tên", "Ngày sinh", "Mã số BHXH", "Loại hồ sơ", "Ngày khai", "Hạn", "Trạng thái")
    rows = tuple(
        (
            about.number,
            about.declaration.full_name,
            about.declaration.birth.text(),
            about.declaration.social_code,
            _PURPOSES[about.kind],
            short(about.declared_on),
            short(about.due_on),
            _STATES[about.status],
        )
        for about in dossiers
    )
    text = [
        f"{head.parent_office.upper()} {head.office.upper()} {STATE}",
        f"DANH SÁCH Hồ sơ đăng ký giao dịch điện tử của cá nhân Điều kiện lọc: {condition}",
        f"Số hồ sơ trong danh sách: {len(dossiers)} {' '.join(heads)}",
        *numbered(rows),
    ]
    basis = "danh sách “Hồ sơ ĐK GDĐT – Cá nhân”; thể thức theo Nghị định số 30/2020/NĐ-CP"
    said = f"In lúc {_moment(printed)}, người in: {head.officer}"
    return Wanted(
        text=" ".join(text),
        foot=f"Bản mô phỏng theo {basis} {said} – Trang {{page}}/{{pages}}",
        repeated=" ".join(heads),
        heads=heads[1:],
        below=rows,
    )


def _headed(head: Letterhead, number: str, on: date) -> str:
    """Return the head of a paper that an office issues."""
    return f"{head.parent_office.upper()} {head.office.upper()} {STATE} {number} {head.place}, {long(on)}"


def _signed(about: Dossier, head: Letterhead) -> str:
    """Return the end of a notice."""
    copies = f"Nơi nhận: - Như trên; - Lưu: VT, hồ sơ {about.number}."
    return f"{copies} {head.capacity} (Ký, ghi rõ họ tên, đóng dấu) {head.signer}"


def _moment(at: datetime) -> str:
    return f"{at + HANOI:%H:%M} {short((at + HANOI).date())}"
