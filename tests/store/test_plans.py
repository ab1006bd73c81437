"""How the database goes about each search: by index or posting list, in the order of the list, never by sorting."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.search import Criteria, Order
from officer_console.store.statements import Shape
from officer_console.store.store import Store
from tests.store.building import TODAY

KINDS_OF_SEARCH: dict[str, dict[str, Any]] = {
    "everything": {},
    "work queue": {"open_only": True},
    "open ones by name and kind": {"open_only": True, "name": "Đặng Văn", "kind": DossierKind.REGISTER},
    "number, open ones": {"open_only": True, "number": "1000123"},
    "number": {"number": "1000123", "number_exact": True},
    "beginning of a number": {"number": "10"},
    "social code": {"social_code": "0123456789"},
    "name": {"name": "dang"},
    "name with marks": {"name": "Đặng Văn"},
    "dates": {"declared_from": TODAY - timedelta(9), "declared_to": TODAY},
    "on time": {"condition": Condition.ON_TIME},
    "due soon": {"condition": Condition.DUE_SOON},
    "overdue": {"condition": Condition.OVERDUE},
    "open status": {"status": Status.PENDING},
    "closed status": {"status": Status.APPROVED},
    "kind": {"kind": DossierKind.CHANGE},
    "all at once": {
        "number": "1",
        "name": "Nguyễn Thị",
        "declared_from": TODAY - timedelta(300),
        "declared_to": TODAY,
        "condition": Condition.OVERDUE,
        "status": Status.PENDING,
        "kind": DossierKind.REGISTER,
    },
}
SCANNED = ("SCAN d", "SCAN o", "SCAN b")


@pytest.mark.parametrize("kind", KINDS_OF_SEARCH)
@pytest.mark.parametrize(("order", "shape"), list(product(Order, Shape)))
def test_no_search_scans_a_table_or_sorts(searched: Store, kind: str, order: Order, shape: Shape) -> None:
    phases = searched.search.explain(Criteria(order=order, **KINDS_OF_SEARCH[kind]), TODAY, shape)
    assert phases
    for phase in phases:
        for line in phase:
            # A full-text table is always "scanned"; the plan behind it has to be a match (M).
            if "VIRTUAL TABLE" in line:
                assert ":M" in line, line
            else:
                assert not line.startswith(SCANNED), line
                assert "USE TEMP B-TREE" not in line, line
                assert "AUTOMATIC" not in line, line
        if shape in (Shape.ROWS, Shape.WINDOW):
            assert any("SEARCH d USING INTEGER PRIMARY KEY" in line for line in phase)
            assert any("SEARCH b USING INDEX ix_outbox_open" in line for line in phase)


IN_BOTH_LISTS = (
    "everything",
    "number",
    "number, open ones",
    "beginning of a number",
    "social code",
    "name",
    "name with marks",
    "dates",
    "kind",
)


@pytest.mark.parametrize("kind", KINDS_OF_SEARCH)
def test_a_search_by_due_date_reads_the_queue_and_then_the_finished_ones(searched: Store, kind: str) -> None:
    phases = searched.search.statements(Criteria(**KINDS_OF_SEARCH[kind]), TODAY)
    lists = ["open_dossier" if "open_dossier" in text else "dossier_words" for text, _ in phases]
    each = 2 if KINDS_OF_SEARCH[kind].get("name", "") in ("Đặng Văn", "Nguyễn Thị") else 1
    opened = [] if kind == "closed status" else ["open_dossier"]
    finished = ["dossier_words"] if kind in (*IN_BOTH_LISTS, "closed status") else []
    assert lists == (opened + finished) * each
    for text, values in phases:
        finds_open = "open_dossier" in text or kind == "closed status"
        assert finds_open or 'NOT ("o_")' in values[0], values
