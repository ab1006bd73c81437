"""Drafts: kept sealed, there after a crash, gone with their decision, never recorded by themselves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import PhotoReplacement, Verdict
from officer_console.domain.errors import RuleError
from officer_console.services.drafts import DraftKeeping, Entries
from officer_console.store.cursors import FeedPosition
from officer_console.store.outbox import judged_sha256
from officer_console.store.store import Store
from tests import builders
from tests.faults.workplace import KEY
from tests.services.sealed_desk import NOW, SealedDesk

TYPED = Entries(base_version=1, verdict=Verdict.INVALID, reason_code="other", reason_text="Ảnh mờ", note="hẹn bà Ước")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SealedDesk]:
    opened = SealedDesk(tmp_path)
    yield opened
    opened.store.close()


def keeping(desk: SealedDesk) -> DraftKeeping:
    return DraftKeeping(desk.store, clock=lambda: NOW)


def test_a_draft_is_there_although_the_program_ended_without_a_word(desk: SealedDesk) -> None:
    about = desk.put()
    keeping(desk).keep(about.id, TYPED)

    # another connection, while the first was never closed: what a restart after a crash sees
    other = Store.open(desk.folder / "store.db", KEY, clock=lambda: NOW)
    found = DraftKeeping(other, clock=lambda: NOW).find(about.id)
    other.close()

    assert found is not None
    assert (found.entries, found.at) == (TYPED, NOW)
    with desk.store.read() as tx:
        assert tx.outbox.counts().waiting == 0


def test_nothing_of_a_draft_can_be_read_on_the_disk(desk: SealedDesk) -> None:
    about = desk.put()
    keeping(desk).keep(about.id, TYPED)
    for needle in ("hẹn bà Ước", "Ảnh mờ", about.id):
        for path in desk.folder.rglob("*"):
            assert not path.is_file() or needle.encode() not in path.read_bytes()


def test_a_newer_draft_stands_in_the_place_of_the_older_and_can_be_dropped(desk: SealedDesk) -> None:
    about, other = desk.put(), desk.put(2, seq=2)
    drafts = keeping(desk)
    drafts.keep(other.id, TYPED)
    drafts.keep(about.id, TYPED)
    drafts.keep(about.id, Entries(base_version=2, note="khác"))
    found = drafts.find(about.id)
    assert found is not None
    assert found.entries.note == "khác"
    drafts.drop(about.id)
    assert drafts.find(about.id) is None
    assert drafts.find(other.id) is not None


def test_a_decision_takes_its_draft_along_and_a_refused_recording_leaves_it(desk: SealedDesk) -> None:
    about = desk.put()
    drafts = keeping(desk)
    drafts.keep(about.id, TYPED)
    with pytest.raises(RuleError, match="version-changed"):
        desk.record(about, base_version=about.version + 1)
    assert drafts.find(about.id) is not None

    desk.record(about)

    assert drafts.find(about.id) is None


def test_a_draft_that_comes_after_its_decision_is_not_kept(desk: SealedDesk) -> None:
    about = desk.put()
    desk.record(about)
    keeping(desk).keep(about.id, TYPED)
    assert keeping(desk).find(about.id) is None


def test_whoever_accepts_what_stands_at_central_drops_what_he_typed_to_judge_anew(desk: SealedDesk) -> None:
    about = desk.put()
    refused = desk.refused(about)
    keeping(desk).keep(about.id, TYPED)

    desk.decide.withdraw(refused.op_id)

    assert keeping(desk).find(about.id) is None
    with desk.store.read() as tx:
        (line, *_) = tx.journal.latest(1)
    assert (line.what, line.dossier_id, line.op_id) == ("withdrawn", about.id, refused.op_id)


def test_a_picture_of_a_draft_is_not_swept_away_and_goes_after_the_draft(desk: SealedDesk) -> None:
    about = desk.put()
    sha256 = desk.store.blobs.put(builders.JPEG, about.id)
    photo = PhotoReplacement(kind=AttachmentKind.PORTRAIT, sha256=sha256, media_type="image/jpeg", size=1)
    keeping(desk).keep(about.id, Entries(base_version=1, photos=(photo,)))
    for file in (desk.folder / "blobs").iterdir():
        os.utime(file, times=((NOW - timedelta(days=3)).timestamp(),) * 2)

    assert desk.store.blobs.sweep(NOW) == 0
    keeping(desk).drop(about.id)
    assert desk.store.blobs.sweep(NOW) == 1


def test_a_draft_fits_the_state_it_was_entered_on_and_no_other_one_of_that_version(desk: SealedDesk) -> None:
    about = desk.put(version=3)
    keeping(desk).keep(about.id, Entries(base_version=3, base_state=judged_sha256(about), note="khác"))
    other_life = replace(about, declaration=replace(about.declaration, phone="0987654321"))
    with desk.store.apply() as tx:
        tx.staged.put(FeedPosition(scope=about.scope_id, cursor="c", epoch="e2", seq=1), [(1, other_life)], ())
        tx.staged.swap(about.scope_id)
        now = tx.dossiers.get(about.id)

    found = keeping(desk).find(about.id)

    assert found is not None
    assert now == other_life
    assert found.entries.fits(about)
    assert not found.entries.fits(now)
    assert not found.entries.fits(replace(about, version=4))


def test_a_draft_of_an_earlier_program_fits_by_its_version(desk: SealedDesk) -> None:
    about = desk.put(version=3)
    with desk.store.write() as tx:
        tx.drafts.put(about.id, b'{"base_version": 3, "note": "x"}', NOW)

    found = keeping(desk).find(about.id)

    assert found is not None
    assert found.entries.fits(about)
    assert not found.entries.fits(replace(about, version=4))


def test_a_draft_this_program_cannot_read_is_not_offered(desk: SealedDesk, expect_log: Callable[[str], None]) -> None:
    expect_log("draft not read")
    with desk.store.write() as tx:
        tx.drafts.put("d-1", b'{"note": 5}', NOW)
    assert keeping(desk).find("d-1") is None
