"""The feed read ahead: what is put together, what is fetched early, and what an error does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from officer_console.central import feed, wire
from officer_console.central.errors import CentralError
from officer_console.sync.ahead import MOST_TOGETHER, Ahead

SCOPE = "07906"
PAGE = wire.PAGE_LIMIT


class Numbers:
    """A feed of pages full of tombstones, ``c1`` behind the first; some cursors fail, once."""

    def __init__(self, pages: int) -> None:
        self.asked: list[str | None] = []
        self.fails: set[str] = set()
        self.epochs: dict[int, str] = {}
        self._pages = pages

    def changes(
        self, scope: str, cursor: str | None, limit: int = PAGE, *, pause: feed.Pause = feed.no_pause
    ) -> feed.Page:
        del scope, pause
        self.asked.append(cursor)
        if cursor in self.fails:
            self.fails.remove(cursor)
            raise CentralError("unreachable")
        number = int(cursor[1:]) if cursor else 0
        items = tuple(feed.Item(f"d-{number}-{n}", number * limit + n + 1, 1, "gone", None, b"") for n in range(limit))
        return feed.Page(self.epochs.get(number, "e"), items, f"c{number + 1}", number + 1 < self._pages, None)


class Watch:
    """A clock that runs only when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def ahead(central: Numbers, watch: Callable[[], float], *, page_limit: int = PAGE) -> Ahead:
    return Ahead(central, page_limit=page_limit, pause=lambda: None, seconds=watch, executor=None)


def all_of(reader: Ahead, watch: Watch, busy: float) -> list[int]:
    """Read the feed to its end, ``busy`` seconds of work for each row; return how many rows came at a time."""
    sizes, cursor, more = [], None, True
    while more:
        pages = reader.after(SCOPE, cursor)
        sizes.append(len(pages.items))
        watch.now += busy * len(pages.items)
        cursor, more = pages.next, pages.more
    return sizes


def test_pages_are_put_together_as_far_as_they_are_written_in_a_moment() -> None:
    watch = Watch()

    quick = all_of(ahead(Numbers(20), watch), watch, busy=1e-5)
    slow = all_of(ahead(Numbers(4), watch), watch, busy=1e-3)

    assert quick[0] == PAGE
    assert quick[1] == MOST_TOGETHER
    assert sum(quick) == 20 * PAGE
    assert slow == [PAGE] * 4


def test_nothing_is_left_out_or_read_twice() -> None:
    watch, central = Watch(), Numbers(13)
    reader = ahead(central, watch)
    seen: list[int] = []
    cursor, more = None, True
    while more:
        pages = reader.after(SCOPE, cursor)
        seen += [item.seq for item in pages.items]
        watch.now += 0.05
        cursor, more = pages.next, pages.more

    assert seen == list(range(1, 13 * PAGE + 1))
    assert len(central.asked) == 13


def test_smaller_pages_than_usual_stay_by_themselves() -> None:
    watch = Watch()
    assert all_of(ahead(Numbers(5), watch, page_limit=2), watch, busy=0.0) == [2] * 5


def test_what_came_before_an_error_is_given_and_the_error_when_its_page_is_asked_for() -> None:
    watch, central = Watch(), Numbers(9)
    reader = ahead(central, watch)
    first = reader.after(SCOPE, None)
    central.fails = {"c3"}

    second = reader.after(SCOPE, first.next)
    central.fails = {"c3"}

    assert (len(second.items), second.next, second.more) == (2 * PAGE, "c3", True)
    with pytest.raises(CentralError):
        reader.after(SCOPE, second.next)


def test_pages_of_two_epochs_are_not_put_together() -> None:
    watch, central = Watch(), Numbers(9)
    central.epochs = dict.fromkeys(range(3, 9), "another")
    reader = ahead(central, watch)
    first = reader.after(SCOPE, None)

    second = reader.after(SCOPE, first.next)

    assert (second.epoch, second.next) == ("e", "c3")
    assert reader.after(SCOPE, second.next).epoch == "another"


def test_with_threads_the_next_pages_are_under_way_before_they_are_asked_for() -> None:
    watch, central = Watch(), Numbers(9)
    with ThreadPoolExecutor(1) as threads:
        reader = Ahead(central, page_limit=PAGE, pause=lambda: None, seconds=watch, executor=threads)
        first = reader.after(SCOPE, None)
        threads.submit(lambda: None).result()
        assert central.asked[:2] == [None, "c1"]
        asked = len(central.asked)

        second = reader.after(SCOPE, first.next)
        assert second.items[0].seq == PAGE + 1
        threads.submit(lambda: None).result()
        assert central.asked.count("c1") == 1
        assert len(central.asked) > asked


def test_an_error_on_a_thread_is_told_to_who_asks_for_the_page() -> None:
    watch, central = Watch(), Numbers(9)
    central.fails = {"c1"}
    with ThreadPoolExecutor(1) as threads:
        reader = Ahead(central, page_limit=PAGE, pause=lambda: None, seconds=watch, executor=threads)
        first = reader.after(SCOPE, None)
        with pytest.raises(CentralError):
            reader.after(SCOPE, first.next)
        assert reader.after(SCOPE, first.next).items[0].seq == PAGE + 1


def test_another_place_than_the_one_fetched_ahead_is_fetched_anew() -> None:
    watch, central = Watch(), Numbers(9)
    with ThreadPoolExecutor(1) as threads:
        reader = Ahead(central, page_limit=PAGE, pause=lambda: None, seconds=watch, executor=threads)
        reader.after(SCOPE, None)
        assert reader.after(SCOPE, None).items[0].seq == 1
