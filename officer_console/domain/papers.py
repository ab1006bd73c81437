"""Which papers there are, which of them fit a dossier, and which is the first to be thought of."""

from __future__ import annotations

from enum import StrEnum

from officer_console.domain.dossier import OPEN, DossierKind, Status
from officer_console.domain.form import FormKind


class Paper(StrEnum):
    """A paper; its value is the name of the form's folder. ``DECLARATION`` is Mẫu 01, ``INSURED`` TK1-TS."""

    DECLARATION = "declaration"
    INSURED = "tk1_ts"
    RECEIPT = "receipt"
    ACCEPTED = "notice_accepted"
    REFUSED = "notice_refused"
    GUIDE = "vssid_guide"
    DAY_SHEET = "day_sheet"
    QUEUE_LIST = "queue_list"


# What the code on a paper says it is; papers that concern many dossiers have none.
FORM_KINDS = {
    Paper.DECLARATION: FormKind.DECLARATION,
    Paper.INSURED: FormKind.INSURED,
    Paper.RECEIPT: FormKind.RECEIPT,
    Paper.ACCEPTED: FormKind.ACCEPTED,
    Paper.REFUSED: FormKind.REFUSED,
    Paper.GUIDE: FormKind.GUIDE,
}
# What the office says to the citizen; the others are the citizen's, or the desk's own.
NOTICES = frozenset({Paper.ACCEPTED, Paper.REFUSED})
# What the office makes in its own name; the two others are the citizen's, who writes with a pen what we do not know.
ISSUED = frozenset(Paper) - {Paper.DECLARATION, Paper.INSURED}


def fitting(kind: DossierKind, status: Status, *, handed_in: bool = True) -> tuple[Paper, ...]:
    """Return the papers that fit a dossier, the one most likely wanted first.

    While nobody has handed in anything that is the form to sign, and not the receipt for it. A notice follows
    central's answer and never a decision that has yet to be sent.
    """
    if status is Status.APPROVED:
        # Only a new account has a name to sign in with that the citizen does not know yet.
        guide = (Paper.GUIDE,) if kind is DossierKind.REGISTER else ()
        return (Paper.ACCEPTED, *guide, Paper.RECEIPT, Paper.DECLARATION)
    if status is Status.REJECTED:
        return (Paper.REFUSED, Paper.RECEIPT, Paper.DECLARATION)
    if status is Status.AWAITING_REGISTRY:
        return (Paper.INSURED, Paper.RECEIPT, Paper.DECLARATION)
    if status in OPEN:
        return (Paper.RECEIPT, Paper.DECLARATION) if handed_in else (Paper.DECLARATION, Paper.RECEIPT)
    return (Paper.DECLARATION,)
