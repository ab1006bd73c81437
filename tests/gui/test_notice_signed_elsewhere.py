"""A notice a colleague has signed: while the file cannot be had, the preview says so and nothing can be printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.notice import Notice
from officer_console.domain.papers import Paper
from officer_console.services.made_paper import Made
from officer_console.store.signed import SignedPaper
from officer_console.views import signing_words
from officer_console.views.theme import Kind
from tests.gui.print_parts import room
from tests.printing.parts import NOW, judged


def signed_elsewhere() -> Dossier:
    about = judged(1, DossierKind.REGISTER, Status.REJECTED)
    notice = Notice(
        sha256="a" * 64,
        size=10,
        pages=1,
        form_kind=4,
        decision="op-1",
        signer="Lê Văn Bình",
        certificate="1f",
        signed_at=NOW,
        brought_by="Lê Văn Bình",
        brought_at=NOW,
    )
    return replace(about, notices=(notice,))


def test_nothing_is_shown_or_printed_in_place_of_a_file_that_is_not_here(qtbot: QtBot, tmp_path: Path) -> None:
    with room(qtbot, tmp_path, (signed_elsewhere(),)) as shown:
        shown.open(Status.REJECTED)
        dialog = shown.dialog
        assert dialog.banner.title == "Chưa lấy được thông báo đã ký từ trung tâm"
        assert "Thông báo này đã được Lê Văn Bình ký số" in dialog.banner.text
        assert (shown.model.made, shown.model.picture) == (None, None)
        assert not dialog.print_button.isEnabled()
        assert not dialog.save_button.isEnabled()
        assert not dialog.sign_button.isVisible()
        # The other papers of the dossier are not concerned.
        shown.model.choose(Paper.RECEIPT)
        shown.ready()
        assert dialog.print_button.isEnabled()
        assert not dialog.banner.isVisible()
        label = dialog.findChild(QLabel, "printSigned")
        assert label is not None
        assert not label.isVisible()


def test_the_preview_says_where_the_notice_is_and_whose_when_two_have_signed() -> None:
    signed = SignedPaper(sha256="a" * 64, pages=1, signer="Lê Văn Bình", certificate="1f", at=NOW)
    made = Made(paper=Paper.REFUSED, dossier_id="d", number="1", pdf=b"", pages=1, signed=signed)
    text, tone = signing_words.state(made)
    assert (text.startswith("✓ Đã ký số: Lê Văn Bình"), tone) == (True, Kind.OK)
    assert text.endswith("Sẽ tự gửi về trung tâm.")
    assert signing_words.state(replace(made, archived=True))[0].endswith("Đã lưu ở trung tâm.")
    text, tone = signing_words.state(replace(made, ahead="Trần Thị Cúc"))
    assert (text.endswith("Trần Thị Cúc đã ký trước; bản bạn ký không dùng."), tone) == (True, Kind.WARN)
