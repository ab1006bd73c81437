"""Who issues papers: ``forms/letterhead.yaml``, by office, with what is the same in a province, and everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from officer_console.documents import places, substitution
from officer_console.documents.filling import Letterhead
from officer_console.documents.places import Place
from officer_console.domain.provinces import BIRTH_PLACES

FILE = "letterhead.yaml"
_NAMES = frozenset(field.name for field in fields(Letterhead)) - {"officer"}
_PROVINCE_DIGITS = 3
_KNOWN = frozenset({"office", "province"})


class Letterheads:
    """The letterheads of a deployment."""

    def __init__(
        self,
        usual: Mapping[str, str],
        offices: Mapping[str, Mapping[str, str]],
        provinces: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Take texts by the field of a letterhead; ``{office}`` and ``{province}`` are filled in.

        ``provinces`` are the first three digits of an office's number.
        """
        self._usual = usual
        self._offices = offices
        self._provinces = provinces

    def of(self, office: str, name: str, officer: str) -> Letterhead:
        """Return the letterhead of an office by its code; ``name`` is the one in central's list, empty: not there.

        What names something that nobody knows is empty.
        """
        province = office[:_PROVINCE_DIGITS]
        known = {"office": name, "province": BIRTH_PLACES.get(province, "")}
        told = {**self._usual, **self._provinces.get(province, {}), **self._offices.get(office, {})}
        return Letterhead(
            **{"parent_office": "", "office": name, "place": known["province"]}
            | {
                field: "" if substitution.lacks(text, known) else substitution.put(text, known)
                for field, text in told.items()
            },
            officer=officer,
        )


def load(base: Path, override: Path | None = None) -> Letterheads:
    """Read the file beside the forms; one in ``override`` takes its place.

    Raises:
        DefinitionError: unreadable, writable by others, or something in it is not understood; with file and line.
    """
    top = places.read_own(FILE, base, override)
    members = top.members(frozenset({"usual"}), frozenset({"offices", "provinces"}))
    offices, provinces = (
        {code: _texts(place) for code, place in members[name].pairs().items()} if name in members else {}
        for name in ("offices", "provinces")
    )
    return Letterheads(_texts(members["usual"]), offices, provinces)


def _texts(place: Place) -> dict[str, str]:
    found = place.members(frozenset(), _NAMES)
    for member in found.values():
        if not substitution.holds(member.text(), _KNOWN):
            member.fail("form-brace", found=member.text()[: places.FOUND])
    return {name: member.text() for name, member in found.items()}
