"""The truth table: what the declaration says beside the card, the household registry and the old account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from officer_console.domain.comparing import LADDER, Agreement, addresses, births, compact, names, numbers, sexes
from officer_console.domain.names import compare, fold
from officer_console.domain.person import Address, BirthDate, Declaration, PaperKind, Sex
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict

__all__ = ["Agreement", "CardFacts", "CardSource", "Cell", "Field", "RowAgreement", "name_on_card", "table"]

_CITIZEN_NUMBER_LENGTH = 12
_OLD_CODE_LENGTH = 10


class Field(StrEnum):
    """The rows of the table, in their order."""

    FULL_NAME = "full_name"
    PAPER_NUMBER = "paper_number"
    BIRTH = "birth"
    SEX = "sex"
    ADDRESS = "address"
    SOCIAL_CODE = "social_code"


class CardSource(StrEnum):
    """What the card was read from."""

    CITIZEN_QR = "citizen_qr"
    HEALTH_QR = "health_qr"
    MRZ = "mrz"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What a card says; ``None`` is what it does not say. Text is NFC, numbers are as they stand on the card.

    ``number`` is the citizen's twelve digits, ``old_number`` the number of his earlier paper. ``name_cut``: the name
    filled its line, so that its end may be missing.
    """

    source: CardSource
    number: str | None = None
    old_number: str | None = None
    passport_number: str | None = None
    social_code: str | None = None
    full_name: str | None = None
    name_cut: bool = False
    birth: BirthDate | None = None
    sex: Sex | None = None
    address: str | None = None
    issued: date | None = None

    @property
    def known(self) -> frozenset[str]:
        """The numbers that stand on it, whatever they number."""
        return frozenset(filter(None, (self.number, self.old_number, self.passport_number, self.social_code)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one source says in one row: ``text`` to show (wire value of an enumeration) and how it agrees.

    ``certain`` is ``False`` where the sources cannot settle it and the officer has to look: see `table`.
    """

    text: str | None
    agreement: Agreement
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAgreement:
    """One row; ``declared`` is the declaration's own text, a source that is not there at all is ``None``."""

    field: Field
    declared: str | None
    card: Cell | None
    registry: Cell | None
    previous: Cell | None


def table(
    declaration: Declaration,
    card: CardFacts | None,
    registry: RegistryAnswer | None,
    previous: Declaration | None,
) -> tuple[RowAgreement, ...]:
    """Return the truth table, one row a `Field`. Never raises, whatever is declared.

    Numbers are the same or different, never alike. Not certain are:

    * a name in machine-readable lines: they have no marks, so that ``same`` means the same letters, and one letter
      may be misread (names have no check digit); the sex there, for the same reason;
    * a social code of 10 digits beside one of 12: both may be this person's (CV 1804/BHXH-QLT);
    * an address whose wording differs. The declaration has a contact address, the card a residence, often on the
      administrative map before 01/07/2025, and units are shortened at will: other words never prove another place.
      Only two declarations on one map differ with certainty, when province or commune have other codes and words.
    """
    return tuple(
        RowAgreement(
            field=field,
            declared=_shown(field, declaration),
            card=_card[field](declaration, card) if card else None,
            registry=_registry(field, declaration, registry) if registry else None,
            previous=_previous(field, declaration, previous) if previous else None,
        )
        for field in Field
    )


def _shown(field: Field, declaration: Declaration) -> str | None:
    return {
        Field.FULL_NAME: declaration.full_name,
        Field.PAPER_NUMBER: declaration.paper_number,
        Field.BIRTH: declaration.birth.text(),
        Field.SEX: declaration.sex.value,
        Field.ADDRESS: declaration.address.text(),
        Field.SOCIAL_CODE: declaration.social_code,
    }[field] or None


def name_on_card(full_name: str, card: CardFacts) -> Cell:
    """Compare a declared name, the citizen's own or a guardian's, with the one on a card; see `table`."""
    found = names(full_name, card.full_name)
    if card.source is not CardSource.MRZ or card.full_name is None or found is Agreement.MISSING:
        return Cell(text=card.full_name, agreement=found)
    declared, read = _as_mrz(full_name), _as_mrz(card.full_name)
    found = LADDER[compare(declared, read)]
    if card.name_cut and declared.startswith(read):
        found = Agreement.SAME
    return Cell(text=card.full_name, agreement=found, certain=found is Agreement.DIFFERENT)


def _as_mrz(name: str) -> str:
    """Return ``name`` as machine-readable lines have it: no marks, no apostrophes, a hyphen as a space."""
    return " ".join(fold(name).replace("'", "").replace(".", " ").replace("-", " ").split())


def _paper_number_on_card(declaration: Declaration, card: CardFacts) -> Cell:
    """Compare with the number of the declared paper; a 12-digit CMND number went on as the citizen's number."""
    declared = compact(declaration.paper_number)
    long = len(declared) == _CITIZEN_NUMBER_LENGTH
    of_kind: dict[PaperKind | None, tuple[str | None, ...]] = {
        PaperKind.CITIZEN_CARD: (card.number,),
        PaperKind.OLD_IDENTITY_CARD: (card.old_number, card.number if long else None),
        PaperKind.PASSPORT: (card.passport_number,),
        None: (card.number, card.old_number, card.passport_number),
    }
    return _one_of(declared, of_kind[declaration.paper_kind])


def _social_code_on_card(declaration: Declaration, card: CardFacts) -> Cell:
    """Compare with the code on the card; a code of 12 digits is the citizen's number (CV 1804/BHXH-QLT)."""
    declared = compact(declaration.social_code)
    number = card.number if len(declared) == _CITIZEN_NUMBER_LENGTH else None
    return _one_of(declared, (number, card.social_code))


def _one_of(declared: str, on_card: tuple[str | None, ...]) -> Cell:
    there = [text for text in on_card if compact(text)]
    same = next((text for text in there if compact(text) == declared), None)
    text = same or next(iter(there), None)
    found = numbers(declared, text)
    return Cell(text=text, agreement=found, certain=_settled(declared, text, found))


def _settled(declared: str, text: str | None, found: Agreement) -> bool:
    return found is not Agreement.DIFFERENT or {len(declared), len(compact(text))} != {
        _OLD_CODE_LENGTH,
        _CITIZEN_NUMBER_LENGTH,
    }


def _birth_on_card(declaration: Declaration, card: CardFacts) -> Cell:
    text = card.birth.text() if card.birth else None
    return Cell(text=text, agreement=births(declaration.birth, card.birth))


def _sex_on_card(declaration: Declaration, card: CardFacts) -> Cell:
    found = sexes(declaration.sex, card.sex)
    proved = card.source is not CardSource.MRZ or found is Agreement.MISSING
    return Cell(text=card.sex.value if card.sex else None, agreement=found, certain=proved)


def _address_on_card(declaration: Declaration, card: CardFacts) -> Cell:
    found, certain = addresses(declaration.address.text(), card.address)
    return Cell(text=card.address, agreement=found, certain=certain)


_card: dict[Field, Callable[[Declaration, CardFacts], Cell]] = {
    Field.FULL_NAME: lambda declaration, card: name_on_card(declaration.full_name, card),
    Field.PAPER_NUMBER: _paper_number_on_card,
    Field.BIRTH: _birth_on_card,
    Field.SEX: _sex_on_card,
    Field.ADDRESS: _address_on_card,
    Field.SOCIAL_CODE: _social_code_on_card,
}

_REGISTRY_NAME = {
    RegistryVerdict.MATCH: Agreement.SAME,
    RegistryVerdict.MARKS_DIFFER: Agreement.MARKS,
    RegistryVerdict.NAME_DIFFERS: Agreement.DIFFERENT,
}


def _registry(field: Field, declaration: Declaration, answer: RegistryAnswer) -> Cell | None:
    """Return what the registry says: it knows codes and names only, and its own verdict stands before our ladder."""
    known = _REGISTRY_NAME.get(answer.verdict)
    if field is Field.SOCIAL_CODE:
        several = answer.verdict is RegistryVerdict.AMBIGUOUS
        if known or several:
            return Cell(text=declaration.social_code, agreement=Agreement.SAME, certain=not several)
        return Cell(text=None, agreement=Agreement.MISSING)
    if field is not Field.FULL_NAME:
        return None
    if known is Agreement.DIFFERENT:
        ladder = names(declaration.full_name, answer.registry_name)
        known = ladder if ladder in (Agreement.MARKS, Agreement.ONE_LETTER) else known
    return Cell(text=answer.registry_name, agreement=known or Agreement.MISSING)


def _previous(field: Field, declaration: Declaration, before: Declaration) -> Cell:
    certain = True
    if field is Field.FULL_NAME:
        found = names(declaration.full_name, before.full_name)
    elif field is Field.BIRTH:
        found = births(declaration.birth, before.birth)
    elif field is Field.SEX:
        found = sexes(declaration.sex, before.sex)
    elif field is Field.ADDRESS:
        found, certain = _declared_addresses(declaration.address, before.address)
    else:
        declared, text = _shown(field, declaration), _shown(field, before)
        found = numbers(declared, text)
        certain = field is not Field.SOCIAL_CODE or _settled(compact(declared), text, found)
    return Cell(text=_shown(field, before), agreement=found, certain=certain)


def _declared_addresses(declared: Address, before: Address) -> tuple[Agreement, bool]:
    """Compare by words, then by unit codes where both are of one map; one wording on two maps may be two places."""
    found, certain = addresses(declared.text(), before.text())
    if declared.vintage is not before.vintage:
        return found, certain and found is Agreement.MISSING
    codes = ((declared.province_code, before.province_code), (declared.commune_code, before.commune_code))
    if any(one and two and one != two for one, two in codes):
        return Agreement.DIFFERENT, found is Agreement.DIFFERENT
    return found, certain
