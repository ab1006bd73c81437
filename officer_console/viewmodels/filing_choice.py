"""Which sheets of a stack are filed: what is sure by itself, anything else when the officer says so."""

from __future__ import annotations

from typing import NamedTuple

from officer_console.codes.forms import Standing
from officer_console.services.stacks import Pile, PileKey, Split


class _Said(NamedTuple):
    wanted: bool
    about: tuple[object, ...]


class Choices:
    """What the officer said of the sheets of a stack.

    What was left out stays so. What was taken was taken as it was then: when its pages are others, or something else is
    wrong with them, he is asked anew.
    """

    def __init__(self) -> None:
        self._said: dict[PileKey, _Said] = {}

    def choose(self, split: Split, pile: Pile, *, wanted: bool) -> None:
        """Say whether a sheet is to be filed."""
        self._said[pile.key] = _Said(wanted, _about(split, pile))

    def put(self, split: Split, shot_id: str) -> None:
        """A page was put to a sheet by hand: the sheet is taken with it, unless it was left out or more is doubtful."""
        for pile in split.piles:
            said = self._said.get(pile.key)
            whole = pile.standing is Standing.GENUINE and pile.flaw is None and not split.behind(pile)
            if whole and (said is None or said.wanted) and any(page.shot.id == shot_id for page in pile.pages):
                self.choose(split, pile, wanted=True)

    def takes(self, split: Split, pile: Pile) -> bool:
        """Whether a sheet is to be filed."""
        said = self._said.get(pile.key)
        if said is not None and (not said.wanted or said.about == _about(split, pile)):
            return said.wanted
        return split.sure(pile)


def _about(split: Split, pile: Pile) -> tuple[object, ...]:
    pages = tuple(page.shot.id for page in pile.pages)
    return pages, pile.standing, pile.flaw, len(split.behind(pile))
