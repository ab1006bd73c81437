"""Rules on deciding a dossier: V11–V18 and what the registry's answer makes of a decision.

What the officer can still mend at the counter is a warning on opening and an error in a decision without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.changes import changes, linked_608a
from officer_console.domain.deadline import expired
from officer_console.domain.decision import Verdict
from officer_console.domain.declaration_rules import minor
from officer_console.domain.dossier import APPROVABLE, DECIDABLE, DossierKind, Event, Status, number_key
from officer_console.domain.errors import RuleError
from officer_console.domain.finding import Case, Finding, Level, error, warning
from officer_console.domain.names import blank
from officer_console.domain.person import PaperKind
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict
from officer_console.domain.search import Criteria

TEXT_LIMIT = 500


def _at_counter(case: Case, code: str, at: str, **data: str | int) -> Finding:
    """Return a finding about something the officer may still add: a warning until he decides without it."""
    level = Level.WARNING if case.decision is None else Level.ERROR
    return Finding(code=code, field=at, level=level, data=data)


def guarded(case: Case) -> bool:
    """Whether the person declared as a minor without CCCD, for whom a guardian acts (CV 702/BHXH-CNTT).

    The day of declaring counts: what was complete then does not become incomplete by a birthday.
    """
    declaration = case.dossier.declaration
    has_card = declaration.paper_kind is PaperKind.CITIZEN_CARD and not blank(declaration.paper_number)
    return not has_card and minor(declaration.birth, case.dossier.declared_on)


def v11_guardian(case: Case) -> Iterator[Finding]:
    """V11: a minor without CCCD has a guardian and a picture of the birth certificate (CV 702/BHXH-CNTT)."""
    if not case.dossier.open or not guarded(case):
        return
    guardian = case.dossier.declaration.guardian
    if guardian is None or blank(guardian.full_name) or blank(guardian.paper_number):
        yield error("guardian-missing", "guardian")
    if AttachmentKind.BIRTH_CERTIFICATE not in case.pictures():
        yield _at_counter(case, "picture-missing", "attachments", kind=AttachmentKind.BIRTH_CERTIFICATE.value)


def v12_complete(case: Case) -> Iterator[Finding]:
    """V12: approve only with the form signed, the papers compared and the pictures there (CV 3717, CV 702/BHXH-CNTT).

    Pictures of the identity card are not asked for when the population database has verified the person (CV 4887) or
    when the birth certificate stands in their place (V11).
    """
    if not case.dossier.open:
        return
    wanted = [AttachmentKind.PORTRAIT]
    if not case.dossier.identity_verified and not guarded(case):
        wanted += [AttachmentKind.ID_FRONT, AttachmentKind.ID_BACK]
    for kind in wanted:
        if kind not in case.pictures():
            yield _at_counter(case, "picture-missing", "attachments", kind=kind.value)
    if case.decision is None:
        return
    if not case.decision.ticks.original_compared:
        yield error("original-not-compared", "ticks.original_compared")
    if not case.decision.ticks.signed_form_received:
        yield error("signed-form-not-received", "ticks.signed_form_received")


def v13_reason(case: Case) -> Iterator[Finding]:
    """V13: a refusal names a reason of the list, with own words where the list asks for them (CV 3717)."""
    decision = case.decision
    if decision is None or decision.verdict is not Verdict.INVALID:
        return
    if blank(decision.reason_code):
        yield error("reason-missing", "reason_code")
        return
    reason = next((reason for reason in case.reference.reasons if reason.code == decision.reason_code), None)
    if reason is None:
        yield error("reason-unknown", "reason_code", reason_code=decision.reason_code or "")
    elif reason.needs_text and blank(decision.reason_text):
        yield error("reason-text-missing", "reason_text", reason_code=reason.code)
    if len(decision.reason_text or "") > TEXT_LIMIT:
        yield error("reason-text-too-long", "reason_text", length=len(decision.reason_text or ""), limit=TEXT_LIMIT)


_REGISTRY_FINDINGS = {
    RegistryVerdict.CODE_ABSENT: "registry-code-absent",
    RegistryVerdict.AMBIGUOUS: "registry-ambiguous",
    RegistryVerdict.SILENT: "registry-silent",
}
_REGISTRY_EVENTS = {
    RegistryVerdict.MATCH: Event.ACCEPT,
    RegistryVerdict.MARKS_DIFFER: Event.REGISTRY_DISAGREES,
    RegistryVerdict.NAME_DIFFERS: Event.REGISTRY_DISAGREES,
    RegistryVerdict.CODE_ABSENT: Event.REGISTRY_DISAGREES,
    RegistryVerdict.AMBIGUOUS: Event.REGISTRY_DISAGREES,
    RegistryVerdict.SILENT: Event.REGISTRY_SILENT,
}


def registry_event(answer: RegistryAnswer, marks_confirmed: bool, note: str | None) -> Event:  # noqa: FBT001 - a field
    """Return what the registry's answer makes of a valid decision (V14).

    A name that differs only in marks counts as a match when the officer confirmed it with a note that is not blank.
    """
    if answer.verdict is RegistryVerdict.MARKS_DIFFER and marks_confirmed and not blank(note):
        return Event.ACCEPT
    return _REGISTRY_EVENTS[answer.verdict]


def v14_registry(case: Case) -> Iterator[Finding]:
    """V14: the code must be in the HGĐ (CV 3717), the name too (V20); confirming other marks needs a note."""
    registry, decision = case.dossier.registry, case.decision
    if registry is not None and case.dossier.open and registry.verdict in _REGISTRY_FINDINGS:
        yield warning(_REGISTRY_FINDINGS[registry.verdict], "social_code")
    if decision is None:
        return
    if decision.marks_confirmed and blank(decision.note):
        yield error("note-missing", "note")
    if len(decision.note or "") > TEXT_LIMIT:
        yield error("note-too-long", "note", length=len(decision.note or ""), limit=TEXT_LIMIT)


def v15_deadline(case: Case) -> Iterator[Finding]:
    """V15: a declaration nobody handed in within its days cannot be approved any more (CV 3717, Phụ lục 01)."""
    dossier = case.dossier
    if dossier.status not in DECIDABLE:
        return
    if expired(dossier.due_on, dossier.handed_in_at is not None, case.today):
        yield error("declaration-expired", None, due_on=dossier.due_on.isoformat())


def v16_change(case: Case) -> Iterator[Finding]:
    """V16: a change is confirmed old beside new; name, sex or birth also open 608a (CV 3717; BHXH VN 27/08/2021)."""
    dossier, decision = case.dossier, case.decision
    if dossier.kind is not DossierKind.CHANGE:
        return
    if dossier.previous is None:
        yield warning("previous-missing", None)
    else:
        found = changes(dossier.previous, dossier.declaration)
        if not found:
            yield warning("nothing-changed", None)
        linked = linked_608a(found)
        if linked:
            yield warning("linked-608a", linked[0], fields=",".join(linked))
    if decision is not None and decision.verdict is Verdict.VALID and not decision.change_confirmed:
        yield error("change-not-confirmed", "change_confirmed")


def v17_stop_reason(case: Case) -> Iterator[Finding]:
    """V17: stopping needs the citizen's lý do ngừng (portal, menu Hủy tài khoản)."""
    if case.dossier.kind is DossierKind.STOP and blank(case.dossier.stop_reason):
        yield error("stop-reason-missing", "stop_reason")


def v18_searchable(case: Case) -> Iterator[Finding]:
    """V18: a số hồ sơ is found by the number before its first ``/``, so there must be one (tnhs list).

    The other half of the rule, từ ngày ≤ đến ngày, is `search.Criteria.checked`.
    """
    try:
        Criteria(number=case.dossier.number).checked()
    except RuleError as refused:
        yield warning(refused.code, refused.field)
    else:
        if not number_key(case.dossier.number):
            yield warning("number-malformed", "number")


def permitted(status: Status, verdict: Verdict) -> bool:
    """Whether an officer may decide so on a dossier in ``status``."""
    return status in (APPROVABLE if verdict is Verdict.VALID else DECIDABLE)


def decidable(case: Case) -> Iterator[Finding]:
    """Only a dossier that waits for an officer can be decided; one that waits for the registry can only be refused."""
    if case.decision is not None and not permitted(case.dossier.status, case.decision.verdict):
        yield error("status-not-decidable", None, status=case.dossier.status.value)
