"""The table of error sentences: code → (what happened, what it means for the citizen, what to do)."""

from __future__ import annotations

_KEPT = "Hồ sơ của công dân giữ nguyên như trước."
_NOT_RECORDED = "Kết quả chưa được ghi nhận; hồ sơ giữ nguyên như trước."

RULES: dict[str, tuple[str, str, str]] = {
    "dates-reversed": ("Từ ngày sau Đến ngày", "", "Sửa lại hai ngày rồi Tra cứu."),
    "date-malformed": ("Ngày không đúng", "", "Nhập theo dạng ngày/tháng/năm, ví dụ 05/09/2026."),
    "social-code-length": ("Mã số BHXH phải có 10 hoặc 12 chữ số", "", "Kiểm tra lại mã số trên thẻ hoặc sổ BHXH."),
    "social-code-malformed": ("Mã số BHXH không đúng", "", "Kiểm tra lại mã số trên thẻ hoặc sổ BHXH."),
    "name-malformed": ("Họ và tên không đúng", "", "Nhập ít nhất một chữ trong họ tên, không dùng dấu gạch dưới."),
    "number-malformed": ("Số hồ sơ chỉ gồm chữ số", "", "Nhập phần trước dấu «/», ví dụ 1000123."),
    "health-card-malformed": (
        "Số thẻ BHYT không đúng",
        "",
        "Thẻ BHYT có 15 ký tự; mười số cuối là mã số BHXH.",
    ),
    "citizen-number-length": (
        "Số căn cước phải có 12 chữ số",
        "",
        "Đối chiếu lại với thẻ căn cước bản gốc.",
    ),
    "citizen-number-malformed": ("Số căn cước không đúng", "", "Đối chiếu lại với thẻ căn cước bản gốc."),
    "citizen-number-province": (
        "Ba số đầu của số căn cước không có trong danh mục nơi đăng ký khai sinh",
        "",
        "Đối chiếu lại với thẻ căn cước bản gốc.",
    ),
    "citizen-number-sex": (
        "Số căn cước không khớp giới tính đã kê khai",
        "",
        "Đối chiếu lại với thẻ căn cước bản gốc.",
    ),
    "citizen-number-birth": (
        "Số căn cước không khớp năm sinh đã kê khai",
        "",
        "Đối chiếu lại với thẻ căn cước bản gốc.",
    ),
    "old-identity-number-length": (
        "Số chứng minh nhân dân phải có 9 hoặc 12 chữ số",
        "",
        "Đối chiếu lại với giấy tờ bản gốc.",
    ),
    "passport-malformed": ("Số hộ chiếu không đúng", "", "Hộ chiếu Việt Nam gồm một chữ cái và 7 chữ số."),
    "phone-malformed": (
        "Số điện thoại không đúng",
        "Công dân sẽ không nhận được tin nhắn.",
        "Số di động có 10 chữ số, bắt đầu bằng 0.",
    ),
    "email-malformed": ("Địa chỉ thư điện tử không đúng", "", "Kiểm tra lại với công dân."),
    "sheet-forged": (
        "Trang này có mã giả",
        "Chưa xếp vào hồ sơ nào.",
        "Đối chiếu giấy tờ gốc và báo lãnh đạo.",
    ),
    "sheet-too-long": (
        "Tờ khai có {pages} trang, quá {limit} trang",
        "Các trang vẫn còn trong cửa sổ.",
        "Bỏ ra những trang không thuộc tờ khai rồi Lưu lại.",
    ),
    "transition-forbidden": (
        "Hồ sơ đang «{status}», không làm được việc này",
        _KEPT,
        "Quay lại danh sách và mở lại hồ sơ.",
    ),
    "verdict-missing": ("Chưa đánh giá hồ sơ", "", "Chọn Hồ sơ hợp lệ hoặc Hồ sơ không hợp lệ rồi Ghi nhận."),
    "reason-missing": (
        "Chưa chọn lý do",
        "Công dân cần biết vì sao hồ sơ không được duyệt.",
        "Chọn một lý do trong danh sách.",
    ),
    "lease-reason-missing": (
        "Chưa ghi lý do nhận lại hồ sơ",
        "Hồ sơ vẫn do cán bộ kia giữ.",
        "Ghi lý do rồi nhận lại: lý do được báo cho người đang giữ.",
    ),
    "reason-unknown": ("Lý do không còn trong danh mục", "", "Chọn một lý do khác trong danh sách."),
    "reason-text-missing": (
        "Chưa viết rõ lý do",
        "Nội dung này được gửi cho công dân.",
        "Viết ngắn gọn hồ sơ thiếu hoặc sai điều gì.",
    ),
    "already-waiting": (
        "Hồ sơ đã có kết quả đang chờ gửi",
        "Kết quả sẽ tự gửi về trung tâm khi có mạng.",
        "Không cần ghi nhận lại.",
    ),
    "version-changed": (
        "Hồ sơ vừa có thay đổi",
        "Kết quả chưa được ghi nhận vì dữ liệu đã khác lúc xem.",
        "Xem lại dữ liệu mới rồi đánh giá lại.",
    ),
}

