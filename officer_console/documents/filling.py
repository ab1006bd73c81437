"""From dossiers, decisions and offices to the data of our forms. Pure; the fields are those of ``forms/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from officer_console.documents.fields import Value
from officer_console.documents.words import Words
from officer_console.domain.attachment import SIGNED, AttachmentKind
from officer_console.domain.changes import changes
from officer_console.domain.deadline import answer_by, today
from officer_console.domain.decision import Decision
from officer_console.domain.decision_rules import v11_guardian, v12_complete
from officer_console.domain.dossier import Dossier, Judgement
from officer_console.domain.finding import Case
from officer_console.domain.person import Declaration
from officer_console.domain.reference import Reason

Filling = dict[str, Value]
_ANY_REASON = "other"
# Enumerations among the fields of a change, and the group their words are in.
_ENUMERATED = {"sex": "sex", "paper_kind": "paper"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who issues a paper: the bodies' names as they are written in running text, place, capacity, who signs.

    ``hours`` is when the office is open, in words; ``officer`` who works at the desk.
    """

    parent_office: str
    office: str
    place: str
    address: str = ""
    hours: str = ""
    capacity: str = ""
    signer: str = ""
    officer: str = ""


def declaration(dossier: Dossier, head: Letterhead, words: Words, *, code: str = "") -> Filling:
    """Fill Mẫu 01 with what the citizen declared."""
    about = dossier.declaration
    guardian = about.guardian
    return {
        **_file(dossier, code),
        **_person(about),
        "office": head.office,
        "paper": about.paper_kind.value if about.paper_kind else "",
        "sex": about.sex.value,
        "guardian": guardian.full_name if guardian else "",
        "guardian_paper": guardian.paper_number if guardian else "",
        "guardian_relation": guardian.relation if guardian else "",
        "guardian_phone": guardian.phone if guardian else "",
        "changes": _changes(dossier, words),
        "stop_reason": dossier.stop_reason or "",
        "place": head.place,
        "declared_on": dossier.declared_on.isoformat(),
    }


def tk1_ts(dossier: Dossier, head: Letterhead, words: Words, *, on: date, code: str = "") -> Filling:
    """Fill TK1-TS as far as a declaration knows it, for whom no code was found; the citizen completes and signs it."""
    about, address = dossier.declaration, dossier.declaration.address
    member = {
        "full_name": about.full_name,
        "birth_date": about.birth.text(),
        "sex": words.of("sex", about.sex.value),
        "paper_number": about.paper_number or "",
    }
    return {
        "file_number": dossier.number,
        "code": code,
        **member,
        "phone": about.phone,
        "email": about.email or "",
        "guardian": about.guardian.full_name if about.guardian else "",
        "street": address.street,
        "commune": address.commune,
        "district": address.district or "",
        "province": address.province,
        "with_household": "true",
        "household": (member,),
        "place": head.place,
        "declared_on": on.isoformat(),
    }


def notice_accepted(
    dossier: Dossier,
    head: Letterhead,
    words: Words,
    *,
    issued_on: date,
    effective_on: date | None = None,
    document_number: str = "",
    code: str = "",
) -> Filling:
    """Fill the notice that a dossier was accepted; ``effective_on`` is the day of issue unless told otherwise."""
    about = dossier.declaration
    return {
        **_file(dossier, code),
        **_person(about),
        **_issued(head, words, issued_on, document_number),
        "paper": words.of("paper", about.paper_kind.value) if about.paper_kind else "",
        "declared_on": dossier.declared_on.isoformat(),
        "effective_on": (effective_on or issued_on).isoformat(),
        "changes": _changes(dossier, words),
        "stop_reason": _sentence(dossier.stop_reason or ""),
    }


def notice_refused(
    dossier: Dossier,
    decision: Decision | Judgement,
    reasons: Sequence[Reason],
    head: Letterhead,
    words: Words,
    *,
    issued_on: date,
    document_number: str = "",
    code: str = "",
) -> Filling:
    """Fill 01/TB-GDĐT: the reason as the deployment's list words it, the officer's text, what to bring until when.

    Of a reason that is not in ``reasons`` the officer's text is said, or nothing: its code says nothing to a citizen.
    """
    reason = decision.reason_code or _ANY_REASON
    label = next((known.label for known in reasons if known.code == reason), "")
    text = decision.reason_text or ""
    about = dossier.declaration
    bring = words.of("bring", reason if words.known("bring", reason) else _ANY_REASON)
    # a reason that is the officer's words alone is not called «other»
    stated, explained = (text, "") if text and (reason == _ANY_REASON or not label) else (label, text)
    return {
        **_file(dossier, code),
        **_issued(head, words, issued_on, document_number),
        "office_hours": head.hours,
        "full_name": about.full_name,
        "social_code": about.social_code,
        "birth_date": about.birth.text(),
        "paper_number": about.paper_number or "",
        "phone": about.phone,
        "declared_on": dossier.declared_on.isoformat(),
        "reason": _sentence(stated),
        "explanation": _closed(explained),
        "bring": _listed([part[:1].upper() + part[1:] for part in map(str.strip, bring.split(";")) if part]),
        "bring_until": dossier.due_on.isoformat() if issued_on <= dossier.due_on else "",
    }


