"""What a card says, whatever it was read from, as the truth table compares it."""

from __future__ import annotations

from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.codes.mrz import Mrz, MrzFormat
from officer_console.domain.agreement import CardFacts, CardSource

# A name that leaves no more than one filler of its line unused may go on where the line ends (ICAO 9303-3 §4.6):
# two fillers stand after the surname, one in our text.
_CUT_FROM = {MrzFormat.TD1: 29, MrzFormat.TD3: 38}
_CITIZEN_NUMBER_LENGTH = 12


def card_facts(card: CitizenCard | HealthCard | Mrz) -> CardFacts:
    """Return what ``card`` says; values of machine-readable lines whose check digits fail are not among it."""
    if isinstance(card, CitizenCard):
        return CardFacts(
            source=CardSource.CITIZEN_QR,
            number=card.number,
            old_number=card.old_number,
            full_name=card.full_name,
            birth=card.birth,
            sex=card.sex,
            address=card.address or None,
            issued=card.issued,
        )
    return _of_health_card(card) if isinstance(card, HealthCard) else _of_lines(card)


def _of_health_card(card: HealthCard) -> CardFacts:
    return CardFacts(
        source=CardSource.HEALTH_QR,
        # A code of 12 digits is the citizen's number (CV 1804/BHXH-QLT).
        number=card.social_code if len(card.social_code) == _CITIZEN_NUMBER_LENGTH else None,
        social_code=card.social_code,
        full_name=card.full_name,
        birth=card.birth,
        sex=card.sex,
        address=card.address,
        issued=card.issued,
    )


def _of_lines(lines: Mrz) -> CardFacts:
    return CardFacts(
        source=CardSource.MRZ,
        number=lines.personal_number,
        # On a card it is the end of the citizen's number and nothing of its own.
        passport_number=lines.number if lines.format is MrzFormat.TD3 else None,
        full_name=lines.full_name or None,
        name_cut=len(lines.full_name) >= _CUT_FROM[lines.format],
        birth=lines.birth,
        sex=lines.sex,
    )