SIGN_IN: dict[str, tuple[str, str, str]] = {
    "username-missing": ("Chưa nhập tên đăng nhập", "", "Nhập tên đăng nhập được cấp."),
    "password-missing": ("Chưa nhập mật khẩu", "", "Nhập mật khẩu của tài khoản."),
    "offline-first-sign-in": (
        "Tài khoản chưa đăng nhập lần nào trên máy này",
        "Lần đầu cần kết nối trung tâm để nhận hồ sơ.",
        "Kiểm tra mạng rồi đăng nhập lại.",
    ),
    "role-without-desk": (
        "Tài khoản này không tiếp nhận hồ sơ",
        "Tài khoản quản trị không xem hồ sơ của công dân.",
        "Đăng nhập bằng tài khoản cán bộ tiếp nhận hoặc lãnh đạo kiểm soát.",
    ),
}

CENTRAL: dict[str, tuple[str, str, str]] = {
    "unreachable": (
        "Không kết nối được trung tâm",
        "Việc đã ghi nhận được giữ trên máy và tự gửi khi có mạng.",
        "Vẫn có thể tiếp nhận công dân; kiểm tra dây mạng nếu kéo dài.",
    ),
    "unavailable": (
        "Trung tâm tạm ngừng phục vụ",
        "Việc đã ghi nhận được giữ trên máy và tự gửi lại.",
        "Thử lại sau ít phút.",
    ),
    "protocol": (
        "Trung tâm trả lời không đúng định dạng",
        "Không có dữ liệu nào bị thay đổi.",
        "Thử lại; nếu còn lặp lại, báo bộ phận hỗ trợ.",
    ),
    "sign-in-needed": (
        "Phiên làm việc đã hết",
        "Việc đã ghi nhận được giữ trên máy.",
        "Đăng nhập lại để tiếp tục gửi và nhận hồ sơ.",
    ),
    "token-expired": (
        "Phiên làm việc đã hết",
        "Việc đã ghi nhận được giữ trên máy.",
        "Đăng nhập lại để tiếp tục gửi và nhận hồ sơ.",
    ),
    "invalid-credentials": (
        "Tên đăng nhập hoặc mật khẩu không đúng",
        "",
        "Kiểm tra bộ gõ tiếng Việt và phím Caps Lock rồi nhập lại.",
    ),
    "locked-out": (
        "Tài khoản tạm khóa đến {until}",
        "Đã nhập sai mật khẩu nhiều lần.",
        "Chờ hết thời gian khóa rồi đăng nhập lại.",
    ),
    "scope-revoked": (
        "Không còn được giao hồ sơ của cơ quan BHXH này",
        "Hồ sơ của cơ quan đó không hiển thị trên máy nữa.",
        "Liên hệ lãnh đạo kiểm soát nếu cần tiếp tục.",
    ),
    "forbidden": ("Tài khoản không có quyền làm việc này", _KEPT, "Chuyển hồ sơ cho người có thẩm quyền."),
    "unknown-dossier": (
        "Không tìm thấy hồ sơ",
        "Hồ sơ không có trong danh sách được giao.",
        "Kiểm tra lại số hồ sơ trên giấy hẹn.",
    ),
    "dossier-gone": (
        "Hồ sơ đã chuyển sang cơ quan khác",
        "Cơ quan khác đang tiếp nhận hồ sơ của công dân.",
        "Quay lại danh sách; hướng dẫn công dân liên hệ cơ quan tiếp nhận mới.",
    ),
    "version-conflict": (
        "Hồ sơ đã thay đổi ở trung tâm",
        "{by} cập nhật lúc {at}; hiện nay: {status_now}. Kết quả của bạn chưa được áp dụng.",
        "Xem lại dữ liệu mới rồi đánh giá lại.",
    ),
    "leased": (
        "Hồ sơ đang được {by} xử lý",
        "Chỉ một cán bộ xử lý hồ sơ tại một thời điểm.",
        "Mời công dân đến quầy của {by}, hoặc chọn hồ sơ khác.",
    ),
    "already-decided": (
        "Hồ sơ đã có kết quả",
        "Hiện nay: {status_now}. Kết quả vừa nhập không được áp dụng.",
        "Xem kết quả đã có và báo cho công dân.",
    ),
    "epoch-changed": (
        "Trung tâm vừa được khôi phục",
        "Dữ liệu trên máy đang được đối chiếu lại; việc chưa gửi vẫn được giữ.",
        "Chờ đồng bộ xong rồi xem lại hồ sơ.",
    ),
    "cursor-expired": (
        "Máy đã lâu không đồng bộ",
        "Danh sách đang được tải lại từ đầu.",
        "Chờ đồng bộ xong; việc chưa gửi vẫn được giữ.",
    ),
    "resync-limit": (
        "Trung tâm yêu cầu tải lại toàn bộ hồ sơ nhiều lần liên tiếp",
        "Danh sách giữ nguyên như lần đồng bộ trước; kết quả đã ghi nhận vẫn được gửi.",
        "Chương trình tự tải lại sau một giờ; nếu vẫn lặp lại, báo bộ phận hỗ trợ.",
    ),
    "client-too-old": (
        "Chương trình trên máy này đã cũ",
        "Không nhận được hồ sơ mới; kết quả đã ghi nhận vẫn được gửi.",
        "Cài bản mới của chương trình hoặc báo bộ phận hỗ trợ.",
    ),
    "device-suspended": (
        "Máy này đang bị tạm ngừng kết nối",
        "Việc đã ghi nhận được giữ trên máy.",
        "Báo quản trị để mở lại kết nối cho máy.",
    ),
    "digest-differs": (
        "Danh sách trên máy chưa khớp với trung tâm",
        "Có thể thiếu hoặc thừa hồ sơ; việc đã ghi nhận vẫn được giữ và gửi đi.",
        "Đối chiếu số hồ sơ trên giấy hẹn trước khi trả lời công dân; báo bộ phận hỗ trợ.",
    ),
    "attachment-missing": (
        "Trung tâm chưa nhận đủ ảnh của hồ sơ",
        "Kết quả chờ đến khi ảnh được gửi xong.",
        "Không cần làm gì; máy tự gửi lại.",
    ),
    "attachment-lost": (
        "Ảnh thay thế không còn trên máy",
        _NOT_RECORDED,
        "Chụp hoặc chọn lại ảnh rồi Ghi nhận lại.",
    ),
    "validation": ("Trung tâm không chấp nhận dữ liệu", _NOT_RECORDED, "Xem lại các mục đã nhập rồi Ghi nhận lại."),
    "phone-taken": (
        "Số điện thoại đã đăng ký cho tài khoản khác",
        _NOT_RECORDED,
        "Hỏi công dân số điện thoại khác, hoặc không duyệt với lý do này.",
    ),
    "dseq-used": (
        "Số thứ tự của kết quả đã dùng cho một kết quả khác",
        _NOT_RECORDED,
        "Dữ liệu trên máy có thể vừa được chép từ máy khác; báo bộ phận hỗ trợ trước khi làm tiếp.",
    ),
    "account-missing": (
        "Công dân không có tài khoản đang hoạt động",
        "Không có tài khoản nào để thay đổi hoặc ngừng; kết quả chưa được ghi nhận.",
        "Đối chiếu mã số BHXH; hướng dẫn công dân đăng ký mới, hoặc không duyệt hồ sơ.",
    ),
    "account-exists": (
        "Mã số BHXH này đã có tài khoản đang hoạt động",
        "Không cấp thêm tài khoản; tài khoản đang có và kết quả giữ nguyên như trước.",
        "Đối chiếu mã số BHXH; hướng dẫn công dân thay đổi thông tin, hoặc không duyệt hồ sơ.",
    ),
    "unknown-blob": (
        "Trung tâm không có ảnh này",
        "Hồ sơ vẫn xem được, chỉ thiếu ảnh.",
        "Quét hoặc đính kèm lại ảnh tại quầy.",
    ),
    "not-found": (
        "Trung tâm không có chức năng này",
        "Không có dữ liệu nào bị thay đổi.",
        "Chương trình có thể đã cũ; báo bộ phận hỗ trợ.",
    ),
    "method-not-allowed": (
        "Trung tâm không có chức năng này",
        "Không có dữ liệu nào bị thay đổi.",
        "Chương trình có thể đã cũ; báo bộ phận hỗ trợ.",
    ),
    "malformed": (
        "Trung tâm không đọc được yêu cầu",
        _NOT_RECORDED,
        "Thử lại; nếu còn lặp lại, báo bộ phận hỗ trợ.",
    ),
    "internal": (
        "Trung tâm gặp lỗi",
        "Việc đã ghi nhận được giữ trên máy và tự gửi lại.",
        "Thử lại sau ít phút; nếu còn lỗi, báo bộ phận hỗ trợ kèm mã tra cứu.",
    ),
    "idempotency-mismatch": (
        "Trung tâm đã nhận một kết quả khác cùng mã",
        _NOT_RECORDED,
        "Mở lại hồ sơ để xem kết quả ở trung tâm.",
    ),
    "precondition-required": (
        "Yêu cầu gửi trung tâm thiếu thông tin",
        _NOT_RECORDED,
        "Mở lại hồ sơ rồi Ghi nhận lại; nếu còn lỗi, báo hỗ trợ.",
    ),
}

