"""The table of sentences for digital signatures: code → (what happened, what it means, what to do)."""

from __future__ import annotations

from datetime import datetime

from officer_console.services.sign_documents import Certificate
from officer_console.views import words

_NOT_SIGNED = "Văn bản này chưa được ký; các văn bản đã ký trước đó vẫn giữ nguyên."
_NOTHING_SIGNED = "Chưa có văn bản nào được ký."
_TO_ADMINISTRATOR = "Báo quản trị kiểm tra phần cài đặt ký số của máy này."

SIGNING: dict[str, tuple[str, str, str]] = {
    "signing-wrong-pin": (
        "Mã PIN không đúng",
        "Nhập sai nhiều lần liên tiếp thì USB ký số tự khóa. " + _NOTHING_SIGNED,
        "Kiểm tra phím Caps Lock và bộ gõ, rồi nhập lại mã PIN.",
    ),
    "signing-wrong-pin-last-try": (
        "Mã PIN không đúng, chỉ còn một lần nhập",
        "Sai thêm lần nữa thì USB ký số bị khóa. " + _NOTHING_SIGNED,
        "Nếu không nhớ chắc mã PIN, dừng lại và liên hệ đơn vị cấp chứng thư số.",
    ),
    "signing-pin-locked": (
        "USB ký số đã bị khóa do nhập sai mã PIN nhiều lần",
        _NOTHING_SIGNED,
        "Liên hệ đơn vị cấp chứng thư số để mở khóa; trong lúc chờ, người khác có thể ký.",
    ),
    "signing-pin-expired": (
        "Mã PIN đã hết hạn sử dụng",
        _NOTHING_SIGNED,
        "Đổi mã PIN bằng phần mềm của đơn vị cấp chứng thư số rồi ký lại.",
    ),
    "signing-no-token": (
        "Chưa thấy USB ký số",
        _NOTHING_SIGNED,
        "Cắm USB ký số, chờ đèn sáng rồi bấm Tìm lại.",
    ),
    "signing-token-removed": (
        "USB ký số bị rút ra khi đang ký",
        _NOT_SIGNED,
        "Cắm lại USB ký số, bấm Tìm lại rồi nhập mã PIN để ký tiếp.",
    ),
    "signing-no-certificate": (
        "Không tìm thấy chứng thư số đã chọn",
        _NOTHING_SIGNED,
        "Kiểm tra đúng USB ký số của mình rồi bấm Tìm lại.",
    ),
    "signing-no-key": (
        "Chứng thư số này không có khóa bí mật đi kèm nên không ký được",
        _NOTHING_SIGNED,
        "Chọn chứng thư khác; nếu chỉ có chứng thư này, liên hệ đơn vị cấp.",
    ),
    "signing-expired": (
        "Chứng thư số đã hết hạn",
        _NOT_SIGNED,
        "Gia hạn với đơn vị cấp chứng thư số, hoặc chọn chứng thư khác còn hạn.",
    ),
    "signing-not-yet-valid": (
        "Chứng thư số chưa đến ngày có hiệu lực",
        _NOT_SIGNED,
        "Kiểm tra ngày giờ của máy; nếu đúng, chờ đến ngày có hiệu lực hoặc chọn chứng thư khác.",
    ),
    "signing-key-usage": (
        "Chứng thư số này không dùng để ký văn bản",
        _NOTHING_SIGNED,
        "Chọn chứng thư có mục đích ký số hoặc chống chối bỏ.",
    ),
    "signing-other-purpose": (
        "Chứng thư số này cấp cho máy chủ, không dùng để ký văn bản",
        _NOTHING_SIGNED,
        "Chọn chứng thư cấp cho cá nhân hoặc cơ quan để ký văn bản.",
    ),
    "signing-authority": (
        "Đây là chứng thư của tổ chức cấp chứng thư số, không phải của người ký",
        _NOTHING_SIGNED,
        "Chọn chứng thư khác; nếu chỉ có chứng thư này, liên hệ đơn vị cấp.",
    ),
    "signing-nameless": (
        "Chứng thư số này không ghi tên người ký",
        "Chữ ký trên văn bản phải cho biết ai đã ký. " + _NOTHING_SIGNED,
        "Chọn chứng thư khác; nếu chỉ có chứng thư này, liên hệ đơn vị cấp để đổi chứng thư.",
    ),
    "signing-unsupported-key": (
        "Loại khóa của chứng thư số này chưa dùng được",
        _NOTHING_SIGNED,
        "Chọn chứng thư khác có khóa RSA hoặc ECDSA.",
    ),
    "signing-key-too-short": (
        "Khóa của chứng thư số này quá ngắn, không đủ an toàn để ký",
        _NOTHING_SIGNED,
        "Dùng chứng thư có khóa RSA từ 2.048 bit hoặc ECDSA từ 256 bit; liên hệ đơn vị cấp để đổi chứng thư.",
    ),
    "signing-untrusted": (
        "Chứng thư số này không do tổ chức mà đơn vị tin cậy cấp",
        _NOTHING_SIGNED,
        "Chọn chứng thư khác; nếu chứng thư này đúng, báo quản trị bổ sung chứng thư của tổ chức cấp.",
    ),
    "signing-module-missing": (
        "Máy này chưa cài phần mềm của USB ký số",
        _NOTHING_SIGNED,
        "Cài phần mềm do đơn vị cấp chứng thư số cung cấp, hoặc báo quản trị kiểm tra đường dẫn.",
    ),
    "signing-module-unknown": (
        "Loại USB ký số này chưa được quản trị cho phép",
        _NOTHING_SIGNED,
        _TO_ADMINISTRATOR,
    ),
    "signing-module-broken": (
        "Phần mềm của USB ký số không dùng được",
        "Tệp thư viện bị hỏng, không đúng loại máy, hoặc người khác sửa được. " + _NOTHING_SIGNED,
        "Cài lại phần mềm của USB ký số hoặc báo quản trị.",
    ),
    "signing-driver": (
        "Phần mềm của USB ký số báo lỗi",
        _NOT_SIGNED + " Mã lỗi: {detail}.",
        "Rút USB ký số, cắm lại rồi ký tiếp; nếu lặp lại, báo quản trị kèm mã lỗi.",
    ),
    "signing-driver-hangs": (
        "USB ký số không trả lời",
        _NOT_SIGNED,
        "Rút USB ký số, cắm lại rồi ký tiếp; nếu lặp lại, khởi động lại máy.",
    ),
    "signing-file-unreadable": (
        "Không mở được tệp chứng thư",
        _NOTHING_SIGNED,
        "Kiểm tra tệp còn ở chỗ cũ và có quyền đọc, hoặc chọn tệp khác.",
    ),
    "signing-file-malformed": (
        "Tệp đã chọn không phải tệp chứng thư (.p12, .pfx)",
        _NOTHING_SIGNED,
        "Chọn đúng tệp do đơn vị cấp chứng thư số gửi.",
    ),
    "signing-files-forbidden": (
        "Đơn vị không cho ký bằng tệp chứng thư",
        _NOTHING_SIGNED,
        "Dùng USB ký số.",
    ),
    "signing-wrong-password": (
        "Mật khẩu của tệp chứng thư không đúng",
        _NOTHING_SIGNED,
        "Kiểm tra phím Caps Lock và bộ gõ, rồi nhập lại mật khẩu.",
    ),
    "signing-timestamp-unreachable": (
        "Không kết nối được máy chủ dấu thời gian",
        _NOT_SIGNED,
        "Kiểm tra mạng rồi ký tiếp; nếu vẫn vậy, báo quản trị.",
    ),
    "signing-timestamp-refused": (
        "Máy chủ dấu thời gian từ chối",
        _NOT_SIGNED + " Trả lời: {detail}.",
        "Chờ vài phút rồi ký tiếp; nếu vẫn vậy, báo quản trị.",
    ),
    "signing-timestamp-false": (
        "Dấu thời gian nhận được không tin cậy",
        "Dấu thời gian không do máy chủ đã đăng ký ký, hoặc không đúng văn bản. " + _NOT_SIGNED,
        "Không ký tiếp; báo quản trị kiểm tra máy chủ dấu thời gian.",
    ),
    "signing-clock": (
        "Đồng hồ máy sai",
        "Giờ của máy lệch quá 5 phút so với máy chủ dấu thời gian. " + _NOT_SIGNED,
        "Chỉnh đúng ngày, giờ và múi giờ của máy, mở lại thông báo, xem ngày ghi trên đó rồi ký; nếu máy vẫn đúng "
        "giờ, báo quản trị kiểm tra máy chủ dấu thời gian.",
    ),
    "signing-document": (
        "Văn bản này không ký được",
        "Tệp PDF bị hỏng hoặc có mật khẩu; các văn bản khác vẫn ký bình thường.",
        "Lập lại văn bản rồi ký; nếu vẫn vậy, báo bộ phận hỗ trợ.",
    ),
    "signing-closed": ("Đã dừng ký vì chương trình đóng", _NOT_SIGNED, "Mở lại chương trình rồi ký tiếp."),
    "signing-settings": (
        "Tệp cài đặt ký số có chỗ không dùng được",
        "Mục: {detail}. " + _NOTHING_SIGNED,
        _TO_ADMINISTRATOR,
    ),
    "mark-overflows": (
        "Nội dung ghi trên chữ ký số quá dài",
        "Khung chữ ký trên văn bản không đủ chỗ. " + _NOT_SIGNED,
        "Rút ngắn lý do ký, hoặc báo quản trị nới khung chữ ký.",
    ),
    "notice-unsigned": (
        "Thông báo này phải ký số trước khi gửi đi",
        "Đơn vị yêu cầu thông báo có chữ ký số; chưa in và chưa lưu.",
        "Bấm Ký số…, rồi in hoặc lưu.",
    ),
    "notice-damaged": (
        "Bản đã ký số của thông báo này bị hỏng",
        "Máy không đọc được tệp đã ký và không in bản chưa ký thay vào; chưa in và chưa lưu.",
        "Bấm Ký số… để ký lại, rồi in hoặc lưu; nếu máy này không ký được, báo quản trị.",
    ),
    "signing-not-set-up": (
        "Máy này chưa được cài đặt ký số",
        _NOTHING_SIGNED,
        _TO_ADMINISTRATOR,
    ),
}

