"""What the command line says; plain text, no Qt."""

from __future__ import annotations

NO_DISPLAY = "officer-console: máy không có màn hình (DISPLAY, WAYLAND_DISPLAY)."
DISPLAY_SILENT = (
    "officer-console: không mở được cửa sổ trên màn hình {display}: màn hình không trả lời, hoặc tài khoản này không "
    "được phép dùng (thường gặp khi chạy qua ssh, tmux, sudo)."
)
NO_DISPLAY_TOUR = (
    "Không mở được cửa sổ trên màn hình nào, nên chương trình tự đi hết quy trình và chụp lại từng bước vào thư mục "
    "{out}."
)
PLACE_IN_USE = "Một lần chạy thử khác đang dùng dữ liệu của nó; lần này dùng dữ liệu riêng trong {place}."
PREPARING = "Đang chuẩn bị dữ liệu huấn luyện ({dossiers} hồ sơ), lần đầu mất khoảng một phút…"
CENTRAL_READY = "Máy chủ huấn luyện đã sẵn sàng tại {url}."
CENTRAL_FAILED = "Máy chủ huấn luyện không khởi động được; xem {log}."
TOUR_STEP = "{number:02d}  {what}"
TOUR_DONE = "Xong: {count} ảnh trong {out}."
TOUR_FAILED = "Không đúng như phải có: {what}"

CODE_FOUND = "{file} (trang {page}): {kind}, {decoder}, {milliseconds} ms"
CODE_FIELD = "    {field}: {value}"
NO_CODE = "officer-console: không thấy mã nào trong {file}."
NO_LINES = {
    "tesseract": "officer-console: muốn đọc dòng MRZ, hãy cài tesseract (Debian, Ubuntu: gói tesseract-ocr).",
    "model": "officer-console: muốn đọc dòng MRZ, hãy đặt tệp mrz.traineddata vào thư mục tessdata của tesseract.",
}
FILE_REFUSED = {
    "unreadable": "officer-console: không mở được tệp {file}.",
    "empty": "officer-console: tệp {file} trống.",
    "locked": "officer-console: tệp {file} có mật khẩu; hãy lưu lại không có mật khẩu.",
    "too-many-pages": "officer-console: tệp {file} có quá nhiều trang; hãy tách thành nhiều tệp.",
    "too-large": "officer-console: tệp {file} quá lớn.",
    "too-many-pixels": "officer-console: ảnh {file} có kích thước quá lớn; hãy quét lại ở 300 dpi.",
    "gate-timeout": "officer-console: kiểm tra {file} quá lâu nên đã dừng.",
    "unsupported-format": "officer-console: {file} không phải là JPEG, PNG, TIFF hay PDF.",
}
FILE_NO_PICTURE = "officer-console: không đọc được ảnh trong {file}."

FORM_OWN = "{form}: đúng (mẫu của đơn vị)"
FORM_SHIPPED = "{form}: đúng (mẫu kèm chương trình)"
FORM_UNKNOWN = "{form}: đúng, nhưng chương trình không có giấy nào tên như vậy nên không in được"
FORMS_FOLDER_MISSING = "officer-console: không có thư mục mẫu giấy {folder}."
FORMS_NO_FACE = "officer-console: máy này thiếu phông chữ để lập giấy ({told})."

CONFIG = {
    "config-unreadable": "officer-console: không đọc được tệp cấu hình {path}.",
    "config-malformed": "officer-console: tệp cấu hình {path} có chỗ sai; xem docs/operating.md.",
    "server-missing": (
        'officer-console: chưa biết máy chủ trung tâm. Ghi server = "https://…" vào {path} hoặc chạy với --server; '
        "để xem thử, chạy: officer-console demo."
    ),
}