STORE: dict[str, tuple[str, str, str]] = {
    "store-newer": (
        "Dữ liệu trên máy do bản chương trình mới hơn tạo ra",
        "Dữ liệu được giữ nguyên, không bị thay đổi.",
        "Cài bản chương trình mới nhất rồi mở lại.",
    ),
    "store-damaged": (
        "Dữ liệu trên máy bị hỏng",
        "Hồ sơ ở trung tâm vẫn nguyên vẹn; việc chưa gửi có thể cần khôi phục.",
        "Không xóa gì; báo bộ phận hỗ trợ.",
    ),
    "store-full": (
        "Ổ đĩa đã đầy",
        "Việc vừa làm chưa được ghi nhận.",
        "Giải phóng dung lượng ổ đĩa rồi làm lại thao tác.",
    ),
    "store-interrupted": (
        "Tra cứu đã dừng",
        "Không có dữ liệu nào bị thay đổi.",
        "Bấm Tra cứu để tìm lại.",
    ),
    "store-locked": (
        "Dữ liệu đang được một chương trình khác dùng",
        "Việc vừa làm chưa được ghi nhận.",
        "Đóng cửa sổ khác của chương trình rồi thử lại.",
    ),
    "store-wrong-key": (
        "Không mở được dữ liệu đã niêm phong",
        "Dữ liệu được giữ nguyên.",
        "Đăng nhập bằng đúng tài khoản đã dùng trên máy này.",
    ),
    "password-changed": (
        "Mật khẩu đã được đổi ở nơi khác",
        "Dữ liệu trên máy này còn niêm phong bằng mật khẩu cũ.",
        "Nhập mật khẩu cũ một lần; từ lần sau chỉ cần mật khẩu mới.",
    ),
    "store-unwritable": (
        "Không ghi được dữ liệu trên máy",
        "Việc vừa làm chưa được ghi nhận.",
        "Kiểm tra ổ đĩa và quyền ghi thư mục dữ liệu rồi làm lại thao tác.",
    ),
    "store-conflict": (
        "Dữ liệu trên máy vừa thay đổi",
        "Việc vừa làm chưa được ghi nhận.",
        "Mở lại hồ sơ rồi làm lại thao tác.",
    ),
    "slot-missing": (
        "Khóa dữ liệu của tài khoản trên máy đã mất",
        "Dữ liệu và việc chưa gửi trên máy vẫn còn nhưng không mở được; hồ sơ ở trung tâm vẫn nguyên vẹn.",
        "Không xóa gì; báo bộ phận hỗ trợ để khôi phục tệp khóa.",
    ),
    "slot-weakened": (
        "Khóa dữ liệu của tài khoản trên máy đã bị sửa",
        "Dữ liệu không được mở để tránh lộ mật khẩu.",
        "Không xóa gì; báo bộ phận hỗ trợ.",
    ),
    "wrong-password": (
        "Mật khẩu không mở được dữ liệu trên máy này",
        "Dữ liệu và việc chưa gửi vẫn được giữ.",
        "Kiểm tra bộ gõ tiếng Việt và phím Caps Lock rồi nhập lại.",
    ),
    "no-slot": (
        "Tài khoản chưa đăng nhập lần nào trên máy này",
        "Lần đầu cần kết nối trung tâm.",
        "Kiểm tra mạng rồi đăng nhập lại.",
    ),
    "slot-damaged": (
        "Khóa dữ liệu của tài khoản trên máy bị hỏng",
        "Hồ sơ ở trung tâm vẫn nguyên vẹn.",
        "Không xóa gì; báo bộ phận hỗ trợ.",
    ),
}
