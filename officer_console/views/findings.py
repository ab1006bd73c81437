"""What the rules found, in one short line each, for beside the field."""

from __future__ import annotations

from datetime import date

from officer_console.domain.checks import Finding, Level
from officer_console.domain.reference import Reference
from officer_console.views import words
from officer_console.views.theme import Kind

SHAPES = {Level.ERROR: "✕", Level.WARNING: "▲"}
KINDS = {Level.ERROR: Kind.BAD, Level.WARNING: Kind.WARN}

TEXTS: dict[str, str] = {
    "address-district-abolished": "Địa chỉ theo địa giới mới không còn cấp huyện.",
    "address-incomplete": "Địa chỉ thiếu {part}.",
    "birth-in-future": "Ngày sinh sau ngày hôm nay.",
    "birth-invalid": "Ngày sinh không có trong lịch.",
    "birth-place-unknown": "Mã nơi sinh {place_code} không có trong danh mục; kiểm tra với bản gốc.",
    "birth-year-not-in-number": "Số căn cước ghi năm sinh {number_year}; kiểm tra với bản gốc.",
    "change-not-confirmed": "Chưa bấm Xác nhận nội dung thay đổi.",
    "citizen-number-length": "Số căn cước phải có 12 chữ số; đang có {length}.",
    "citizen-number-malformed": "Số căn cước không đúng dạng.",
    "code-not-card-number": "Mã số 12 chữ số khác với số căn cước.",
    "declaration-expired": "Quá hạn {due_on} mà chưa nộp tờ khai: không duyệt được.",
    "email-malformed": "Địa chỉ thư điện tử không đúng dạng.",
    "email-missing": "Không có thư điện tử: chỉ gửi được tin nhắn.",
    "guardian-missing": "Người dưới 18 tuổi chưa có căn cước phải có người giám hộ.",
    "health-card-given": "Đây là số thẻ BHYT; mã số BHXH là {social_code}.",
    "health-card-malformed": "Số thẻ BHYT không đúng dạng.",
    "linked-608a": "Thay đổi {fields}: hệ thống lập thêm hồ sơ 608a (cấp lại sổ BHXH, thẻ BHYT).",
    "name-characters": "Họ tên có ký tự lạ: {characters}",
    "name-missing": "Chưa có họ tên.",
    "name-not-composed": "Họ tên gõ bằng dấu tổ hợp; vẫn hiển thị và so sánh đúng.",
    "name-one-word": "Họ tên chỉ có một từ.",
    "name-too-long": "Họ tên dài {length} ký tự, tối đa {limit}.",
    "note-missing": "Ghi lý do chấp nhận tên khác dấu.",
    "note-too-long": "Ghi chú dài {length} ký tự, tối đa {limit}.",
    "nothing-changed": "Không có thông tin nào khác với tài khoản hiện có.",
    "number-malformed": "Số hồ sơ không bắt đầu bằng số.",
    "old-identity-card-ended": "Chứng minh nhân dân hết giá trị từ sau {ended_on}.",
    "old-identity-number-length": "Số chứng minh nhân dân phải có 9 hoặc 12 chữ số.",
    "original-not-compared": "Đối chiếu bản gốc giấy tờ rồi đánh dấu vào đây.",
    "passport-malformed": "Số hộ chiếu không đúng dạng.",
    "phone-malformed": "Số điện thoại không đúng: công dân sẽ không nhận được tin nhắn.",
    "phone-old-form": "Đầu số cũ; số hiện nay là {phone}.",
    "picture-missing": "Thiếu {kind}: quét hoặc đính kèm tại quầy (F4).",
    "previous-missing": "Không có thông tin cũ của tài khoản để đối chiếu.",
    "reason-missing": "Chọn lý do không duyệt.",
    "reason-text-missing": "Viết rõ lý do; nội dung này được gửi cho công dân.",
    "reason-text-too-long": "Lý do dài {length} ký tự, tối đa {limit}.",
    "reason-unknown": "Lý do không còn trong danh mục; chọn lý do khác.",
    "registry-ambiguous": "HGĐ có nhiều người cùng mã số này.",
    "registry-code-absent": "HGĐ không có mã số này.",
    "registry-name-different": "HGĐ ghi họ tên khác: {registry_name}",
    "registry-name-marks": "HGĐ ghi họ tên chỉ khác dấu: {registry_name}",
    "registry-name-spelling": "HGĐ ghi họ tên gần giống: {registry_name}",
    "registry-silent": "HGĐ chưa trả lời; hệ thống đang tự hỏi lại.",
    "sex-not-in-number": "Số căn cước ghi giới tính {number_sex}; kiểm tra với bản gốc.",
    "signed-form-not-received": "Nhận tờ khai đã ký rồi đánh dấu vào đây.",
    "social-code-length": "Mã số BHXH phải có 10 hoặc 12 chữ số; đang có {length}.",
    "status-not-decidable": "Hồ sơ đang «{status}», không đánh giá được.",
    "stop-reason-missing": "Chưa có lý do ngừng.",
    "verdict-missing": "Chọn Hồ sơ hợp lệ hoặc Hồ sơ không hợp lệ.",
}
_ADDRESS_PARTS = {"province": "tỉnh, thành phố", "district": "quận, huyện", "commune": "xã, phường"}
_GROUPS = {"kind": "attachment", "number_sex": "sex", "status": "status"}
FIELD_LABELS = {
    "full_name": "Họ và tên",
    "social_code": "Mã số BHXH",
    "birth": "Ngày sinh",
    "sex": "Giới tính",
    "paper_kind": "Loại giấy tờ",
    "paper_number": "Số giấy tờ",
    "address": "Địa chỉ liên hệ",
    "phone": "Điện thoại",
    "email": "Thư điện tử",
    "guardian.full_name": "Người giám hộ",
    "guardian.paper_number": "Giấy tờ giám hộ",
    "guardian.relation": "Quan hệ",
    "guardian.phone": "Điện thoại giám hộ",
    "stop_reason": "Lý do ngừng",
}


class _Values(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return words.NOTHING


def text(finding: Finding, reference: Reference) -> str:
    """Return the line for a finding; its code when the rules know more than this table."""
    values = _Values({name: _shown(name, value, reference) for name, value in finding.data.items()})
    return TEXTS.get(finding.code, finding.code).format_map(values)


def marked(finding: Finding, reference: Reference) -> str:
    """Return the line with the shape of its weight before it."""
    return f"{SHAPES[finding.level]} {text(finding, reference)}"


def _shown(name: str, value: str | int, reference: Reference) -> str:
    if name in _GROUPS:
        found = words.label(reference, _GROUPS[name], str(value))
        return found[:1].lower() + found[1:]
    if name == "part":
        return _ADDRESS_PARTS.get(str(value), str(value))
    if name == "fields":
        return ", ".join(FIELD_LABELS.get(field, field).lower() for field in str(value).split(","))
    if name in ("due_on", "ended_on"):
        return words.date_text(date.fromisoformat(str(value)))
    return str(value)