# What stands behind a certificate in the list, short.
STATES = {
    "signing-expired": "đã hết hạn",
    "signing-not-yet-valid": "chưa có hiệu lực",
    "signing-key-usage": "không dùng để ký",
    "signing-other-purpose": "cấp cho máy chủ",
    "signing-authority": "của tổ chức cấp chứng thư",
    "signing-nameless": "không ghi tên người ký",
    "signing-key-too-short": "khóa quá ngắn",
    "signing-unsupported-key": "loại khóa chưa dùng được",
    "signing-untrusted": "không thuộc tổ chức cấp được tin cậy",
}
LAST_TRY = (
    "Chỉ còn một lần nhập mã PIN",
    "Sai thêm lần nữa thì USB ký số bị khóa. Nếu không nhớ chắc, liên hệ đơn vị cấp chứng thư số.",
)
WRONG_BEFORE = (
    "Lần nhập mã PIN trước không đúng",
    "Kiểm tra phím Caps Lock và bộ gõ trước khi nhập lại.",
)


def mark_lines(certificate: Certificate, at: datetime, reason: str) -> tuple[str, ...]:
    """Return what stands in the visible mark of a signature; without a reason its line is left out."""
    lines = (f"Ký bởi: {certificate.subject}", f"Ký ngày: {words.moment_text(at)}")
    return (*lines, f"Lý do: {reason}") if reason else lines
