"""Pages of the feed: read in central's own bytes, written in any portions, always the same store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from officer_console.central import feed, wire
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.search import WORK_QUEUE, Criteria, Order
from officer_console.store.arrivals import of_page
from officer_console.store.store import Store
from officer_console.store.sums import ScopeSum
from tests.store.building import KEY, TODAY, clock, many, named

SCOPE = many(1)[0][1].scope_id
NAMES = ("Nguyễn Thị Lan", "Trần Văn Đặng", "Lê Hoà", "Đăng Hòa", "A")
SEARCHES = (
    *(Criteria(name=name, order=Order.DECLARED) for name in ("lan", "dang", "hòa", "le")),
    *(Criteria(status=status) for status in Status),
    Criteria(number="1000000", order=Order.DECLARED),
    Criteria(),
)


def page_of(pairs: Iterable[tuple[int, Dossier]]) -> bytes:
    items = tuple(wire.FeedItem(id=d.id, seq=seq, version=d.version, op="put", doc=d) for seq, d in pairs)
    return wire.encode(wire.Page(epoch="e", items=items, next="c", more=True))


def contents(store: Store) -> tuple[dict[str, Dossier | None], ScopeSum, list[list[tuple[object, ...]]]]:
    """Return documents, sum and, for each search, what it finds."""
    found: list[list[tuple[object, ...]]] = []
    for criteria in SEARCHES:
        rows = store.search.page(criteria, TODAY).rows
        found.append(sorted((row.id, row.status, row.full_name, row.due_day, row.declared_day) for row in rows))
    with store.read() as tx:
        return {f"d-{n}": tx.dossiers.get(f"d-{n}") for n in range(4)}, tx.dossiers.sum(SCOPE), found


changes = st.lists(
    st.builds(
        lambda n, name, status, day, lag: named(
            f"d-{n}",
            name,
            status=status,
            declared_on=date(2026, 11, 1) + timedelta(days=day),
            due_on=date(2026, 11, 1) + timedelta(days=day + lag),
        ),
        st.integers(0, 3),
        st.sampled_from(NAMES),
        st.sampled_from(list(Status)),
        st.integers(0, 2),
        st.integers(5, 7),
    ),
    min_size=1,
    max_size=14,
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("empty") / "store.db"
    Store.open(path, KEY, clock=clock).close()
    return path.read_bytes()


def opened(folder: Path, empty: bytes) -> Store:
    folder.mkdir()
    (folder / "store.db").write_bytes(empty)
    return Store.open(folder / "store.db", KEY, clock=clock)


@settings(max_examples=12, deadline=None)
@given(changed=changes, sizes=st.lists(st.integers(1, 6), min_size=1, max_size=5))
def test_pages_of_any_size_give_the_same_store_as_one_dossier_after_the_other(
    empty: bytes, changed: list[Dossier], sizes: list[int]
) -> None:
    pairs = [(seq, replace(dossier, version=seq)) for seq, dossier in enumerate(changed, start=1)]
    with TemporaryDirectory() as folder:
        singly, paged = (opened(Path(folder) / name, empty) for name in ("one", "two"))
        for pair in pairs:
            with singly.apply() as tx:
                tx.dossiers.put([pair])
        for page in portions(pairs, sizes):
            with paged.apply() as tx:
                tx.dossiers.take(of_page(feed.read(page_of(page), SCOPE)))
        with paged.apply() as tx:
            assert tx.dossiers.take(of_page(feed.read(page_of(pairs), SCOPE))) == ()
        try:
            assert contents(paged) == contents(singly)
        finally:
            singly.close()
            paged.close()


def portions(pairs: Sequence[tuple[int, Dossier]], sizes: Sequence[int]) -> list[list[tuple[int, Dossier]]]:
    """Return the pairs in pieces of the given sizes, over and over; the rows of a page in any order."""
    found, at, n = [], 0, 0
    while at < len(pairs):
        size = sizes[n % len(sizes)]
        piece = list(pairs[at : at + size])
        found.append(piece[::-1] if n % 2 else piece)
        at, n = at + size, n + 1
    return found


def test_more_rows_than_one_statement_takes_are_all_written(store: Store) -> None:
    pairs = many(1234)
    with store.apply() as tx:
        assert len(tx.dossiers.take(of_page(feed.read(page_of(pairs), SCOPE)))) == 1234
    with store.apply() as tx:
        tx.dossiers.put([(seq + 5000, replace(d, version=d.version + 1, status=Status.EXPIRED)) for seq, d in pairs])

    everything = Criteria(status=Status.EXPIRED, order=Order.DECLARED)
    with store.read() as tx:
        assert tx.dossiers.sum(SCOPE).count == 1234
    assert store.search.count(everything, TODAY, bound=5000).value == 1234
    assert store.search.page(WORK_QUEUE, TODAY).rows == ()


def test_a_document_is_kept_byte_for_byte_as_central_wrote_it(store: Store) -> None:
    dossier = named("d-1", "Lê Lan")
    written = json.dumps(json.loads(wire.encode(dossier)) | {"later": 1}, ensure_ascii=False)
    item = f'{{"id":"d-1","seq":1,"version":1,"op":"put","doc":{written}}}'
    page = feed.read(f'{{"epoch":"e","items":[{item}],"next":"c","more":true}}'.encode(), SCOPE)
    with store.apply() as tx:
        tx.dossiers.take(of_page(page))

    assert page.items[0].raw == written.encode()
    with store.read() as tx:
        assert tx.dossiers.get("d-1") == dossier


def test_a_page_is_read_as_the_whole_documents_are() -> None:
    pairs = many(50)
    page = feed.read(page_of(pairs), SCOPE)

    assert [wire.decode(item.raw, Dossier) for item in page.items] == [dossier for _, dossier in pairs]
    assert [wire.encode(item.doc) for item in page.items] == [item.raw for item in page.items]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"doc": {"scope_id": "00000"}},
        {"doc": {"id": "another"}},
        {"doc": {"status": "unheard of"}},
        {"doc": {"declared_on": "yesterday"}},
        {"doc": {"handed_in_at": "2026-11-20T05:00:00"}},
        {"doc": {"history": [{"at": "2026-11-20T05:00:00", "what": "created"}]}},
        {"doc": {"declaration": None}},
        {"doc": None},
        {"op": "perhaps"},
        {"seq": "1"},
    ],
)
def test_a_page_that_is_not_as_agreed_is_refused(spoilt: dict[str, object]) -> None:
    page = json.loads(page_of([(1, named("d-1", "Lê Lan"))]))
    item = page["items"][0]
    document = spoilt.get("doc", {})
    item.update({name: value for name, value in spoilt.items() if name != "doc"})
    item["doc"] = item["doc"] | document if isinstance(document, dict) else document

    with pytest.raises(wire.WireError):
        feed.read(json.dumps(page).encode(), SCOPE)


def test_a_put_without_document_is_refused() -> None:
    body = b'{"epoch":"e","items":[{"id":"d-1","seq":1,"version":1,"op":"put"}],"next":"c","more":true}'
    with pytest.raises(wire.WireError):
        feed.read(body, SCOPE)
