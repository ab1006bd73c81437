"""What the command line says; plain text, no Qt."""

from __future__ import annotations

NO_DISPLAY = "officer-console: máy không có màn hình (DISPLAY, WAYLAND_DISPLAY)."
NO_DISPLAY_TOUR = "Máy không có màn hình, nên chương trình tự đi hết quy trình và chụp lại từng bước vào thư mục {out}."
PREPARING = "Đang chuẩn bị dữ liệu huấn luyện ({dossiers} hồ sơ), lần đầu mất khoảng một phút…"
CENTRAL_READY = "Máy chủ huấn luyện đã sẵn sàng tại {url}."
CENTRAL_FAILED = "Máy chủ huấn luyện không khởi động được; xem {log}."
TOUR_STEP = "{number:02d}  {what}"
TOUR_DONE = "Xong: {count} ảnh trong {out}."
TOUR_FAILED = "Không đúng như phải có: {what}"

CONFIG = {
    "config-unreadable": "officer-console: không đọc được tệp cấu hình {path}.",
    "config-malformed": "officer-console: tệp cấu hình {path} có chỗ sai; xem docs/operating.md.",
    "server-missing": (
        'officer-console: chưa biết máy chủ trung tâm. Ghi server = "https://…" vào {path} hoặc chạy với --server; '
        "để xem thử, chạy: officer-console demo."
    ),
}
