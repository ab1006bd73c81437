"""The visible mark: words that fit their box, in a document that stays PDF/A with a second reader's eyes."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from officer_console.documents import fonts, signature_mark
from officer_console.documents.errors import DocumentError
from officer_console.services.sign_documents import Batch, Choice, Secret, SignDocuments, Unsigned
from officer_console.services.signature_marks import MarkPainter
from officer_console.views.signing_sentences import mark_lines
from tests.documents.verapdf import complaints
from tests.signing.authority import NOW, OFFICER, Authority, key_file
from tests.signing.conftest import Hosted
from tests.signing.papers import keeper, notice
from tests.signing.reading import pdfsig, text, verdicts

AT = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
REASON = "Ban hành thông báo chấp nhận"
BOX = (330.0, 110.0, 530.0, 165.0)


@pytest.mark.timeout(120)
def test_name_time_and_reason_stand_in_a_signed_notice(
    hosted: Hosted, officer_file: Path, authority: Authority, tmp_path: Path
) -> None:
    service = SignDocuments(hosted(), tmp_path / "signing.json", clock=lambda: NOW)
    painter = MarkPainter(faces=fonts.load(), words=lambda *about: mark_lines(about[0], AT, about[2]), box=BOX)
    batch, kept = Batch([Unsigned(id="a", read=notice, reason=REASON, draw=painter.draw)]), dict[str, bytes]()
    with service.open(Choice(file=str(officer_file)), None, Secret("Mật khẩu")) as signer:
        list(service.sign(batch, signer, keeper(kept)))
    (verdict,) = verdicts(kept["a"], authority.root)
    assert verdict.valid
    assert pdfsig(kept["a"], tmp_path) == ["Signature is Valid."]
    assert text(painter.draw(signer.certificate, AT, REASON).picture, tmp_path).split("\n")[:3] == [
        f"Ký bởi: {OFFICER}",
        "Ký ngày: 23/11/2026 10:05",
        f"Lý do: {REASON}",
    ]


@pytest.mark.timeout(240)
@pytest.mark.skipif(shutil.which("java") is None, reason="veraPDF runs on Java")
def test_a_signed_notice_stays_pdf_a_and_accessible(
    hosted: Hosted, officer_file: Path, authority: Authority, tmp_path: Path
) -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "curve.p12").write_bytes(key_file(curve, authority.certificate(curve), "Mật khẩu"))
    painter = MarkPainter(faces=fonts.load(), words=lambda *about: mark_lines(about[0], AT, about[2]), box=BOX)
    files = []
    for name in (officer_file, tmp_path / "curve.p12"):
        with hosted().file(name, Secret("Mật khẩu")) as signer:
            mark = painter.draw(signer.certificate, AT, REASON)
            once = signer.sign(notice(), REASON, at=NOW, mark=mark)
            for number, pdf in enumerate((once, signer.sign(once, REASON, at=NOW))):
                files.append(tmp_path / f"{name.stem}{number}.pdf")
                files[-1].write_bytes(pdf)
    assert complaints(files, "2b", "2a", "ua1") == []


def test_a_mark_takes_smaller_type_for_more_words_and_never_cuts_them(tmp_path: Path) -> None:
    faces = fonts.load()
    long = ("Ký bởi: " + "Nguyễn Thị Ánh Tuyết " * 6, "Ký ngày: 23/11/2026 10:05")
    drawn = signature_mark.draw(long, faces, width=200, height=55, made_at=AT)
    assert " ".join(text(drawn, tmp_path).split()) == " ".join(" ".join(long).split())
    with pytest.raises(DocumentError) as caught:
        signature_mark.draw(("Nguyễn " * 400,), faces, width=200, height=55, made_at=AT)
    assert caught.value.code == "mark-overflows"


def test_a_mark_without_a_reason_has_no_line_for_it(officer_file: Path, hosted: Hosted) -> None:
    with hosted().file(officer_file, Secret("Mật khẩu")) as signer:
        assert mark_lines(signer.certificate, AT, "") == (f"Ký bởi: {OFFICER}", "Ký ngày: 23/11/2026 10:05")
