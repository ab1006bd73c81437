"""What is said of a code that was read, and what the officer may do about it; no words yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from officer_console.codes.cards import CitizenCard, HealthCard
from officer_console.codes.forms import FormCode
from officer_console.codes.mrz import Mrz
from officer_console.codes.payloads import Payload
from officer_console.services.code_outcome import Decided, Found, NotForm, Outcome, Search, Several, Shown

Card = CitizenCard | HealthCard | Mrz
Code = Payload | Mrz
CARDS = (CitizenCard, HealthCard, Mrz)


class Said(StrEnum):
    """What there is to say of a code."""

    REPAIRED = "repaired"
    UNCHECKED = "unchecked"
    DECIDED = "decided"
    SENDING = "sending"
    SEVERAL = "several"
    OTHERS = "others"
    NOBODY = "nobody"
    UNKNOWN = "unknown"
    OLD = "old"
    FORGED = "forged"
    FOREIGN = "foreign"
    ELSEWHERE = "elsewhere"
    OWN_CARD = "own-card"
    OWN_OTHER = "own-other"
    OWN_UNSURE = "own-unsure"
    OWN_FORM = "own-form"
    OWN_UNCHECKED = "own-unchecked"
    OWN_NUMBER = "own-number"
    GUARDIAN = "guardian"
    GUARDIAN_OPENED = "guardian-opened"
    GUARDIAN_OTHERS = "guardian-others"
    GUARDIAN_SEVERAL = "guardian-several"
    GUARDIAN_OTHER = "guardian-other"
    GUARDIAN_UNSURE = "guardian-unsure"
    WARDS = "wards"
    GARBLED = "garbled"
    SPOILED = "spoiled"
    UNFINISHED = "unfinished"
    DIALOG = "dialog"


class Offer(StrEnum):
    """What the officer may do about it with one press."""

    OPEN = "open"
    LIST = "list"
    SEARCH = "search"
    WARDS = "wards"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing said about a code. ``data`` may hold ``name`` or ``number`` of whom it is, ``by``, ``at``, ``status``,
    ``count`` or ``numbers``, ``fields`` (`Field`) that differ; of a code that was refused ``read`` (what came),
    ``fault`` (`Fault`, where it is known) and ``doubtful`` (the word that may have been another one).

    ``other``: another dossier is being worked on, so nothing was opened. ``repaired``: an input method had
    changed the code and that was undone. ``unchecked``, ``old``: what is told of a form's code on top of ``said``;
    ``guardian``: a card is that of who acts for the minor whose dossier it is about; ``wards``: how many open dossiers
    of minors its bearer acts for besides.
    """

    said: Said
    data: Mapping[str, object] = field(default_factory=dict)
    other: bool = False
    repaired: bool = False
    unchecked: bool = False
    old: bool = False
    guardian: bool = False
    wards: int = 0
    offer: Offer | None = None


OFFERS: dict[type[object], Offer] = {
    Found: Offer.OPEN,
    Decided: Offer.OPEN,
    Several: Offer.LIST,
    Search: Offer.SEARCH,
}
# Of a form: whether its MAC could not be checked, and whether it is old.
_STANDINGS = {(True, False): Said.UNCHECKED, (False, True): Said.OLD}


def notice_of(payload: Code, outcome: Outcome) -> Notice:
    """Return what is to be said of a code that led to ``outcome``."""
    if isinstance(outcome, Search | NotForm):
        return _plain(payload, outcome)
    wards = None if isinstance(outcome, Decided | Shown) else outcome.wards
    return replace(
        _plain(payload, outcome),
        unchecked=outcome.unchecked,
        old=not isinstance(outcome, Several) and outcome.old,
        guardian=outcome.guardian,
        wards=wards.count if isinstance(wards, Several) else 0 if wards is None else 1 + len(wards.others),
    )


def _plain(payload: Code, outcome: Outcome) -> Notice:
    whose: dict[str, object] = {"name": getattr(payload, "full_name", None)}
    if isinstance(payload, FormCode):
        whose["number"] = payload.file_number
    if isinstance(outcome, Found | Shown) and outcome.guardian:
        return _of_guardian(outcome, whose)
    if isinstance(outcome, Found) and (outcome.differs or outcome.unsure):
        return _own(payload, outcome, {**whose, "numbers": ", ".join(outcome.others)})
    if isinstance(outcome, Found) and outcome.others:
        return Notice(said=Said.OTHERS, data=whose | {"numbers": ", ".join(outcome.others)})
    if isinstance(outcome, Found):
        plain = Said.REPAIRED if outcome.wards is None else Said.WARDS
        return Notice(said=_STANDINGS.get((outcome.unchecked, outcome.old), plain), data=whose)
    if isinstance(outcome, Decided):
        data = whose | {"by": outcome.by, "at": outcome.at, "status": outcome.status.value}
        return Notice(said=Said.SENDING if outcome.sending else Said.DECIDED, data=data)
    if isinstance(outcome, Several):
        said = Said.GUARDIAN_SEVERAL if outcome.guardian else Said.SEVERAL
        return Notice(said=said, data=whose | {"count": outcome.count})
    if isinstance(outcome, Search):
        return Notice(said=Said.NOBODY, data=whose, offer=Offer.SEARCH)
    if isinstance(outcome, Shown) and outcome.old:
        return Notice(said=Said.OLD, data=whose)
    if isinstance(outcome, Shown) and outcome.unchecked:
        return Notice(said=Said.OWN_UNCHECKED, data=whose)
    if isinstance(outcome, Shown):
        return _own(payload, outcome, whose)
    return Notice(said=Said(outcome.reason.value), data=whose | {"number": outcome.number})


def _own(payload: Code, outcome: Found | Shown, whose: Mapping[str, object]) -> Notice:
    """Say that a code belongs to the open dossier, or the one it opens: of a card, what comes of comparing it."""
    if not isinstance(payload, CARDS):
        return Notice(said=Said.OWN_FORM if isinstance(payload, FormCode) else Said.OWN_NUMBER, data=whose)
    said = Said.OWN_OTHER if outcome.differs else Said.OWN_UNSURE if outcome.unsure else Said.OWN_CARD
    return Notice(said=said, data={**whose, "fields": outcome.differs or outcome.unsure})


def _of_guardian(outcome: Found | Shown, whose: Mapping[str, object]) -> Notice:
    """Say that a card is that of who acts for the minor, and what comes of comparing his name."""
    others = outcome.others if isinstance(outcome, Found) else ()
    if outcome.differs:
        said = Said.GUARDIAN_OTHER
    elif outcome.unsure:
        said = Said.GUARDIAN_UNSURE
    elif others:
        said = Said.GUARDIAN_OTHERS
    else:
        said = Said.GUARDIAN_OPENED if isinstance(outcome, Found) else Said.GUARDIAN
    return Notice(said=said, data={**whose, "numbers": ", ".join(others)})
