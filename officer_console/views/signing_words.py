"""What the windows of papers say about digital signatures."""

from __future__ import annotations

from officer_console.domain.notice import Notice
from officer_console.domain.papers import Paper
from officer_console.services.made_paper import Made
from officer_console.services.notice_numbers import TAIL, Series, Standing, written
from officer_console.views import printing_words, words
from officer_console.views.theme import Kind

SIGN = "&Ký số… (Ctrl+K)"
SIGN_TIP = "Ký số thông báo này bằng USB ký số hoặc tệp chứng thư (Ctrl+K)"
SIGN_ALL = "&Ký số…"
SIGN_ALL_TIP = "Ký số mọi thông báo chưa ký, nhập mã PIN một lần"
FIRST = "Số bắt đầu từ"
FIRST_TIP = "Theo sổ công văn đi; các thông báo chưa có số lấy số lần lượt theo danh sách khi được ký"
SKIPPED_MOST = 5
ALL_SIGNED = ("Các thông báo này đã được ký số", "Bấm In để in bản đã ký.")

ARCHIVED = "Đã lưu ở trung tâm."
ON_ITS_WAY = "Sẽ tự gửi về trung tâm."
FALSE = "Tệp ở trung tâm, {by} gửi, không phải thông báo này; bản bạn ký sẽ thay tệp đó."
FALSE_UNSIGNED = "▲ Tệp ở trung tâm, {by} gửi, không dùng được: ký lại để thay tệp đó, hoặc in ở máy của {by}."
AHEAD = "{by} đã ký trước; bản bạn ký không dùng."

TRAINING_SIGNER = "Cán bộ tập huấn (không có giá trị pháp lý)"
TRAINING_PASSWORD = "123456"  # noqa: S105 - of a key that is worth nothing
# Who is trained reads the password here.
TRAINING_KEY = f"chung-thu-tap-huan-mat-khau-{TRAINING_PASSWORD}.p12"


def reason(paper: Paper) -> str:
    """Return why a paper is signed, as it stands in the signature."""
    name = printing_words.title(paper)
    return f"Ban hành {name[0].lower()}{name[1:]}"


def state(made: Made) -> tuple[str, Kind | None]:
    """Return how a notice stands and the tone of it; empty for one that nobody signs here."""
    if made.signed is not None:
        signed = f"✓ Đã ký số: {made.signed.signer}, {words.moment_text(made.signed.at)}"
        if made.false is not None:
            return f"{signed}. {FALSE.format(by=_bringer(made.false))}", Kind.WARN
        if made.ahead is not None:
            return f"{signed}. {AHEAD.format(by=made.ahead)}", Kind.WARN
        return f"{signed}. {ARCHIVED if made.archived else ON_ITS_WAY}", Kind.OK
    if made.false is not None:
        return FALSE_UNSIGNED.format(by=_bringer(made.false)), Kind.WARN
    if made.damaged:
        return "▲ Bản đã ký số bị hỏng: ký lại rồi mới in hoặc lưu được.", Kind.WARN
    if made.held:
        return "▲ Đơn vị yêu cầu ký số: ký rồi mới in hoặc lưu được.", Kind.WARN
    return ("Chưa ký số.", None) if made.signable else ("", None)


def _bringer(notice: Notice) -> str:
    return notice.brought_by or "đồng nghiệp"


def first_hint(standing: Standing) -> tuple[str, Kind | None]:
    """Return what stands beside the first number of a stack, and the tone of it."""
    if standing.offices > 1:
        return "▲ Thông báo của nhiều cơ quan, mỗi nơi một sổ: lọc danh sách theo từng cơ quan rồi ký số.", Kind.WARN
    return f"{TAIL} · {words.number_text(standing.lacking)} thông báo chưa có số", None


def sign_first(standing: Standing) -> str:
    """Return that notices do not leave before they are signed."""
    return f"▲ Đơn vị yêu cầu ký số: {words.number_text(standing.unsigned)} thông báo phải ký rồi mới in được."


def numbers(series: Series | None, *, over: bool, refused: bool) -> str:
    """Return which numbers a batch gives, and which it has given; empty for one that gives none.

    What was ``refused`` keeps no number back, which is said.
    """
    if series is None:
        return ""
    if series.given:
        ahead = "" if over and not refused else f"; tiếp theo là số {series.next}"
        kept = " Văn bản không ký được không giữ số." if refused else ""
        return f"Đã cấp {_span(series.given)}{ahead}.{kept}"
    if over:
        return "Chưa cấp số nào." if series.planned else ""
    return f"Sẽ cấp {_span(series.planned)}, theo thứ tự danh sách." if series.planned else ""


def _span(given: tuple[int, ...]) -> str:
    first, last = given[0], given[-1]
    span = written(first) if first == last else f"{written(first)} đến {written(last)}"
    skipped = [written(number) for number in range(first, last) if number not in given]
    if not skipped:
        return f"số {span}{TAIL}"
    more = f" và {words.number_text(len(skipped) - SKIPPED_MOST)} số khác" if len(skipped) > SKIPPED_MOST else ""
    return f"số {span}{TAIL} (bỏ qua {', '.join(skipped[:SKIPPED_MOST])}{more}: thông báo khác đã dùng)"
