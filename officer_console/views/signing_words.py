"""What the windows of papers say about digital signatures."""

from __future__ import annotations

from officer_console.domain.papers import Paper
from officer_console.services.printing import Made
from officer_console.views import printing_words, words
from officer_console.views.theme import Kind

SIGN = "&Ký số… (Ctrl+K)"
SIGN_TIP = "Ký số thông báo này bằng USB ký số hoặc tệp chứng thư (Ctrl+K)"
SIGN_ALL = "&Ký số…"
SIGN_ALL_TIP = "Ký số mọi thông báo chưa ký, nhập mã PIN một lần"
ALL_SIGNED = ("Các thông báo này đã được ký số", "Bấm In để in bản đã ký.")

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
        return f"✓ Đã ký số: {made.signed.signer}, {words.moment_text(made.signed.at)}", Kind.OK
    if made.damaged:
        return "▲ Bản đã ký số bị hỏng: ký lại rồi mới in hoặc lưu được.", Kind.WARN
    if made.held:
        return "▲ Đơn vị yêu cầu ký số: ký rồi mới in hoặc lưu được.", Kind.WARN
    return ("Chưa ký số.", None) if made.signable else ("", None)
