"""From search criteria to a plan: which lists, which words, which ranges of keys.

Every criterion is words in a full-text table or a range of its rowids, so any combination is one intersection of
posting lists read in the order of the list: nothing is sorted and nothing is filtered row by row. The one exception
is a range of declaration dates in the work queue, which is ordered by due date; there the days between the two dates
(nearly always the same number) narrow the range and a comparison drops the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from officer_console.domain.deadline import Condition
from officer_console.domain.dossier import OPEN
from officer_console.domain.search import Criteria, Order
from officer_console.store import words

DAY_SHIFT = 22
FIRST_KEY = 0
LAST_KEY = (1 << 62) - 1


class Facts(Protocol):
    """What the plan has to ask the store."""

    def lags(self) -> tuple[int, int] | None:
        """Return the least and the most days between declaration and due date among open dossiers.

        ``None`` without any.
        """
        ...

    def due_soon_days(self) -> int:
        """Return how many days before its due date a dossier counts as nearly due (a setting)."""
        ...

    def due_days(self, first: int) -> list[int]:
        """Return the days (ordinals) from ``first`` on, on which open dossiers are due."""
        ...


class Phase(NamedTuple):
    """A stretch of a result, read from one list in its order.

    ``order`` names the list: the work queue by due date, or all dossiers by declaration. ``expression`` is what its
    full-text table is asked for; ``None`` means no words at all. ``low`` … ``high`` bounds the keys. ``declared``
    bounds positions where the keys are ranks of the work queue.
    """

    order: Order
    expression: str | None
    low: int
    high: int
    declared: tuple[int, int] | None


Plan = tuple[Phase, ...]


def plan(criteria: Criteria, today: date, facts: Facts) -> Plan:
    """Return the phases of the result of checked ``criteria`` on the Vietnamese date ``today``, in their order.

    A segment is a list with its bounds: the open dossiers, all of them, or the finished ones. Each has one phase, or
    two where marks were typed; what has them exactly comes first, open or finished. No phase: the result is empty.
    """
    closed = criteria.status is not None and criteria.status not in OPEN
    if closed and (criteria.condition is not None or criteria.without_finished):
        return ()
    if closed or criteria.order is Order.DECLARED:
        return _by_declaration(criteria, today, facts)
    opened = _by_due_date(criteria, today, facts)
    if criteria.without_finished or criteria.condition is not None or criteria.status is not None:
        return opened
    return tuple(phase for both in zip(opened, _finished(criteria), strict=True) for phase in both)


def _by_due_date(criteria: Criteria, today: date, facts: Facts) -> Plan:
    first, last = _declared_days(criteria)
    low, high = _due_range(criteria.condition, today.toordinal(), facts)
    declared = None
    if first is not None or last is not None:
        declared = _key(first, FIRST_KEY), _last_key(last)
        low, high = _narrowed(low, high, first, last, facts.lags())
    return _segment(Order.DUE, _expressions(criteria.name, _required(criteria)), low, high, declared)


def _by_declaration(criteria: Criteria, today: date, facts: Facts) -> Plan:
    required = _required(criteria)
    if criteria.condition is not None:
        required += _condition(criteria, criteria.condition, today.toordinal(), facts)
    elif _open_with_kind(criteria):
        required.append(_quoted(words.opened(criteria.kind)))
    first, last = _declared_days(criteria)
    expressions = _expressions(criteria.name, required)
    return _segment(Order.DECLARED, expressions, _key(first, FIRST_KEY), _last_key(last))


def _finished(criteria: Criteria) -> Plan:
    first, last = _declared_days(criteria)
    expressions = _expressions(criteria.name, _required(criteria), without=(_quoted(words.OPEN),))
    return _segment(Order.DECLARED, expressions, _key(first, FIRST_KEY), _last_key(last))


def _segment(
    order: Order, expressions: Sequence[str | None], low: int, high: int, declared: tuple[int, int] | None = None
) -> Plan:
    return tuple([Phase(order, expression, low, high, declared) for expression in expressions])


def _required(criteria: Criteria) -> list[str]:
    found: list[str] = []
    if criteria.number.strip():
        found += words.number_words(criteria.number, exact=criteria.number_exact)
    if criteria.social_code.strip():
        found.append(words.code(criteria.social_code))
    if criteria.guardian.strip():
        found.append(words.guardian(criteria.guardian))
    found += words.facets(criteria.status, None if _open_with_kind(criteria) else criteria.kind)
    return [_quoted(word) for word in found]


def _open_with_kind(criteria: Criteria) -> bool:
    """Whether, among all dossiers, the word for open ones takes the kind over: one list instead of two."""
    opened = criteria.condition is not None or criteria.without_finished
    return opened and criteria.order is Order.DECLARED and criteria.status is None


def _expressions(name: str, required: Sequence[str], without: Sequence[str] = ()) -> tuple[str | None, ...]:
    """Return the expressions: with marks typed, first what has them exactly, then what is equal but for the marks."""
    if not name:
        return (_expression((), required, without),)
    folded, typed = words.name(name)
    # Two words or more are found by their pairs, which are rarer than any of them.
    found = _quoted_all(words.pairs(folded) or folded)
    marked = words.marked(folded, typed)
    if not marked:
        return (_expression(found, required, without),)
    exact = _quoted_all(words.pairs(marked) or marked)
    return (
        _expression((*exact, *found), required, without),
        _expression(found, required, (" AND ".join(exact), *without)),
    )


def _expression(names: Sequence[str], required: Sequence[str], without: Sequence[str]) -> str | None:
    """Return the expression for what has all of ``names`` and ``required`` and is none of ``without``.

    SQLite moves all terms of one conjunction forward together, the long lists of states and kinds as often as the short
    ones of names. A ``NOT`` between them makes it settle the names first, and look into the long lists only where those
    agree; it is put in even where there is nothing to leave out.
    """
    if not without and (len(names) < 2 or not required):
        return _all_of((*names, *required))
    rare, common = (names, required) if names else (required or (_quoted(words.ALL),), ())
    inner = " AND ".join(rare)
    for left_out in without or (_quoted(words.NOBODY),):
        inner = f"({inner}) NOT ({left_out})"
    return " AND ".join((f"({inner})", *common))


def _condition(criteria: Criteria, condition: Condition, today: int, facts: Facts) -> list[str]:
    """Return the expressions of a condition among all dossiers, from the due days of the open ones."""
    opened = _quoted(words.opened(criteria.kind))
    if condition is Condition.OVERDUE:
        later = _any_of(facts.due_days(today))
        return [f"({opened} NOT {later})" if later else opened]
    soon = today + facts.due_soon_days()
    days = list(range(today, soon + 1)) if condition is Condition.DUE_SOON else facts.due_days(soon + 1)
    due = _any_of(days) or _quoted(words.NOBODY)
    return [due, opened] if criteria.kind is not None else [due]


def _due_range(condition: Condition | None, today: int, facts: Facts) -> tuple[int, int]:
    """Return the range of ranks of a condition: the work queue lies in the order of its due dates."""
    if condition is None:
        return FIRST_KEY, LAST_KEY
    if condition is Condition.OVERDUE:
        return FIRST_KEY, _last_key(today - 1)
    soon = today + facts.due_soon_days()
    if condition is Condition.DUE_SOON:
        return _key(today, FIRST_KEY), _last_key(soon)
    return _key(soon + 1, FIRST_KEY), LAST_KEY


def _narrowed(
    low: int, high: int, first: int | None, last: int | None, lags: tuple[int, int] | None
) -> tuple[int, int]:
    """Return the range of ranks that dossiers declared from ``first`` to ``last`` can have."""
    if lags is None:
        return low, high
    shortest, longest = lags
    if first is not None:
        low = max(low, _key(first + shortest, FIRST_KEY))
    if last is not None:
        high = min(high, _last_key(last + longest))
    return low, high


def _declared_days(criteria: Criteria) -> tuple[int | None, int | None]:
    return (
        criteria.declared_from.toordinal() if criteria.declared_from else None,
        criteria.declared_to.toordinal() if criteria.declared_to else None,
    )


def _key(day: int | None, otherwise: int) -> int:
    return otherwise if day is None else day << DAY_SHIFT


def _last_key(day: int | None) -> int:
    return LAST_KEY if day is None else ((day + 1) << DAY_SHIFT) - 1


def _quoted(word: str) -> str:
    # Words hold letters, digits, marks and underscores only, so a quote can never end the string early.
    return f'"{word}"'


def _quoted_all(several: Sequence[str]) -> list[str]:
    return [_quoted(word) for word in several]


def _all_of(quoted: Sequence[str]) -> str | None:
    return " AND ".join(quoted) or None


def _any_of(days: list[int]) -> str | None:
    return f"({' OR '.join(_quoted(words.due(day)) for day in days)})" if days else None
