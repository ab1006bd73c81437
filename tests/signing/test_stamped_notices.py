"""Notices of an office that has a time-stamp server: none is kept without its stamp."""

from __future__ import annotations

from pathlib import Path

import pytest

from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from officer_console.services.sign_documents import (
    SignDocuments,
    SigningError,
    Trouble,
)
from officer_console.signing.settings import TimeStampServer
from tests.printing.parts import office
from tests.signing.authority import NOW, Authority, rsa_key
from tests.signing.conftest import Hosted
from tests.signing.reading import verdicts
from tests.signing.stamp_server import serve, stamper
from tests.signing.test_notices import but_numbers, notices, numbered, sign, signed

pytestmark = pytest.mark.timeout(240)


def test_a_notice_whose_time_stamp_does_not_come_stays_as_it_was(
    hosted: Hosted, officer_file: Path, authority: Authority, tmp_path: Path
) -> None:
    away = TimeStampServer(url="http://127.0.0.1:9/tsa", roots=authority.pem)
    service = SignDocuments(hosted(stamps=away), tmp_path / "signing.json", clock=lambda: NOW)
    desk = office(tmp_path, signing=service.settings)
    dossier = desk.of(Status.APPROVED)
    before = numbered(desk, Paper.ACCEPTED, dossier)
    batch, keep = notices(desk).one(before)
    with pytest.raises(SigningError) as caught:
        sign(service, officer_file, batch, keep)
    assert caught.value.trouble is Trouble.STAMP_UNREACHABLE
    after = desk.printing.make(Paper.ACCEPTED, dossier.id)
    assert (after.pdf, after.signed, after.signable, but_numbers(desk)) == (before.pdf, None, True, [])
    assert len(batch.left) == 1
    desk.store.close()


def test_a_notice_with_a_time_stamp_is_kept_with_it(
    hosted: Hosted, officer_file: Path, authority: Authority, tmp_path: Path
) -> None:
    with serve(stamper(authority.stamping(rsa_key(3)), rsa_key(3))) as served:
        stamps = TimeStampServer(url=served.url, roots=authority.pem)
        service = SignDocuments(hosted(stamps=stamps), tmp_path / "signing.json", clock=lambda: NOW)
        desk = office(tmp_path, signing=service.settings)
        made = signed(desk, service, officer_file, Paper.ACCEPTED, desk.of(Status.APPROVED))
    (verdict,) = verdicts(made.pdf, authority.root)
    assert (verdict.valid, verdict.stamped) == (True, True)
    desk.store.close()
