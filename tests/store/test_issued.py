"""When papers were issued and under which number: the first time counts, and a number is one paper's in a year."""

from __future__ import annotations

from datetime import timedelta

import pytest

from officer_console.store.errors import StoreError
from officer_console.store.issued import Issue
from officer_console.store.store import Store
from tests.store.building import NOW

NOTICE = "notice_refused"


def test_the_first_time_counts_and_another_decision_has_a_time_of_its_own(store: Store) -> None:
    with store.write() as tx:
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue()
        tx.issued.issue("d-1", NOTICE, "op-1", NOW)
        tx.issued.issue("d-1", NOTICE, "op-1", NOW + timedelta(days=9))
        tx.issued.issue("d-1", NOTICE, "op-2", NOW + timedelta(days=9))
    with store.read() as tx:
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue(at=NOW)
        assert tx.issued.get("d-1", NOTICE, "op-2") == Issue(at=NOW + timedelta(days=9))


def test_what_did_not_leave_after_all_keeps_its_number_only(store: Store) -> None:
    with store.write() as tx:
        tx.issued.number("d-1", NOTICE, "op-1", "12", 2026)
        tx.issued.issue("d-1", NOTICE, "op-1", NOW)
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue(at=NOW, number="12")
        tx.issued.withdraw("d-1", NOTICE, "op-1")
        assert tx.issued.get("d-1", NOTICE, "op-1") == Issue(number="12")


def test_a_number_is_one_paper_s_in_a_year_and_free_again_when_it_is_taken_back(store: Store) -> None:
    with store.write() as tx:
        tx.issued.number("d-1", NOTICE, "op-1", "12", 2026)
        tx.issued.number("d-2", NOTICE, "op-2", "12", 2027)
        tx.issued.number("d-3", NOTICE, "op-3", "", 2026)
        tx.issued.number("d-4", NOTICE, "op-4", "", 2026)
        assert tx.issued.holder("12", 2026) == ("d-1", NOTICE, "op-1")
        assert tx.issued.holder("", 2026) is None
    with pytest.raises(StoreError, match="store-conflict"), store.write() as tx:
        tx.issued.number("d-3", NOTICE, "op-3", "12", 2026)
    with store.write() as tx:
        tx.issued.number("d-1", NOTICE, "op-1", "", 2026)
        assert tx.issued.holder("12", 2026) is None
