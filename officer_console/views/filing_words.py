"""What the window about signed sheets says: why a page is nobody's, and how the sheets of a dossier stand."""

from __future__ import annotations

from officer_console.codes.forms import Standing
from officer_console.domain.form import FormKind
from officer_console.services.stacks import Doubt, Flaw, Pile, Unclear
from officer_console.viewmodels.filing_ports import KeptSheet
from officer_console.viewmodels.filing_rows import Aside, FiledPage, Shown
from officer_console.views.theme import Kind

TITLE = "Lưu tờ khai theo mã"
EMPTY = "Chưa có trang nào.\nĐặt cả xấp tờ khai đã ký vào khay rồi Quét, hoặc lấy từ tệp, kéo thả, dán (Ctrl+V)."
OPENING = "Đang mở trang…"
NOTHING_LEFT = "Đã lưu {count} hồ sơ. Tờ khai được gửi về trung tâm cùng lượt đồng bộ."
LEFT = "Đã lưu {count} hồ sơ; còn {left} trang chưa rõ hoặc chưa chọn."
REFUSED = (
    "Trung tâm không nhận {count} tờ khai đã lưu",
    "Tờ khai vẫn còn trên máy này. Mở Lưu tờ khai theo mã (F7) để xem và chọn cách xử lý.",
)
_LOOK = "Nhìn tờ giấy, gõ số hồ sơ in trên đó rồi bấm Xếp; hoặc bỏ trang ra."

DOUBTS: dict[Doubt, tuple[Kind, str, str]] = {
    Doubt.UNREAD: (Kind.WARN, "Không đọc được mã", "Trang có mã nhưng bị mờ, bẩn hoặc gạch. " + _LOOK),
    Doubt.SEVERAL: (Kind.WARN, "Có mã của nhiều tờ khai", "Có thể hai tờ bị kéo cùng lúc. Quét lại từng tờ. " + _LOOK),
    Doubt.FORGED: (
        Kind.BAD,
        "Mã giả: {number}",
        "Mã xác thực sai, tờ này không do hệ thống in ra; việc này đã ghi vào nhật ký. Đối chiếu giấy tờ gốc "
        "và báo lãnh đạo nếu nghi ngờ giả mạo. Chỉ xếp vào hồ sơ khi lãnh đạo cho phép; nhật ký ghi rõ là mã giả.",
    ),
    Doubt.FOREIGN: (
        Kind.WARN,
        "Của cơ quan BHXH khác: {number}",
        "Mã cơ quan sau dấu gạch chéo không phải đơn vị của bạn và máy này không có hồ sơ. "
        "Chuyển tờ khai đến đúng nơi.",
    ),
    Doubt.KEEPSAKE: (
        Kind.WARN,
        "Không phải tờ khai: {number}",
        "Đây là giấy trả cho công dân (thông báo, giấy tiếp nhận, hướng dẫn), không phải tờ khai có chữ ký.",
    ),
    Doubt.PERSON: (
        Kind.WARN,
        "Giấy tờ của người khác",
        "Thẻ trên trang này không phải của người khai tờ đứng trước; có thể tờ khai của họ mất mã. " + _LOOK,
    ),
    Doubt.FIRST: (Kind.WARN, "Không có mã", "Trang nằm trước mọi tờ khai trong xấp. " + _LOOK),
    Doubt.BARE: (
        Kind.WARN,
        "Không có mã, nằm sau {number}",
        "Có thể là trang của tờ đứng trước, có thể là tờ của người khác đã mất mã. Nhìn họ tên và số hồ sơ trên giấy "
        "rồi bấm Xếp; hoặc bỏ trang ra.",
    ),
    Doubt.FOLLOWS: (Kind.WARN, "Không có mã", "Trang nằm sau một trang chưa rõ, nên chưa biết của ai. " + _LOOK),
}
ASIDE = (
    Kind.INFO,
    "Trang trắng, đã bỏ ra",
    "Không thấy gì trên các trang này nên không lưu. Nhìn lại từng trang; trang nào có nội dung thì bấm Lấy lại.",
)
FLAWS: dict[Flaw, tuple[str, str]] = {
    Flaw.MISSING: ("Thiếu trang {missing}", "Mã trên các trang cho biết tờ khai còn trang chưa quét. Quét thêm"),
    Flaw.DOUBLE: ("Có trang quét hai lần", "Bỏ trang thừa ra (Del)"),
    Flaw.ORDER: ("Trang không đúng thứ tự", "Xếp lại giấy rồi quét lại"),
    Flaw.MIXED: ("Lẫn trang của hai lần in", "Các trang không cùng một bản in. Bỏ trang của bản kia ra (Del)"),
}
# Which paper a row is, where the stack may have two of one dossier.
FORMS: dict[int, str] = {FormKind.INSURED: "TK1-TS · "}
CHOICES: dict[FormKind, str] = {FormKind.DECLARATION: "Mẫu 0&1", FormKind.INSURED: "TK1-T&S"}
_READY = (Kind.OK, "Sẵn sàng lưu", "Mã đúng, hồ sơ có trên máy này.")


def doubt(one: Unclear) -> tuple[Kind, str, str]:
    """Return tone, title and what to do about a page that is nobody's."""
    kind, title, text = DOUBTS[one.doubt]
    number = one.code.file_number if one.code is not None else one.after[0] if one.after is not None else ""
    return kind, title.format(number=number), text


