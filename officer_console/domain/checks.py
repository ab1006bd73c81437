"""The rules V01–V20 in one table, and the two questions the program asks them."""

from __future__ import annotations

from datetime import date

from officer_console.domain import decision_rules as deciding
from officer_console.domain import declaration_rules as declared
from officer_console.domain.changes import FieldChange, changes
from officer_console.domain.decision import Decision, Verdict
from officer_console.domain.decision_rules import permitted, registry_event
from officer_console.domain.dossier import Dossier
from officer_console.domain.finding import Case, Finding, Level, Rule
from officer_console.domain.reference import Reference

__all__ = [
    "RULES",
    "FieldChange",
    "Finding",
    "Level",
    "changes",
    "decision_findings",
    "declaration_findings",
    "permitted",
    "registry_event",
]

RULES: dict[str, Rule] = {
    "V01": declared.v01_social_code,
    "V02": declared.v02_health_card,
    "V03": declared.v03_citizen_number,
    "V04": declared.v04_citizen_number_agrees,
    "V05": declared.v05_old_identity_card,
    "V06": declared.v06_passport,
    "V07": declared.v07_phone,
    "V08": declared.v08_email,
    "V09": declared.v09_full_name,
    "V10": declared.v10_birth,
    "V11": deciding.v11_guardian,
    "V12": deciding.v12_complete,
    "V13": deciding.v13_reason,
    "V14": deciding.v14_registry,
    "V15": deciding.v15_deadline,
    "V16": deciding.v16_change,
    "V17": deciding.v17_stop_reason,
    "V18": deciding.v18_searchable,
    "V19": declared.v19_address,
    "V20": declared.v20_sources_agree,
}


def declaration_findings(dossier: Dossier, today: date) -> tuple[Finding, ...]:
    """Return what the officer should see when he opens ``dossier`` on the Vietnamese date ``today``.

    Errors keep the dossier from being approved, never from being refused.
    """
    case = Case(dossier=dossier, today=today)
    return tuple(finding for rule in RULES.values() for finding in rule(case))


def decision_findings(dossier: Dossier, decision: Decision, reference: Reference, today: date) -> tuple[Finding, ...]:
    """Return what speaks against recording ``decision`` on the Vietnamese date ``today``; any error forbids it.

    A refusal needs a decidable status and its reason (V13); an approval needs that no rule has an error.
    """
    case = Case(dossier=dossier, today=today, decision=decision, reference=reference)
    rules = RULES.values() if decision.verdict is Verdict.VALID else (RULES["V13"],)
    return tuple(finding for rule in (deciding.decidable, *rules) for finding in rule(case))
