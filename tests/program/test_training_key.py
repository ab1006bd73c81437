"""The key of training: what the program reads of it, and that nobody else may write to it."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from officer_console.services.sign_documents import Secret, sign_documents
from officer_console.training_key import prepared
from officer_console.views.signing_words import TRAINING_KEY, TRAINING_PASSWORD, TRAINING_SIGNER


@pytest.mark.timeout(60)
def test_the_key_is_chosen_already_and_opens_with_the_password_in_its_name(tmp_path: Path) -> None:
    service = sign_documents(*prepared(tmp_path / "signing"), clock=lambda: datetime.now(UTC))
    chosen = service.last_choice()
    assert Path(chosen.file).name == TRAINING_KEY
    assert TRAINING_PASSWORD in TRAINING_KEY
    assert service.settings().key_files
    with service.open(chosen, None, Secret(TRAINING_PASSWORD)) as signer:
        assert signer.certificate.subject == TRAINING_SIGNER
        assert signer.certificate.trouble(datetime.now(UTC)) is None
    service.close()


def test_it_is_made_anew_each_time_and_others_may_not_write_to_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        settings, choice = prepared(tmp_path / "signing")
        first = Path(json.loads(choice.read_bytes())["file"]).read_bytes()
        prepared(tmp_path / "signing")
    finally:
        os.umask(before)
    files = (settings, choice, tmp_path / "signing" / TRAINING_KEY)
    assert files[2].read_bytes() != first
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
