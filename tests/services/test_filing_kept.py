"""Sheets that were filed lie sealed until central has them, and nothing else is done by that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from officer_console.codes.forms import Standing
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Role
from officer_console.imaging.gate import Gate
from officer_console.services.filing import PAGES_LIMIT
from tests import builders
from tests.services.filing_counter import Counter, only
from tests.services.sealed_desk import NOW
from tests.services.signed_sheets import code, page

pytestmark = pytest.mark.xdist_group(__name__)


def test_a_sheet_whose_dossier_is_not_here_is_kept_until_it_comes(counter: Counter) -> None:
    about = builders.dossier(5, declared_on=NOW.date())
    pile = only(counter.split(page(1, code(about))))
    assert (pile.meaning.dossier_id, pile.standing, pile.plain) == (None, Standing.GENUINE, False)
    counter.filing.file(pile)
    counter.desk.store.close()
    counter.desk.open()
    counter.open()
    with counter.desk.store.write() as tx:
        tx.sheets.bind()
        assert tx.sheets.due() == ()
    counter.desk.put(5)
    with counter.desk.store.write() as tx:
        tx.sheets.bind()
        (due,) = tx.sheets.due()
    assert (due.dossier_id, due.scope) == (about.id, about.scope_id)
    assert counter.picture(due.form.sha256).shape[0] > 0


def test_a_dossier_that_has_a_signed_form_says_so_and_it_is_named_to_central(counter: Counter) -> None:
    former = Attachment(kind=AttachmentKind.SIGNED_FORM, sha256="1" * 64, media_type="image/jpeg", size=10)
    about = counter.desk.put(1, status=Status.APPROVED, attachments=(*builders.attachments(), former))
    pile = only(counter.split(page(1, code(about))))
    assert not pile.plain
    counter.filing.file(pile)
    (sheet,) = counter.filing.waiting()
    assert sheet.form.replaces == former.sha256


def test_a_sheet_is_never_ticked_as_received_by_itself(counter: Counter) -> None:
    about = counter.desk.put(1)
    counter.filing.file(only(counter.split(page(1, code(about)))))
    with counter.desk.store.read() as tx:
        assert tx.drafts.get(about.id) is None
        assert tx.outbox.for_dossier(about.id) is None
        assert tx.dossiers.get(about.id) == about


def test_the_same_stack_filed_twice_waits_once(counter: Counter) -> None:
    pile = only(counter.split(page(1, code(counter.desk.put(1)))))
    counter.filing.file(pile)
    counter.filing.file(pile)
    assert len(counter.filing.waiting()) == 1


def test_too_many_pages_are_refused_before_anything_is_kept(counter: Counter) -> None:
    pile = only(counter.split(page(1, code(counter.desk.put(1)))))
    many = replace(pile, pages=pile.pages * (PAGES_LIMIT + 1))
    with pytest.raises(RuleError) as caught:
        counter.filing.file(many)
    assert (caught.value.code, caught.value.data) == ("sheet-too-long", {"pages": 13, "limit": 12})
    assert counter.filing.waiting() == ()


def test_who_may_not_decide_files_nothing(tmp_path: Path, gate: Gate) -> None:
    counter = Counter(tmp_path / "manager", gate, builders.officer(role=Role.ADMINISTRATOR))
    pile = only(counter.split(page(1, code(counter.desk.put(1)))))
    with pytest.raises(RuleError, match="forbidden"):
        counter.filing.file(pile)
    counter.desk.store.close()


def test_a_kept_sheet_is_not_swept_and_one_given_up_is(counter: Counter) -> None:
    counter.filing.file(only(counter.split(page(1, code(counter.desk.put(1))))))
    (sheet,) = counter.filing.waiting()
    later = NOW.replace(year=2100)
    counter.desk.store.blobs.sweep(later)
    assert counter.desk.store.blobs.get(sheet.form.sha256) is not None
    counter.filing.drop(sheet.n)
    assert counter.filing.waiting() == ()
    counter.desk.store.blobs.sweep(later)
    assert counter.desk.store.blobs.get(sheet.form.sha256) is None


def test_nothing_of_a_sheet_or_key_stands_in_plain_on_the_disk(counter: Counter, tmp_path: Path) -> None:
    about: Dossier = counter.desk.put(1)
    counter.filing.file(only(counter.split(page(1, code(about)))))
    counter.desk.store.close()
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    counter.desk.open()
    assert len(files) > 10_000
    for text in ("a" * 64, about.number, code(about)):
        assert text.encode() not in files
    assert b"JFIF" not in files
