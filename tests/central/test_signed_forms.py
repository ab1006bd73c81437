"""Signed sheets go to their dossiers at central, whatever state those are in."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
import requests

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.form import FormKind, SignedForm, signed_form
from officer_console.domain.judged import as_judged
from officer_console.domain.officer import Role
from tests import builders
from tests.central.process import Central, Desk, path_of, problem


def planted(central: Central, **fields: Any) -> Dossier:
    about = builders.dossier(central.fresh(), **fields)
    central.plant(about)
    return about


def sheet(desk: Desk, text: str, *, replaces: str | None = None) -> SignedForm:
    """Return a signed form whose picture central has."""
    data = builders.JPEG + text.encode()
    sha256 = desk.put_blob(data)
    return SignedForm(
        sha256=sha256, media_type="image/jpeg", size=len(data), form_kind=1, form_version=1, replaces=replaces
    )


def put(desk: Desk, about: Dossier, form: SignedForm) -> requests.Response:
    return desk.call("PUT", path_of(about) + "/signed-form", form)


# What waits for the registry's answer does so for a moment only.
@pytest.mark.parametrize("status", sorted(set(Status) - {Status.CHECKING}))
def test_a_dossier_of_any_status_gets_its_signed_form_and_keeps_status_and_version(
    central: Central, desk: Desk, status: Status
) -> None:
    about = planted(central, status=status)
    form = sheet(desk, status.value)
    assert put(desk, about, form).status_code == 204
    found = desk.dossier(about)
    assert (found.status, found.version) == (status, about.version)
    assert signed_form(found) == form.sha256
    brought = found.attachments[-1]
    assert (brought.kind, brought.replaced_by) == (AttachmentKind.SIGNED_FORM, desk.grant.officer.full_name)
    assert [entry.what for entry in found.history[1:]] == (
        ["form_filed", "handed_in"] if about.open else ["form_filed"]
    )
    assert (found.handed_in_at is not None) == about.open
    assert ("form_filed", desk.grant.officer.id) in central.audited(about)


def test_the_feed_tells_of_it_and_the_sums_still_add_up(central: Central, desk: Desk) -> None:
    about = planted(central)
    before = central.stored(about)[0]
    put(desk, about, sheet(desk, "feed"))
    seq, stored = central.stored(about)
    assert seq > before
    assert stored.version == about.version
    page = desk.pull(about.scope_id)
    while page.more:
        page = desk.pull(about.scope_id, page.next)
    assert page.state is not None
    assert page.state.seq == seq


def test_the_same_sheet_sent_again_changes_nothing(central: Central, desk: Desk) -> None:
    about = planted(central)
    form = sheet(desk, "again")
    assert put(desk, about, form).status_code == 204
    once = central.stored(about)
    assert put(desk, about, form).status_code == 204
    assert put(desk, about, replace(form, replaces="0" * 64)).status_code == 204
    assert central.stored(about) == once


def test_a_sheet_that_somebody_else_brought_meanwhile_is_not_overwritten(central: Central, desk: Desk) -> None:
    about = planted(central)
    colleague = central.desk()
    first, second = sheet(colleague, "first"), sheet(desk, "second")
    assert put(colleague, about, first).status_code == 204
    refused = problem(put(desk, about, second))
    assert (refused.name, refused.code, refused.by) == (
        "version-conflict",
        "other-signed-form",
        colleague.grant.officer.full_name,
    )
    assert signed_form(desk.dossier(about)) == first.sha256
    assert put(desk, about, replace(second, replaces=first.sha256)).status_code == 204
    kinds = [own.kind for own in desk.dossier(about).attachments]
    assert kinds.count(AttachmentKind.SIGNED_FORM) == 1
    assert signed_form(desk.dossier(about)) == second.sha256


def test_tk1_ts_stands_beside_form_01_and_hands_in_nothing(central: Central, desk: Desk) -> None:
    about = planted(central)
    before = as_judged(about)
    insured = replace(sheet(desk, "tk1-ts"), form_kind=FormKind.INSURED)
    assert put(desk, about, insured).status_code == 204
    found = desk.dossier(about)
    assert (signed_form(found), signed_form(found, FormKind.INSURED)) == (None, insured.sha256)
    assert (found.handed_in_at, as_judged(found)) == (None, before)
    declared = sheet(desk, "form 01")
    assert put(desk, about, declared).status_code == 204
    newer = replace(sheet(desk, "tk1-ts again"), form_kind=FormKind.INSURED, replaces=declared.sha256)
    assert problem(put(desk, about, newer)).code == "other-signed-form"
    assert put(desk, about, replace(newer, replaces=insured.sha256)).status_code == 204
    found = desk.dossier(about)
    assert (signed_form(found), signed_form(found, FormKind.INSURED)) == (declared.sha256, newer.sha256)
    assert found.handed_in_at is not None


def test_what_was_judged_before_the_sheet_came_is_recorded_all_the_same(central: Central, desk: Desk) -> None:
    about = planted(central)
    central.register_person(about)
    decision = builders.decision(about)
    put(central.desk(), about, sheet(desk, "judged"))
    assert as_judged(desk.dossier(about)) == as_judged(about)
    assert desk.decide(decision).status_code == 201
    assert signed_form(desk.dossier(about)) is not None


def test_a_sheet_is_filed_while_somebody_else_has_the_dossier(central: Central, desk: Desk) -> None:
    about = planted(central)
    holder = central.desk()
    holder.take(about)
    assert put(desk, about, sheet(desk, "leased")).status_code == 204
    lease = desk.dossier(about).lease
    assert lease is not None
    assert lease.officer_id == holder.grant.officer.id


def test_a_sheet_whose_picture_has_not_come_is_asked_for(central: Central, desk: Desk) -> None:
    about = planted(central)
    sha256 = hashlib.sha256(b"never sent").hexdigest()
    form = SignedForm(sha256=sha256, media_type="image/jpeg", size=10, form_kind=1, form_version=1)
    refused = problem(put(desk, about, form))
    assert (refused.name, refused.missing) == ("attachment-missing", (sha256,))


def test_who_may_not_decide_in_the_office_files_nothing(central: Central, desk: Desk) -> None:
    about = planted(central)
    form = sheet(desk, "other office")
    assert problem(put(central.desk(scopes=("07907",)), about, form)).name == "scope-revoked"
    assert problem(put(central.desk(role=Role.ADMINISTRATOR), about, form)).name == "forbidden"
    assert problem(put(desk, builders.dossier(central.fresh()), form)).name == "unknown-dossier"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sha256", "x"),
        ("replaces", "X" * 64),
        ("media_type", "text/html"),
        ("size", 0),
        ("size", 13 * 1024 * 1024),
        ("form_kind", -1),
        ("form_version", 1000),
    ],
)
def test_a_sheet_out_of_bounds_is_refused(central: Central, desk: Desk, field: str, value: object) -> None:
    about = planted(central)
    form = {"sha256": "0" * 64, "media_type": "image/jpeg", "size": 1, "form_kind": 1, "form_version": 1}
    answer = desk.call("PUT", path_of(about) + "/signed-form", form | {field: value})
    assert problem(answer).name == "validation"
