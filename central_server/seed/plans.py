"""Decides, before anything is drawn, what each dossier of the training data will be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from central_server.seed.accounts import desk_officers
from central_server.seed.chance import stream, weighted
from central_server.seed.guide import GUIDE, GUIDE_OFFICE, SILENT_ASKS
from central_server.seed.places import OFFICES
from officer_console.domain.dossier import DossierKind, Status
from officer_console.domain.officer import Officer
from officer_console.domain.registry import RegistryVerdict

FIRST_NUMBER = 1_000_101
_ARCHIVE_FROM, _ARCHIVE_TO = date(2024, 3, 1), date(2024, 12, 20)
_MONTHS_18 = 547
_GUIDE_AGE = 16

_KINDS = ((DossierKind.REGISTER, 70), (DossierKind.CHANGE, 22), (DossierKind.STOP, 8))
_OPEN = ((Status.PENDING, 72), (Status.PROCESSING, 6), (Status.CHECKING, 6), (Status.AWAITING_REGISTRY, 16))
_CLOSED = ((Status.APPROVED, 80), (Status.REJECTED, 12), (Status.EXPIRED, 8))
_ANSWERS = (
    (RegistryVerdict.MATCH, 84),
    (RegistryVerdict.MARKS_DIFFER, 5),
    (RegistryVerdict.NAME_DIFFERS, 4),
    (RegistryVerdict.CODE_ABSENT, 3),
    (RegistryVerdict.AMBIGUOUS, 2),
    (RegistryVerdict.SILENT, 2),
)
_DISAGREEMENTS = (
    (RegistryVerdict.NAME_DIFFERS, 40),
    (RegistryVerdict.CODE_ABSENT, 35),
    (RegistryVerdict.MARKS_DIFFER, 15),
    (RegistryVerdict.AMBIGUOUS, 10),
)
# (youngest, oldest) in days since the declaration: on time, due soon, overdue
_HANDED_IN_AGES = (((1, 7), 45), ((8, 10), 30), ((11, 13), 25))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one dossier shall be. ``answer`` is what the registry says; ``silent_asks`` as in ``registry_outage``."""

    index: int
    office: str
    number: str
    kind: DossierKind
    status: Status
    declared_on: date
    handed_in: bool
    answer: RegistryVerdict
    silent_asks: int = 0
    incomplete: bool = False
    guide: str | None = None
    holder: Officer | None = None


def plans(seed: int, count: int, today: date) -> tuple[Plan, ...]:
    """Return ``count`` plans (at least the guide's): numbers grow with the day of declaration within each office."""
    guide = [_guide_plan(index, outcome, today) for index, outcome in enumerate(GUIDE)]
    others = [_plan(stream(seed, "plan", index), index, today) for index in range(len(guide), count)]
    others.sort(key=lambda plan: (plan.declared_on, plan.index))
    next_number = dict.fromkeys((office.code for office in OFFICES), FIRST_NUMBER)
    numbered = []
    for plan in others:
        numbered.append(replace(plan, number=f"{next_number[plan.office]}/{plan.office}"))
        next_number[plan.office] += 1
    return (*guide, *numbered)


def _plan(random: Random, index: int, today: date) -> Plan:
    office = OFFICES[index % len(OFFICES)].code
    kind = weighted(random, _KINDS)
    if random.random() >= 0.2:
        return _closed_plan(random, index, office, kind, today)
    status = weighted(random, _OPEN)
    handed_in = status is not Status.PENDING or random.random() < 0.65
    youngest, oldest = weighted(random, _HANDED_IN_AGES) if handed_in else (1, 10)
    answer = weighted(random, _ANSWERS)
    if status is Status.CHECKING:
        answer = RegistryVerdict.SILENT
    elif status is Status.AWAITING_REGISTRY:
        answer = weighted(random, _DISAGREEMENTS)
    holder = random.choice(desk_officers(office)) if status is Status.PROCESSING else None
    return Plan(
        index=index,
        office=office,
        number="",
        kind=kind,
        status=status,
        declared_on=today - timedelta(days=random.randint(youngest, oldest)),
        handed_in=handed_in,
        answer=answer,
        silent_asks=random.choice((1, 2, 3, 5, -1)) if answer is RegistryVerdict.SILENT else 0,
        incomplete=random.random() < 0.06,
        holder=holder,
    )


def _closed_plan(random: Random, index: int, office: str, kind: DossierKind, today: date) -> Plan:
    status = weighted(random, _CLOSED)
    days = random.randint(12, _MONTHS_18) if status is Status.EXPIRED else random.randint(2, _MONTHS_18)
    declared_on = today - timedelta(days=days)
    if random.random() < 0.015:
        # a few from the time when a CMND still served
        declared_on = _ARCHIVE_FROM + timedelta(days=random.randrange((_ARCHIVE_TO - _ARCHIVE_FROM).days))
    return Plan(
        index=index,
        office=office,
        number="",
        kind=kind,
        status=status,
        declared_on=declared_on,
        handed_in=status is not Status.EXPIRED,
        answer=RegistryVerdict.MATCH,
    )


def _guide_plan(index: int, outcome: str, today: date) -> Plan:
    answers = {verdict.value: verdict for verdict in RegistryVerdict}
    kinds = {"change_confirm": DossierKind.CHANGE, "stop": DossierKind.STOP}
    statuses = {"leased_by_other": Status.PROCESSING, "expired": Status.EXPIRED}
    return Plan(
        index=index,
        office=GUIDE_OFFICE,
        number=f"{GUIDE[outcome]}/{GUIDE_OFFICE}",
        kind=kinds.get(outcome, DossierKind.REGISTER),
        status=statuses.get(outcome, Status.PENDING),
        declared_on=today - timedelta(days=_GUIDE_AGE),
        handed_in=outcome != "expired",
        answer=answers.get(outcome, RegistryVerdict.MATCH),
        silent_asks=SILENT_ASKS if outcome == "silent" else 0,
        incomplete=outcome == "missing_photo",
        guide=outcome,
        holder=desk_officers(GUIDE_OFFICE)[1] if outcome == "leased_by_other" else None,
    )
