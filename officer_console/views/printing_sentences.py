"""The table of sentences about papers and printers: code → (what happened, what it means, what to do)."""

from __future__ import annotations

_NOT_PRINTED = "Giấy chưa được in; hồ sơ của công dân giữ nguyên như trước."
_TO_ADMINISTRATOR = "Báo quản trị sửa tệp theo chỗ đã nêu rồi mở lại chương trình."

PRINTING: dict[str, tuple[str, str, str]] = {
    "printer-missing": (
        "Không còn thấy máy in {printer}",
        _NOT_PRINTED,
        "Kiểm tra máy in đã bật và nối với máy tính, bấm Tìm lại, hoặc chọn máy in khác.",
    ),
    "printer-stopped": (
        "Máy in {printer} đang dừng",
        _NOT_PRINTED,
        "Xem giấy, mực và thông báo trên máy in; khi máy in chạy lại thì bấm In lần nữa.",
    ),
    "printer-offline": (
        "Mất liên lạc với máy in {printer}",
        _NOT_PRINTED,
        "Kiểm tra nguồn, dây cáp hoặc mạng của máy in rồi bấm In lần nữa.",
    ),
    "printer-refused": (
        "Máy in {printer} không nhận giấy này",
        _NOT_PRINTED,
        "Bấm In lần nữa; nếu vẫn vậy, chọn máy in khác hoặc báo quản trị.",
    ),
    "printer-silent": (
        "Máy in {printer} không trả lời",
        "Chưa biết giấy có in ra hay không.",
        "Xem khay giấy ra của máy in trước khi in lại.",
    ),
    "printing-missing": (
        "Máy tính này chưa có chương trình in (lp)",
        _NOT_PRINTED,
        "Báo quản trị cài gói cups-client; trong khi chờ có thể Lưu PDF.",
    ),
    "printing-asleep": (
        "Dịch vụ in của máy tính này chưa chạy",
        _NOT_PRINTED,
        "Báo quản trị bật dịch vụ in (CUPS) rồi bấm Tìm lại; trong khi chờ có thể Lưu PDF.",
    ),
    "pages-malformed": (
        "Trang cần in không đúng",
        _NOT_PRINTED,
        "Nhập số trang của giấy này, ví dụ 1-3, 5; để trống là tất cả.",
    ),
    "file-unwritable": (
        "Không ghi được tệp",
        "Giấy chưa được lưu.",
        "Chọn thư mục khác, hoặc kiểm tra ổ đĩa còn chỗ và cho phép ghi.",
    ),
    "paper-unfit": (
        "Giấy này không còn hợp với hồ sơ",
        "Hồ sơ vừa có thay đổi nên giấy chưa được lập.",
        "Đóng cửa sổ này, xem lại hồ sơ rồi chọn giấy khác.",
    ),
    "paper-outdated": (
        "Hồ sơ đã thay đổi sau khi mở giấy này",
        "Giấy vừa xem không còn đúng nên chưa được in, cũng chưa được lưu.",
        "Xem giấy vừa được lập lại, nếu đúng thì bấm In hoặc Lưu PDF lần nữa.",
    ),
    "form-changed": (
        "Mẫu giấy đã đổi từ khi giấy này được phát hành",
        "Nội dung đã phát hành không còn hợp với mẫu (mục {field}) nên không in lại, cũng không in giấy khác thay.",
        "Dùng bản đã phát hành, hoặc báo quản trị đặt lại mẫu cũ rồi mở lại chương trình.",
    ),
    "form-reworded": (
        "Mẫu giấy đã đổi từ khi giấy này được phát hành",
        "In lại giữ nội dung đã phát hành nhưng chữ in sẵn theo mẫu mới, nên không in trong chồng.",
        "Mở giấy của hồ sơ đó, xem lại rồi in riêng.",
    ),
    "signed-since": (
        "Thông báo đã được ký số sau khi mở giấy này",
        "Bản chưa ký vừa xem chưa được in, cũng chưa được lưu; chỉ in bản đã ký.",
        "Xem bản đã ký vừa được mở, nếu đúng thì bấm In hoặc Lưu PDF lần nữa.",
    ),
    "notice-away": (
        "Chưa lấy được thông báo đã ký từ trung tâm",
        "Thông báo này đã được {by} ký số. Bản đó chưa có trên máy này, và không in bản chưa ký thay cho nó.",
        "Kiểm tra mạng rồi mở lại, hoặc in ở máy của {by}.",
    ),
    "notice-lost": (
        "Bản đã ký ở trung tâm không mở được",
        "Trung tâm không còn tệp {by} đã ký, và không in bản chưa ký thay cho nó.",
        "In hoặc lưu ở máy của {by}, và báo bộ phận hỗ trợ.",
    ),
    "notice-signed": (
        "Thông báo này đã được ký số",
        "Bản đã ký được giữ lại; không ký thêm lần nữa.",
        "Đóng cửa sổ này rồi mở lại để xem và in bản đã ký.",
    ),
    "other-notice": (
        "Đồng nghiệp đã ký trước thông báo này",
        "Bản ký trước được lưu ở trung tâm và dùng khi in.",
        "Mở lại thông báo để xem bản đó.",
    ),
    "number-missing": (
        "Chưa có số của thông báo",
        "Thông báo đã ký số thì không viết tay số vào được nữa.",
        "Nhập Số rồi bấm Ký số lần nữa.",
    ),
    "number-of-another-year": (
        "Thông báo đã ban hành năm trước mà chưa có số",
        "Số bắt đầu từ là số của năm nay nên không cấp cho thông báo này.",
        "Mở giấy của hồ sơ đó, nhập Số trong sổ của năm ban hành rồi bấm Ký số.",
    ),
    "first-number-missing": (
        "Chưa có số cho {count} thông báo",
        "Thông báo đã ký số thì không viết tay số vào được nữa.",
        "Nhập Số bắt đầu từ theo sổ công văn đi rồi bấm Ký số lần nữa.",
    ),
    "first-number-unfit": (
        "Số bắt đầu không đúng",
        "Các thông báo lấy số lần lượt nên chỉ gồm chữ số, từ 1 và không quá {limit} chữ số; chưa ký văn bản nào.",
        "Nhập lại Số bắt đầu từ, ví dụ 123.",
    ),
    "registers-several": (
        "Các thông báo thuộc nhiều cơ quan",
        "Mỗi cơ quan có sổ công văn riêng; chưa có văn bản nào được ký.",
        "Lọc danh sách theo từng cơ quan rồi ký số.",
    ),
    "number-unfit": (
        "Số của thông báo không đúng",
        "Số có nhiều nhất {limit} chữ số, từ 1 trở lên; sau chữ số có thể có một chữ cái như 12a.",
        "Nhập lại Số theo sổ công văn đi, ví dụ 123; để trống để viết tay.",
    ),
    "number-only": (
        "Số có cả ký hiệu phía sau",
        "Mẫu tự in dấu / và ký hiệu phía sau số nên nhập vào đây sẽ bị lặp lại.",
        "Chỉ nhập phần số, ví dụ 123.",
    ),
    "number-taken": (
        "Số {number} đã dùng cho thông báo khác",
        "Trong năm nay máy này đã cấp số đó; không số nào thay đổi.",
        "Nhập số khác.",
    ),
    "number-fixed": (
        "Thông báo đã mang số khác",
        "Giấy đã in, lưu hoặc ký với số đó nên không đổi được.",
        "Để nguyên số cũ.",
    ),
    "list-too-long": (
        "Danh sách có hơn {limit} hồ sơ",
        "Chưa có gì được in.",
        "Thu hẹp điều kiện tìm kiếm rồi in lại.",
    ),
    "office-unlisted": (
        "Chưa có tên cơ quan {office} trong danh mục",
        "Giấy do cơ quan ban hành phải ghi tên cơ quan nên chưa được lập.",
        "Đồng bộ rồi mở lại giấy; nếu vẫn thiếu, báo quản trị bổ sung cơ quan vào danh mục ở trung tâm.",
    ),
    "reason-unlisted": (
        "Lý do không chấp nhận không có trong danh mục",
        "Máy này chưa có lời của lý do {reason} nên thông báo chưa được lập.",
        "Đồng bộ rồi mở lại giấy; nếu vẫn thiếu, báo quản trị bổ sung lý do vào danh mục ở trung tâm.",
    ),
    "letterhead-incomplete": (
        "Chưa đủ thông tin của cơ quan ban hành",
        "Tên và thể thức của cơ quan {office} thiếu mục {field} nên giấy chưa được lập.",
        "Báo quản trị ghi mục đó vào tệp letterhead.yaml rồi mở lại chương trình.",
    ),
    "form-broken": (
        "Mẫu giấy có lỗi",
        "Chưa lập được giấy: tệp {file}, dòng {line} ({rule}).",
        _TO_ADMINISTRATOR,
    ),
    "font-missing": (
        "Máy tính này thiếu phông chữ để lập giấy",
        "Chưa lập được giấy; cần một trong các phông {families}.",
        "Báo quản trị cài phông chữ rồi mở lại chương trình.",
    ),
    "font-unfit": (
        "Phông chữ trên máy tính này không dùng được để lập giấy",
        "Chưa lập được giấy.",
        "Báo quản trị cài lại phông chữ {file} rồi mở lại chương trình.",
    ),
    "field-missing": (
        "Chưa đủ thông tin để lập giấy",
        "Mẫu {form} cần mục {field}.",
        "Báo quản trị bổ sung thông tin cơ quan trong tệp letterhead.yaml hoặc xem lại mẫu.",
    ),
    "field-unknown": ("Mẫu giấy không khớp với chương trình", "Mẫu {form} không có mục {field}.", _TO_ADMINISTRATOR),
    "field-kind": ("Mẫu giấy không khớp với chương trình", "Mục {field} không đúng loại.", _TO_ADMINISTRATOR),
    "field-choice": ("Mẫu giấy không khớp với chương trình", "Mục {field} có giá trị lạ.", _TO_ADMINISTRATOR),
    "field-column": ("Mẫu giấy không khớp với chương trình", "Bảng {field} không có cột {column}.", _TO_ADMINISTRATOR),
    "field-date": ("Ngày trong giấy không đúng", "Mục {field} không phải là ngày.", _TO_ADMINISTRATOR),
    "field-too-long": (
        "Thông tin quá dài để lập giấy",
        "Mục {field} dài hơn {limit} ký tự.",
        "Xem lại nội dung đã nhập trong hồ sơ; nếu đúng như vậy, báo quản trị.",
    ),
    "code-unfit": ("Không in được mã trên giấy", "Chưa lập được giấy.", _TO_ADMINISTRATOR),
    "foot-overflows": ("Chân trang của mẫu giấy không đủ chỗ", "Chưa lập được giấy.", _TO_ADMINISTRATOR),
}
