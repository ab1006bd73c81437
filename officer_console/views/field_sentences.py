"""The short lines beside a field that cannot be read: code → line."""

from __future__ import annotations

FIELDS: dict[str, str] = {
    "dates-reversed": "Từ ngày phải trước hoặc bằng Đến ngày.",
    "date-malformed": "Nhập ngày/tháng/năm, ví dụ 05/09/2026.",
    "social-code-length": "Mã số BHXH có 10 hoặc 12 chữ số; đang có {length}.",
    "name-malformed": "Nhập ít nhất một chữ trong họ tên.",
    "number-malformed": "Số hồ sơ chỉ gồm chữ số, ví dụ 1000123.",
}