def row(one: Shown, page: int, behind: tuple[int, ...] = ()) -> str:
    """Return the two lines of a row: whose it is or which ``page``, and how it stands; ``behind`` as in `standing`."""
    if isinstance(one, Unclear):
        return f"Chưa rõ · trang {page}\n{doubt(one)[1]}"
    if isinstance(one, Pile):
        name = one.meaning.full_name
        form = FORMS.get(one.key[1], "")
        return f"{one.number}{f' · {name}' if name else ''}\n{form}{len(one.pages)} trang · {standing(one, behind)[1]}"
    if isinstance(one, Aside):
        return f"Trang trắng, đã bỏ ra\n{len(one.pages)} trang · không lưu"
    return f"{one.number} · đã lưu trên máy\n{one.pages} trang · {kept(one)[1]}"


def leaf(page: FiledPage) -> str:
    """Return what stands beside a page's thumbnail."""
    if page.looked.aside:
        return f"Trang {page.number}\ntrang trắng"
    if page.looked.codes:
        return f"Trang {page.number}"
    return f"Trang {page.number}\n{'mã hỏng' if page.looked.unread else 'không có mã'}"


def aside(pages: int) -> str:
    """Return how many pages were put aside, in words."""
    return f"{pages} trang trắng đã bỏ ra" if pages else ""


def told(one: Shown | None, behind: tuple[int, ...] = ()) -> tuple[Kind, str, str]:
    """Return tone, title and sentence about what is looked at; ``behind`` as in `standing`."""
    if one is None:
        return Kind.NEUTRAL, "", ""
    if isinstance(one, Unclear):
        return doubt(one)
    if isinstance(one, Aside):
        return ASIDE
    return standing(one, behind) if isinstance(one, Pile) else kept(one)


def kept(sheet: KeptSheet) -> tuple[Kind, str, str]:
    """Return tone, title and sentence about a sheet that central does not have yet."""
    if sheet.error_code == "other-signed-form":
        return (
            Kind.WARN,
            "Hồ sơ đã có tờ khai khác",
            "Người khác vừa lưu tờ khai cho hồ sơ này. Xem tờ đó trong hồ sơ; "
            "nếu bản của bạn mới đúng, bấm Vẫn lưu bản này.",
        )
    if sheet.error_code is not None:
        return Kind.WARN, "Trung tâm không nhận", "Kiểm tra số hồ sơ, rồi gửi lại hoặc bỏ bản quét này."
    if sheet.scope is None:
        return Kind.INFO, "Chờ hồ sơ về máy", "Tờ khai được giữ kín và tự gửi khi hồ sơ có trên máy này."
    return Kind.INFO, "Chờ gửi", "Tờ khai được gửi về trung tâm cùng lượt đồng bộ."


def _flawed(pile: Pile) -> tuple[str, str]:
    """Return title and sentence about what is wrong with the pages of a sheet."""
    if pile.flaw is None:
        return "", ""
    title, text = FLAWS[pile.flaw]
    return title.format(missing=", ".join(map(str, pile.missing))), f"{text}; nếu vẫn lưu như vậy, đánh dấu chọn."


def standing(pile: Pile, behind: tuple[int, ...] = ()) -> tuple[Kind, str, str]:
    """Return tone, title and sentence about the sheets of a dossier; ``behind`` are the bare pages that lay behind."""
    bare = sum(not page.codes for page in pile.pages)
    cases = [
        (
            pile.standing is Standing.OLD,
            Kind.WARN,
            "Tờ khai bản cũ",
            "In trước khi thông tin kê khai thay đổi, hoặc theo mẫu không còn dùng. "
            "So với hồ sơ; nếu vẫn lưu, đánh dấu chọn.",
        ),
        (
            pile.standing is Standing.UNCHECKED,
            Kind.WARN,
            "Chưa kiểm tra được mã",
            "Khoá của cơ quan in tờ khai chưa về máy này. So số hồ sơ và họ tên; nếu đúng, đánh dấu chọn.",
        ),
        (pile.flaw is not None, Kind.WARN, *_flawed(pile)),
        (
            bool(behind),
            Kind.WARN,
            f"Xem trang {', '.join(map(str, behind))} nằm sau, không có mã",
            "Trang không mã nằm sau có thể thuộc tờ này. Chọn trang đó ở đầu danh sách, xếp vào hồ sơ hoặc bỏ ra; "
            "nếu vẫn lưu tờ này như vậy, đánh dấu chọn.",
        ),
        (
            pile.meaning.dossier_id is None,
            Kind.INFO,
            "Hồ sơ chưa có trên máy",
            "Tờ khai được giữ kín trên máy và tự lưu khi hồ sơ về.",
        ),
        (
            pile.meaning.replaces is not None,
            Kind.INFO,
            "Thay tờ khai đã lưu",
            "Hồ sơ đã có tờ khai ký; bản quét này thay bản trước, lịch sử vẫn ghi cả hai.",
        ),
        (
            bare > 0 and not pile.assigned,
            Kind.INFO,
            f"{bare} trang bản sao thẻ",
            "Thẻ trên các trang này là của người khai. Xem lại trước khi lưu.",
        ),
        (
            bool(pile.forged),
            Kind.BAD,
            "Có trang mã giả",
            "Bạn đã xếp vào đây trang có mã giả. Nhật ký ghi rõ khi lưu.",
        ),
        (
            pile.assigned,
            Kind.INFO,
            "Có trang bạn tự xếp",
            "Xem lại trước khi lưu; nếu tờ này chưa được chọn, đánh dấu chọn.",
        ),
    ]
    return next(((kind, title, text) for holds, kind, title, text in cases if holds), _READY)
