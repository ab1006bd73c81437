"""What the client of central makes of answers: renewed tokens, foreign pages, forged receipts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from officer_console.central import wire
from officer_console.central.client import CentralClient
from officer_console.central.errors import CentralError
from tests import builders
from tests.client.site import JSON, PROBLEM, Reply, Site, session
from tests.domain.samples import DOSSIER


def test_an_expired_token_is_renewed_once_and_the_request_repeated(site: Site) -> None:
    officer = {"id": "o", "username": "ha", "full_name": "Hà", "role": "officer", "scopes": ["07906"]}

    def grant(number: int) -> Reply:
        body = {"access_token": f"a{number}", "expires_in": 900, "refresh_token": f"r{number}", "officer": officer}
        return 200, JSON, json.dumps(body).encode()

    expired: Callable[[], Reply] = lambda: (  # noqa: E731 - a reply made anew each time
        401,
        PROBLEM,
        b'{"type": "urn:hgd:problem:token-expired"}',
    )
    page = json.dumps({"epoch": "e", "items": [], "next": "c", "more": False}).encode()
    kept: list[str] = []
    client = CentralClient(session(site.url))
    client.keep_refresh_token(kept.append)
    site.replies = [grant(1), expired(), grant(2), (200, JSON, page)]

    client.sign_in("ha", "secret", "device")
    assert client.changes("07906", None).next == "c"
    assert kept == ["r1", "r2"]

    site.replies = [expired(), (401, PROBLEM, b'{"type": "urn:hgd:problem:invalid-credentials"}')]
    with pytest.raises(CentralError) as caught:
        client.changes("07906", None)
    assert caught.value.code == "sign-in-needed"
    assert not client.signed_in


def signed_in(site: Site, *replies: Reply | None) -> CentralClient:
    """Return a client with a session whose next answers are ``replies``."""
    officer = {"id": "o", "username": "ha", "full_name": "Hà", "role": "officer", "scopes": ["07906"]}
    grant = {"access_token": "a", "expires_in": 900, "refresh_token": "r", "officer": officer}
    site.replies = [(200, JSON, json.dumps(grant).encode()), *replies]
    client = CentralClient(session(site.url))
    client.sign_in("ha", "secret", "device")
    return client


@pytest.mark.parametrize("scope", ["07906", "00101"])
def test_a_page_with_a_dossier_of_another_office_is_a_protocol_error(site: Site, scope: str) -> None:
    item = wire.FeedItem(id=DOSSIER.id, seq=1, version=DOSSIER.version, op="put", doc=DOSSIER)
    state = wire.FeedState(seq=1, count=1, digest="0" * 32)
    page = wire.Page(epoch="e", items=(item,), next="c", more=False, state=state)
    client = signed_in(site, (200, JSON, wire.encode(page)))

    if scope == DOSSIER.scope_id:
        (line,) = client.changes(scope, None).items
        assert (line.id, line.seq, line.raw) == (DOSSIER.id, 1, wire.encode(DOSSIER))
    else:
        with pytest.raises(CentralError) as caught:
            client.changes(scope, None)
        assert caught.value.code == "protocol"


@pytest.mark.parametrize("forged", [False, True])
def test_a_receipt_for_other_bytes_is_a_protocol_error(site: Site, forged: bool) -> None:  # noqa: FBT001 - a parameter
    about = builders.dossier()
    decision = builders.decision(about)
    sent = replace(decision, note="another") if forged else decision
    receipt = wire.Receipt(
        op_id=decision.op_id,
        req_sha256=wire.req_sha256(sent),
        seq=2,
        received_at=builders.DECIDED_AT,
        dossier=about,
    )
    client = signed_in(site, (201, JSON, wire.encode(receipt)))

    if not forged:
        assert client.decide(decision, "e") == receipt
    else:
        with pytest.raises(CentralError) as caught:
            client.decide(decision, "e")
        assert caught.value.code == "protocol"


def test_a_time_without_offset_in_a_dossier_is_a_protocol_error(site: Site) -> None:
    officer = {"id": "o", "username": "ha", "full_name": "Hà", "role": "officer", "scopes": ["07906"]}
    grant = {"access_token": "a", "expires_in": 900, "refresh_token": "r", "officer": officer}
    document = wire.encode(replace(DOSSIER, handed_in_at=datetime(2026, 11, 1, 8)))  # noqa: DTZ001 - the point
    site.replies = [(200, JSON, json.dumps(grant).encode()), (200, JSON, document)]
    client = CentralClient(session(site.url))
    client.sign_in("ha", "secret", "device")

    with pytest.raises(CentralError) as caught:
        client.dossier("07906", DOSSIER.id)

    assert caught.value.code == "protocol"


def test_a_blob_with_other_bytes_than_its_name_is_refused(site: Site) -> None:
    officer = {"id": "o", "username": "ha", "full_name": "Hà", "role": "officer", "scopes": ["07906"]}
    grant = {"access_token": "a", "expires_in": 900, "refresh_token": "r", "officer": officer}
    site.replies = [(200, JSON, json.dumps(grant).encode()), (200, {"Content-Type": "image/png"}, b"forged")]
    client = CentralClient(session(site.url))
    client.sign_in("ha", "secret", "device")

    with pytest.raises(CentralError) as caught:
        client.blob("07906", "0" * 64)

    assert caught.value.code == "protocol"
