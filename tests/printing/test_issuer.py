"""No paper goes out in the name of a number, or for a reason that is a code; the citizen's own papers can be made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from officer_console import data
from officer_console.documents import letterheads
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.papers import Paper
from officer_console.domain.reference import Reference
from officer_console.services.stationery import PaperError
from officer_console.views import messages
from tests import builders
from tests.documents import poppler
from tests.printing.parts import EVERY, Office, office

OF_THE_OFFICE = (
    (Paper.ACCEPTED, Status.APPROVED),
    (Paper.GUIDE, Status.APPROVED),
    (Paper.REFUSED, Status.REJECTED),
    (Paper.RECEIPT, Status.PENDING),
)
OF_THE_CITIZEN = ((Paper.DECLARATION, Status.PENDING), (Paper.INSURED, Status.AWAITING_REGISTRY))


def refused(desk: Office, paper: Paper, about: Dossier) -> PaperError:
    with pytest.raises(PaperError) as caught:
        desk.printing.make(paper, about.id)
    return caught.value


def test_before_the_first_synchronisation_nothing_goes_out_in_the_name_of_a_number(tmp_path: Path) -> None:
    desk = office(tmp_path, reference=Reference())
    for paper, status in OF_THE_OFFICE:
        error = refused(desk, paper, desk.of(status))
        assert (error.code, error.data) == ("office-unlisted", {"office": builders.SCOPE})
    for made in (desk.lists.day_sheet, lambda: desk.lists.queue_list(EVERY, "")):
        with pytest.raises(PaperError, match="office-unlisted"):
            made()
    for paper, status in OF_THE_CITIZEN:
        said = poppler.text(desk.printing.make(paper, desk.of(status).id).pdf)
        assert "Kính gửi: ....." in said or paper is Paper.INSURED
    desk.store.close()


def test_a_refusal_for_a_reason_that_central_does_not_list_is_made_only_in_the_officers_own_words(
    tmp_path: Path,
) -> None:
    about = office(tmp_path / "first").of(Status.REJECTED)
    assert about.judgement is not None
    explained = replace(about, judgement=replace(about.judgement, reason_text="Ảnh mặt trước bị lóa"))
    reference = replace(builders.REFERENCE, reasons=builders.REFERENCE.reasons[1:])
    desk = office(tmp_path / "unlisted", (about,), reference=reference)
    error = refused(desk, Paper.REFUSED, about)
    assert (error.code, error.data) == ("reason-unlisted", {"reason": "identity-unreadable"})
    desk.store.close()
    desk = office(tmp_path / "explained", (explained,), reference=reference)
    assert "1. Lý do: Ảnh mặt trước bị lóa." in poppler.text(desk.printing.make(Paper.REFUSED, explained.id).pdf)
    desk.store.close()


def test_a_refusal_says_the_reason_and_the_office_by_their_names(tmp_path: Path) -> None:
    desk = office(tmp_path)
    said = " ".join(poppler.text(desk.printing.make(Paper.REFUSED, desk.of(Status.REJECTED).id).pdf).split())
    assert "1. Lý do: Ảnh giấy tờ không rõ." in said
    assert "Bảo hiểm xã hội cơ sở Bến Thành chưa có căn cứ" in said
    assert "identity-unreadable" not in said
    desk.store.close()


def test_a_letterhead_that_lacks_what_a_form_requires_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / letterheads.FILE).write_text('usual: {parent_office: BHXH, office: "{office}"}\n', encoding="utf-8")
    desk = office(tmp_path, forms=own)
    error = refused(desk, Paper.ACCEPTED, desk.of(Status.APPROVED))
    assert (error.code, error.data) == ("letterhead-incomplete", {"office": builders.SCOPE, "field": "capacity"})
    with pytest.raises(PaperError, match="letterhead-incomplete"):
        desk.lists.day_sheet()
    assert desk.printing.make(Paper.RECEIPT, desk.of(Status.PENDING).id).pages
    desk.store.close()


def test_an_office_may_have_its_name_in_the_letterhead_alone(tmp_path: Path) -> None:
    (tmp_path / letterheads.FILE).write_text(
        'usual: {office: "{office}", address: "tại {office}"}\noffices: {"00101": {office: BHXH Ba Đình}}\n',
        encoding="utf-8",
    )
    heads = letterheads.load(data.folder("forms"), tmp_path)
    assert heads.of("00101", "", "").office == "BHXH Ba Đình"
    assert (heads.of("00102", "", "").office, heads.of("00102", "", "").address) == ("", "")


@pytest.mark.parametrize("code", ["office-unlisted", "reason-unlisted", "letterhead-incomplete"])
def test_what_to_do_is_said(code: str) -> None:
    told = messages.tell(code, {"office": "07906", "reason": "identity-unreadable", "field": "capacity"})
    assert "quản trị" in told.action
    assert ("Đồng bộ" in told.action) == (code != "letterhead-incomplete")