def receipt(dossier: Dossier, head: Letterhead, words: Words, *, on: date, code: str = "") -> Filling:
    """Fill the receipt of the day a dossier was handed in and the day by which the office answers it.

    While central has not told that day, it is a receipt made ``on`` a day, and the officer writes both with a pen.
    """
    about, at = dossier.declaration, dossier.handed_in_at
    on = today(at) if at is not None else on
    return {
        **_file(dossier, code),
        "parent_office": head.parent_office,
        "office": head.office,
        "office_address": head.address,
        "place": head.place,
        "issued_on": on.isoformat(),
        "full_name": about.full_name,
        "social_code": about.social_code,
        "address": about.address.text(),
        "phone": about.phone,
        "email": about.email or "",
        "received": tuple(
            {
                "what": words.of("attachment", kind.value),
                "how": words.of("form", "sheet" if kind in SIGNED else "picture"),
                "count": "01",
            }
            for kind in _received(dossier)
        ),
        "missing": _listed([words.of("attachment", kind) for kind in _missing(dossier, on)]),
        "received_at": words.moment(at) if at is not None else "",
        "answer_by": answer_by(on, words.closed()).isoformat() if at is not None else "",
        "officer": head.officer,
    }


def vssid_guide(dossier: Dossier, head: Letterhead, *, effective_on: date, code: str = "") -> Filling:
    """Fill the guide for a new account. Nobody here knows a password."""
    about = dossier.declaration
    return {
        "parent_office": head.parent_office,
        "office": head.office,
        "office_address": head.address,
        "file_number": dossier.number,
        "code": code,
        "full_name": about.full_name,
        "account": about.social_code,
        "phone": about.phone,
        "email": about.email or "",
        "effective_on": effective_on.isoformat(),
    }


def _received(dossier: Dossier) -> tuple[AttachmentKind, ...]:
    """Return what was handed in: who was at the counter brought the signed form, captured or not (CV 3717)."""
    kinds = tuple(picture.kind for picture in dossier.attachments)
    brought = dossier.handed_in_at is not None and AttachmentKind.SIGNED_FORM not in kinds
    return (AttachmentKind.SIGNED_FORM, *kinds) if brought else kinds


def _missing(dossier: Dossier, on: date) -> tuple[str, ...]:
    """Return which pictures are wanting before the dossier can be approved (V11, V12)."""
    case = Case(dossier=dossier, today=on)
    found = (*v11_guardian(case), *v12_complete(case))
    return tuple(str(finding.data["kind"]) for finding in found if finding.code == "picture-missing")


def _file(dossier: Dossier, code: str) -> Filling:
    return {"file_number": dossier.number, "code": code, "purpose": dossier.kind.value}


def _person(about: Declaration) -> Filling:
    return {
        "full_name": about.full_name,
        "social_code": about.social_code,
        "birth_date": about.birth.text(),
        "paper_number": about.paper_number or "",
        "address": about.address.text(),
        "phone": about.phone,
        "email": about.email or "",
    }


def _issued(head: Letterhead, words: Words, on: date, document_number: str) -> Filling:
    return {
        "decree": words.of("decree", "notice"),
        "parent_office": head.parent_office,
        "office": head.office,
        "office_address": head.address,
        "document_number": document_number,
        "place": head.place,
        "issued_on": on.isoformat(),
        "capacity": head.capacity,
        "signer": head.signer,
    }


def _changes(dossier: Dossier, words: Words) -> tuple[Mapping[str, str], ...]:
    if dossier.previous is None:
        return ()
    return tuple(
        {
            "what": words.of("field", change.field),
            "old": _value(change.field, change.old, words),
            "new": _value(change.field, change.new, words),
        }
        for change in changes(dossier.previous, dossier.declaration)
    )


def _value(field: str, value: str | None, words: Words) -> str:
    group = _ENUMERATED.get(field)
    return words.of(group, value) if group and value else value or ""


def _sentence(text: str) -> str:
    """Return a text that a form ends with a full stop of its own."""
    return text.strip().rstrip(".")


def _listed(parts: Sequence[str]) -> tuple[str, ...]:
    """Return the members of a list as a letter writes them: a semicolon behind each, a full stop behind the last."""
    return (*(f"{part};" for part in parts[:-1]), *(f"{part}." for part in parts[-1:]))


def _closed(text: str) -> str:
    """Return a text with its full stop."""
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."
