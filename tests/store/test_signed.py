"""Signed papers: found by dossier, paper and decision, and their files stay as long as they are named."""

from __future__ import annotations

from datetime import timedelta

from officer_console.store.signed import SignedPaper
from officer_console.store.store import Store
from tests.store.building import NOW

NOTICE = "notice_accepted"


def signed(sha256: str = "a" * 64) -> SignedPaper:
    return SignedPaper(sha256=sha256, pages=1, signer="Nguyễn Thị Ánh Tuyết", certificate="0a1b", at=NOW)


def test_a_paper_is_found_by_the_decision_it_tells_of(store: Store) -> None:
    with store.write() as tx:
        tx.signed.put("d-1", NOTICE, "op-1", signed())
    with store.read() as tx:
        assert tx.signed.get("d-1", NOTICE, "op-1") == signed()
        assert tx.signed.get("d-1", NOTICE, "op-2") is None
        assert tx.signed.get("d-1", "notice_refused", "op-1") is None
        assert tx.signed.get("d-2", NOTICE, "op-1") is None


def test_of_the_same_paper_signed_anew_the_last_one_counts(store: Store) -> None:
    with store.write() as tx:
        tx.signed.put("d-1", NOTICE, "op-1", signed())
        tx.signed.put("d-1", NOTICE, "op-1", signed("b" * 64))
    with store.read() as tx:
        assert tx.signed.get("d-1", NOTICE, "op-1") == signed("b" * 64)


def test_the_file_of_a_signed_paper_is_never_swept(store: Store) -> None:
    kept, other = store.blobs.put(b"%PDF signed"), store.blobs.put(b"%PDF not named by anything")
    with store.write() as tx:
        tx.signed.put("d-1", NOTICE, "op-1", signed(kept))
    store.blobs.sweep(NOW + timedelta(days=30_000))
    assert store.blobs.get(kept) == b"%PDF signed"
    assert store.blobs.get(other) is None
    store.blobs.drop([kept])
    assert store.blobs.get(kept) == b"%PDF signed"
