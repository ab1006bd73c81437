"""The offices central cannot serve just now: they are left alone for the rest of the round, the others go on."""

from __future__ import annotations

from officer_console.central.errors import CentralError
from officer_console.sync.treatment import Treatment, treatment


class Held:
    """What one round knows of offices that stand still, as when the part of central that keeps them is away."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        self._scopes = frozenset(scopes)
        self._errors: dict[str, CentralError] = {}

    def __contains__(self, scope: object) -> bool:
        return scope in self._errors

    @property
    def first(self) -> CentralError | None:
        """The first answer that held an office."""
        return next(iter(self._errors.values()), None)

    def let_go(self) -> None:
        """Begin a round: every office may be asked."""
        self._errors.clear()

    def hold(self, scope: str, error: CentralError) -> bool:
        """Leave ``scope`` alone from now on; return whether to go on with the others.

        ``False`` when there is no other, or a second office got such an answer: then it is central itself.
        """
        self._errors.setdefault(scope, error)
        return len(self._errors) == 1 and bool(self._scopes - self._errors.keys())


def away(error: CentralError) -> bool:
    """Whether central answered that it cannot serve what was asked for just now: no answer at all says more."""
    return treatment(error) is Treatment.RETRY and error.status != 0
