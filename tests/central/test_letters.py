"""From decision to citizen through the running server; and what of all that must never stand in its log."""

from __future__ import annotations

import re
from pathlib import Path

import requests

from officer_console.central import wire
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Dossier
from officer_console.domain.message import MessageState
from tests import builders
from tests.central.process import PASSWORD, Central, problem, running_central, wait_until


def sent(central: Central, about: Dossier) -> Dossier:
    """Wait until every letter about the dossier is out and return the dossier then."""

    def look() -> Dossier | None:
        after = central.stored(about)[1]
        return after if {message.state for message in after.messages} == {MessageState.SENT} else None

    return wait_until(look)


def test_letters_go_out_and_the_log_names_nobody(tmp_path: Path) -> None:
    with running_central(tmp_path, "--training-sinks") as central:
        desk = central.desk()
        approved, refused = (builders.dossier(central.fresh()) for _ in range(2))
        central.plant(approved, refused)
        central.register_person(approved)
        desk.take(approved)
        assert desk.decide(builders.decision(approved, note="Ghi chú riêng")).status_code == 201
        assert desk.decide(builders.decision(refused, verdict=Verdict.INVALID)).status_code == 201
        for about in (approved, refused):
            assert [message.channel for message in sent(central, about).messages] == ["sms", "email"]
        body = wire.encode(wire.Credentials(username="ten.dang.nhap", password="mat-khau-la", device_id="d"))
        assert problem(requests.post(f"{central.url}/v1/sessions", data=body, timeout=60)).name == "invalid-credentials"
        token, refresh = desk.grant.access_token, desk.grant.refresh_token
    log = (tmp_path / "central.log").read_text(encoding="utf-8")
    assert "POST /v1/scopes/{scope_id}/dossiers/{dossier_id}/decisions 201" in log
    declared = (approved.declaration, refused.declaration)
    private = [text for one in declared for text in (one.full_name, one.phone, one.social_code, one.email)]
    private += [PASSWORD, "mat-khau-la", "ten.dang.nhap", token, refresh, "Ghi chú", desk.grant.officer.full_name]
    assert [text for text in private if text and text in log] == []
    assert not re.search(r"Traceback| ERROR | WARNING ", log)
