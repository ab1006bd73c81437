"""Signed notices go to the dossiers whose decisions they tell of, and nowhere else."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from central_server import moves
from central_server.moves import Order
from central_server.times import utc_now
from officer_console.central import wire
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.form import FormKind, SignedForm
from officer_console.domain.notice import MEDIA_TYPE, SIZE_LIMIT, Notice
from officer_console.domain.officer import Role
from tests import builders
from tests.central.process import Central, Desk, path_of, problem

PDF = b"%PDF-1.7\n"
SIGNED_AT = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)


def refused(central: Central, **fields: Any) -> Dossier:
    """Return a dossier that was refused, as central has it."""
    about = builders.dossier(central.fresh(), **fields)
    central.plant(about)
    desk = central.desk(scopes=(about.scope_id,))
    assert desk.decide(builders.decision(about, verdict=Verdict.INVALID)).status_code == 201
    return desk.dossier(about)


def file_of(desk: Desk, data: bytes, *, scope: str = builders.SCOPE) -> requests.Response:
    sha256 = hashlib.sha256(data).hexdigest()
    return desk.call("PUT", f"/v1/scopes/{scope}/blobs/{sha256}", raw=data, Content_Type=MEDIA_TYPE)


def notice(about: Dossier, text: str = "signed", **fields: Any) -> Notice:
    data = PDF + text.encode()
    assert about.judgement is not None
    given: dict[str, Any] = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "pages": 1,
        "form_kind": int(FormKind.REFUSED),
        "decision": about.judgement.op_id,
        "signer": "Nguyễn Thị Ánh Tuyết",
        "certificate": "0a1b",
        "signed_at": SIGNED_AT,
    }
    return Notice(**given | fields)


def sent(desk: Desk, about: Dossier, text: str = "signed", **fields: Any) -> Notice:
    """Return a notice whose file central has."""
    assert file_of(desk, PDF + text.encode()).status_code in (200, 201)
    return notice(about, text, **fields)


def put(desk: Desk, about: Dossier, told: Notice | dict[str, Any]) -> requests.Response:
    return desk.call("PUT", path_of(about) + "/signed-notice", told)


def test_a_notice_becomes_the_dossiers_and_its_version_stays(central: Central, desk: Desk) -> None:
    about = refused(central)
    before, _ = central.stored(about)
    told = sent(desk, about)
    assert put(desk, about, replace(told, brought_by="Người khác")).status_code == 204
    found = desk.dossier(about)
    (kept,) = found.notices
    assert replace(kept, brought_by=None, brought_at=None) == told
    assert (kept.brought_by, kept.brought_at is not None) == (desk.grant.officer.full_name, True)
    assert (found.version, found.status, found.attachments) == (about.version, about.status, about.attachments)
    assert wire.judged_sha256(found) == wire.judged_sha256(about)
    assert [entry.what for entry in found.history[len(about.history) :]] == ["notice_filed"]
    assert central.audited(about)[-1] == ("notice_filed", desk.grant.officer.id)
    seq, stored = central.stored(about)
    assert (seq > before, stored.notices) == (True, found.notices)


def test_a_colleague_gets_the_very_file_and_the_feed_tells_of_it(central: Central, desk: Desk) -> None:
    about = refused(central)
    told = sent(desk, about, "the very file")
    put(desk, about, told)
    colleague = central.desk()
    page = colleague.pull(about.scope_id)
    seen = {item.id: item.doc for item in page.items}
    while page.more:
        page = colleague.pull(about.scope_id, page.next)
        seen |= {item.id: item.doc for item in page.items}
    here = seen[about.id]
    assert here is not None
    answer = colleague.get(f"/v1/scopes/{about.scope_id}/blobs/{here.notices[0].sha256}")
    assert (answer.content, answer.headers["Content-Type"]) == (PDF + b"the very file", MEDIA_TYPE)


def test_a_notice_sent_again_changes_nothing(central: Central, desk: Desk) -> None:
    about = refused(central)
    told = sent(desk, about, "again")
    assert put(desk, about, told).status_code == 204
    once = central.stored(about)
    assert put(desk, about, told).status_code == 204
    assert put(central.desk(), about, told).status_code == 204
    assert central.stored(about) == once


def test_of_two_notices_about_one_decision_the_first_one_stays(central: Central, desk: Desk) -> None:
    about = refused(central)
    colleague = central.desk()
    first, second = sent(colleague, about, "first"), sent(desk, about, "second")
    assert put(colleague, about, first).status_code == 204
    told = problem(put(desk, about, second))
    assert (told.name, told.code, told.by) == ("version-conflict", "other-notice", colleague.grant.officer.full_name)
    assert told.at is not None
    assert [one.sha256 for one in desk.dossier(about).notices] == [first.sha256]


def test_a_notice_that_was_found_to_be_false_gives_way_and_both_officers_are_on_record(
    central: Central, desk: Desk
) -> None:
    about = refused(central)
    colleague = central.desk()
    false, true = sent(colleague, about, "false"), sent(desk, about, "true", number="05", year=2026)
    assert put(colleague, about, replace(false, number="05", year=2026)).status_code == 204
    assert problem(put(desk, about, replace(true, replaces="0" * 64))).code == "other-notice"
    assert put(desk, about, replace(true, replaces=false.sha256)).status_code == 204
    found = desk.dossier(about)
    assert [(one.sha256, one.replaces) for one in found.notices] == [(true.sha256, false.sha256)]
    filed = [entry.who for entry in found.history if entry.what == "notice_filed"]
    assert filed == [colleague.grant.officer.full_name, desk.grant.officer.full_name]
    once = central.stored(about)
    assert put(desk, about, replace(true, replaces=false.sha256)).status_code == 204
    assert central.stored(about) == once
    assert problem(put(colleague, about, false)).code == "other-notice"


def test_the_same_file_told_otherwise_is_another_notice(central: Central, desk: Desk) -> None:
    about = refused(central)
    true = sent(desk, about, "told otherwise")
    false = replace(true, signer="Giám đốc Trần Văn Giả")
    assert put(desk, about, false).status_code == 204
    assert problem(put(desk, about, true)).code == "other-notice"
    assert put(desk, about, replace(true, replaces=true.sha256)).status_code == 204
    assert [one.signer for one in desk.dossier(about).notices] == [true.signer]


def test_a_file_is_one_notices_only(central: Central, desk: Desk) -> None:
    about, other = refused(central), refused(central)
    told = sent(desk, about, "of one only")
    assert put(desk, about, told).status_code == 204
    answer = problem(put(desk, other, notice(other, "of one only")))
    assert (answer.name, answer.code) == ("version-conflict", "notice-of-another")
    assert desk.dossier(other).notices == ()


def test_a_number_is_given_once_in_an_office_and_year(central: Central, desk: Desk) -> None:
    first, second, third = (refused(central) for _ in range(3))
    assert put(desk, first, sent(desk, first, "n1", number="007a", year=2031)).status_code == 204
    answer = problem(put(desk, second, sent(desk, second, "n2", number="7A", year=2031)))
    assert (answer.name, answer.code) == ("version-conflict", "number-taken")
    assert put(desk, second, sent(desk, second, "n2", number="7A", year=2032)).status_code == 204
    assert put(desk, third, sent(desk, third, "n3")).status_code == 204
    elsewhere = refused(central, scope_id="07907")
    there = central.desk(scopes=("07907",))
    told = notice(elsewhere, "n4", number="7A", year=2031)
    assert file_of(there, PDF + b"n4", scope="07907").status_code == 201
    assert put(there, elsewhere, told).status_code == 204


def test_a_notice_of_another_decision_or_verdict_is_refused(central: Central, desk: Desk) -> None:
    about = refused(central)
    fresh = builders.dossier(central.fresh())
    central.plant(fresh)
    for dossier, told in (
        (about, sent(desk, about, "a", decision=builders.decision(fresh).op_id)),
        (about, sent(desk, about, "b", form_kind=int(FormKind.ACCEPTED))),
        (fresh, sent(desk, about, "c")),
    ):
        answer = problem(put(desk, dossier, told))
        assert (answer.name, answer.code, answer.status_now) == (
            "version-conflict",
            "other-decision",
            dossier.status.value,
        )
        assert desk.dossier(dossier).notices == ()


def test_a_notice_whose_file_has_not_come_is_asked_for_also_when_central_has_lost_it(
    central: Central, desk: Desk
) -> None:
    about = refused(central)
    told = notice(about, "never sent")
    answer = problem(put(desk, about, told))
    assert (answer.name, answer.missing) == ("attachment-missing", (told.sha256,))
    kept = sent(desk, about, "lost later")
    assert put(desk, about, kept).status_code == 204
    central.blobs.path(kept.sha256).unlink()
    answer = problem(put(desk, about, kept))
    assert (answer.name, answer.missing) == ("attachment-missing", (kept.sha256,))
    sent(desk, about, "lost later")
    assert put(desk, about, kept).status_code == 204


def test_who_may_not_decide_in_the_office_brings_no_notice(central: Central, desk: Desk) -> None:
    about = refused(central)
    told = sent(desk, about, "foreign")
    stranger = central.desk(scopes=("07907",))
    assert problem(put(stranger, about, told)).name == "scope-revoked"
    assert problem(file_of(stranger, PDF)).name == "scope-revoked"
    assert problem(stranger.get(f"/v1/scopes/{about.scope_id}/blobs/{told.sha256}")).name == "scope-revoked"
    assert problem(put(central.desk(role=Role.ADMINISTRATOR), about, told)).name == "forbidden"
    assert problem(put(desk, builders.dossier(central.fresh()), told)).name == "unknown-dossier"
    assert desk.dossier(about).notices == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sha256", "x"),
        ("size", 0),
        ("size", SIZE_LIMIT + 1),
        ("pages", 0),
        ("pages", 51),
        ("form_kind", int(FormKind.RECEIPT)),
        ("decision", "../x"),
        ("certificate", "no number"),
        ("signer", "x" * 201),
        ("signed_at", "2026-11-23T10:00:00"),
        ("signed_at", "2199-01-01T00:00:00+00:00"),
        ("number", "12 a"),
        ("number", "1"),
        ("year", 2026),
        ("replaces", "x"),
    ],
)
def test_a_notice_out_of_bounds_is_refused(central: Central, desk: Desk, field: str, value: object) -> None:
    about = refused(central)
    told = wire.plain(sent(desk, about, "bounds"))
    assert problem(put(desk, about, told | {field: value})).name == "validation"
    assert desk.dossier(about).notices == ()


def test_what_is_no_pdf_too_large_or_something_else_is_not_kept(central: Central, desk: Desk) -> None:
    del central
    assert problem(file_of(desk, b"<html>" + PDF)).name == "not-a-pdf"
    assert problem(file_of(desk, builders.JPEG)).name == "not-a-pdf"
    assert problem(file_of(desk, PDF + b"\0" * SIZE_LIMIT)).name == "too-large"
    other = desk.call("PUT", f"/v1/scopes/{builders.SCOPE}/blobs/{'0' * 64}", raw=PDF, Content_Type=MEDIA_TYPE)
    assert (problem(other).name, problem(other).code) == ("validation", "sha256-mismatch")
    html = hashlib.sha256(b"<html>").hexdigest()
    page = desk.call("PUT", f"/v1/scopes/{builders.SCOPE}/blobs/{html}", raw=b"<html>", Content_Type="text/html")
    assert problem(page).name == "not-an-image"


def test_a_notice_too_large_is_not_announced(central: Central, desk: Desk) -> None:
    del central
    metadata = (
        f"sha256 {base64.b64encode(b'0' * 64).decode()},filetype {base64.b64encode(MEDIA_TYPE.encode()).decode()}"
    )
    for length, name in ((SIZE_LIMIT + 1, "too-large"), (SIZE_LIMIT, None)):
        headers = {"Tus_Resumable": "1.0.0", "Upload_Length": str(length), "Upload_Metadata": metadata}
        answer = desk.call("POST", f"/v1/scopes/{builders.SCOPE}/uploads", **headers)
        assert (answer.status_code == 201) if name is None else (problem(answer).name == name)


def test_a_notice_is_no_picture_and_a_picture_is_no_notice(central: Central, desk: Desk) -> None:
    about = refused(central)
    fresh = builders.dossier(central.fresh())
    central.plant(fresh)
    told = sent(desk, about, "no picture")
    photo = PhotoReplacement(
        kind=AttachmentKind.PORTRAIT, sha256=told.sha256, media_type="image/jpeg", size=told.size, reason="Ảnh mờ"
    )
    decision = builders.decision(fresh, verdict=Verdict.INVALID, photos=(photo,))
    answer = problem(desk.decide(decision))
    assert (answer.name, answer.code, answer.pointer) == ("validation", "not-an-image", "/photos")
    form = SignedForm(sha256=told.sha256, media_type="image/jpeg", size=told.size, form_kind=1, form_version=1)
    answer = problem(desk.call("PUT", path_of(fresh) + "/signed-form", form))
    assert (answer.name, answer.code) == ("validation", "not-an-image")
    picture = builders.JPEG + b"as a notice"
    answer = problem(put(desk, about, notice(about, sha256=desk.put_blob(picture), size=len(picture))))
    assert (answer.name, answer.code) == ("validation", "not-a-notice")
    answer = problem(put(desk, about, replace(told, size=told.size + 1)))
    assert (answer.name, answer.code) == ("validation", "not-a-notice")
    assert (desk.dossier(about).notices, desk.dossier(fresh).attachments) == ((), fresh.attachments)


def test_a_dossier_that_moves_takes_its_notice_along(central: Central, desk: Desk) -> None:
    about = refused(central)
    told = sent(desk, about, "moves")
    put(desk, about, told)
    there = "07907"
    central.plant(builders.dossier(central.fresh(), scope_id=there))
    order = Order(dossier_id=about.id, here=about.scope_id, there=there, who="quan.tri", reason="Sai cơ quan")
    moves.move(central.database, order, utc_now())
    new = central.desk(scopes=(there,))
    moved = new.dossier(replace(about, scope_id=there))
    assert [one.sha256 for one in moved.notices] == [told.sha256]
    assert new.get(f"/v1/scopes/{there}/blobs/{told.sha256}").content == PDF + b"moves"
    # The old office's desk sends once more what it has no answer to.
    late = problem(put(desk, about, told))
    assert (late.name, late.code) == ("dossier-gone", "moved_out")
