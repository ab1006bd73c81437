"""Cursors, reference lists, session, uploads."""

from __future__ import annotations

import pytest

from officer_console.central import wire
from officer_console.domain.officer import Officer, Role
from officer_console.domain.reference import Office, Reason, Reference, Settings
from officer_console.store.cursors import FeedPosition
from officer_console.store.session import SavedSession
from officer_console.store.store import Store
from officer_console.store.uploads import Upload

SHA256 = "ab" * 32


def test_a_cursor_is_per_scope(store: Store) -> None:
    first = FeedPosition(scope="07906", cursor="c1", epoch="e", seq=5)
    with store.apply() as tx:
        assert tx.cursors.get("07906") is None
        tx.cursors.set(FeedPosition(scope="07906", cursor="c0", epoch="e", seq=1))
        tx.cursors.set(first)
        tx.cursors.set(FeedPosition(scope="07907", cursor="c9", epoch="e", seq=9))
    with store.read() as tx:
        assert tx.cursors.get("07906") == first
        assert tx.cursors.get("07908") is None
        assert tx.cursors.epochs() == {"07906": "e", "07907": "e"}


def test_a_cursor_goes_back_with_its_rows(store: Store) -> None:
    def half_way() -> None:
        with store.apply() as tx:
            tx.cursors.set(FeedPosition(scope="07906", cursor="c1", epoch="e", seq=5))
            raise LookupError

    with pytest.raises(LookupError):
        half_way()
    with store.read() as tx:
        assert tx.cursors.get("07906") is None


def test_reference_lists_come_back_as_one(store: Store) -> None:
    settings = Settings(due_soon_days=4)
    reasons = (Reason(code="r1", label="Ảnh mờ"), Reason(code="r2", label="Khác", needs_text=True))
    offices = (Office(code="07906", name="BHXH cơ sở"),)
    labels = {"status": {"pending": "Chờ duyệt"}}
    with store.read() as tx:
        assert tx.reference.get() == Reference()
    with store.apply() as tx:
        for kind, value in (("settings", settings), ("reasons", reasons), ("offices", offices), ("labels", labels)):
            tx.reference.put(kind, f'"{kind}-1"', wire.encode(value))
        tx.reference.put("settings", '"settings-2"', wire.encode(settings))
    with store.read() as tx:
        assert tx.reference.get() == Reference(settings=settings, reasons=reasons, offices=offices, labels=labels)
        assert tx.reference.etag("settings") == '"settings-2"'
        assert tx.reference.etag("unknown") is None


def test_a_malformed_list_is_refused_and_the_old_one_stays(store: Store) -> None:
    with store.apply() as tx:
        tx.reference.put("settings", "1", b'{"due_soon_days": 5}')
    with pytest.raises(wire.WireError), store.apply() as tx:
        tx.reference.put("settings", "2", b'{"due_soon_days": "many"}')
    with store.read() as tx:
        assert tx.reference.get().settings.due_soon_days == 5
        assert tx.reference.etag("settings") == "1"


def test_the_session_is_one_and_does_not_show_its_token(store: Store) -> None:
    officer = Officer(id="o-1", username="binh", full_name="Trần Thị Bình", role=Role.OFFICER, scopes=("07906",))
    with store.write() as tx:
        assert tx.session.get() is None
        tx.session.put(SavedSession(officer=officer, refresh_token="first"))
        tx.session.put(SavedSession(officer=officer, refresh_token="second"))
    with store.write() as tx:
        saved = tx.session.get()
        assert saved == SavedSession(officer=officer, refresh_token="second")
        assert "second" not in repr(saved)


def test_a_session_that_was_ended_stays_so_until_the_next_and_loses_only_the_token_named(store: Store) -> None:
    officer = Officer(id="o-1", username="binh", full_name="Trần Thị Bình", role=Role.OFFICER, scopes=("07906",))

    def saved() -> SavedSession | None:
        with store.read() as tx:
            return tx.session.get()

    with store.write() as tx:
        tx.session.put(SavedSession(officer=officer, refresh_token="first"))
        tx.session.end()
        tx.session.renew("second")
    assert saved() == SavedSession(officer=officer, refresh_token="second", ended=True)
    with store.write() as tx:
        tx.session.forget("first")
    assert saved() == SavedSession(officer=officer, refresh_token="second", ended=True)
    with store.write() as tx:
        tx.session.forget("second")
    assert saved() == SavedSession(officer=officer, refresh_token="", ended=True)
    with store.write() as tx:
        tx.session.put(SavedSession(officer=officer, refresh_token="third"))
    assert saved() == SavedSession(officer=officer, refresh_token="third")


def test_an_upload_is_owed_until_done_and_again_when_asked_again(store: Store) -> None:
    with store.write() as tx:
        assert tx.uploads.waiting(SHA256, "07906") is None
        tx.uploads.add(SHA256, "07906", "image/jpeg")
        assert tx.uploads.waiting(SHA256, "07906") == Upload(sha256=SHA256, scope="07906", media_type="image/jpeg")
        tx.uploads.done(SHA256, "07906")
        assert tx.uploads.waiting(SHA256, "07906") is None
        tx.uploads.add(SHA256, "07906", "image/jpeg")
        assert tx.uploads.waiting(SHA256, "07906") is not None
