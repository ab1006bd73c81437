"""The offices central cannot serve just now: they are left alone for the rest of the round, the others go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from officer_console.central.errors import CentralError
from officer_console.sync.treatment import Treatment, treatment


class OfficeError(CentralError):
    """What held one office of several: the others were served, and may be asked again at any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The time central has asked for, aware UTC by this machine's clock, and with what answer."""

    since: datetime
    until: datetime
    error: CentralError

    def lasts(self, now: datetime) -> bool:
        """Whether it is not over; a clock that was put back since ends it."""
        return self.since <= now < self.until


class Held:
    """What is known of offices that stand still, as when the part of central that keeps them is away.

    An office is held for the round; where central has asked for time, also in those that begin before it is over.
    """

    def __init__(self, scopes: tuple[str, ...], clock: Callable[[], datetime]) -> None:
        self._scopes = frozenset(scopes)
        self._clock = clock
        self._errors: dict[str, CentralError] = {}
        # Replaced, never changed: other threads look at it.
        self._rests: Mapping[str, Rest] = {}

    def __contains__(self, scope: object) -> bool:
        return scope in self._errors or scope in self._rests

    @property
    def first(self) -> CentralError | None:
        """The first answer that held an office in this round."""
        return next(iter(self._errors.values()), None)

    @property
    def rests(self) -> Mapping[str, Rest]:
        """The offices that rest now. May be asked on any thread."""
        now = self._clock()
        return {scope: rest for scope, rest in self._rests.items() if rest.lasts(now)}

    def standing(self) -> CentralError | None:
        """Return what holds an office now, an ``OfficeError`` when it leaves another; ``None`` when nothing does.

        When all of them rest, it says how long the shortest rest still is.
        """
        error = self.first or next((rest.error for rest in self._rests.values()), None)
        if error is None:
            return None
        if self._scopes - self._errors.keys() - self._rests.keys():
            return OfficeError(error.code, problem=error.problem, retry_after=error.retry_after, status=error.status)
        now = self._clock()
        left = [(rest.until - now).total_seconds() for rest in self._rests.values()]
        shortest = max(0.0, min(left)) if left else None
        return CentralError(error.code, problem=error.problem, retry_after=shortest, status=error.status)

    def let_go(self, *, asked: bool = False) -> None:
        """Begin a round: every office may be asked but those that rest; ``asked`` by the officer, those too.

        A clock that was put back since ends a rest.
        """
        self._errors.clear()
        self._rests = {} if asked else self.rests

    def hold(self, scope: str, error: CentralError) -> bool:
        """Leave ``scope`` alone from now on; return whether to go on with the others.

        ``False`` when there is no other, or a second office got such an answer: then it is central itself.
        """
        self._errors.setdefault(scope, error)
        if error.retry_after:
            now = self._clock()
            rest = Rest(since=now, until=now + timedelta(seconds=error.retry_after), error=error)
            self._rests = {**self._rests, scope: rest}
        return len(self._errors) == 1 and bool(self._scopes - self._errors.keys() - self._rests.keys())


def away(error: CentralError) -> bool:
    """Whether central answered that it cannot serve what was asked for just now: no answer at all says more."""
    return treatment(error) is Treatment.RETRY and error.status != 0
