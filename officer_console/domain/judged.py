"""What of a dossier a verdict rests on: the same before and after things that do not concern it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from officer_console.domain.attachment import SIGNED
from officer_console.domain.dossier import Dossier, Status

_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def as_judged(dossier: Dossier) -> Dossier:
    """Return the dossier without what may differ between two equal states.

    That is lease, messages, history, notices, and central's times.

    Two dossiers of one version that are equal after this show the officer the same declaration, pictures, earlier
    judgement and registry answer. A signed sheet that was filed meanwhile is no such picture: that he has the paper he
    states himself.
    """
    judgement, registry = dossier.judgement, dossier.registry
    return replace(
        dossier,
        status=Status.PENDING if dossier.status is Status.PROCESSING else dossier.status,
        handed_in_at=None,
        attachments=tuple(
            attachment if attachment.replaced_at is None else replace(attachment, replaced_at=_ANY_TIME)
            for attachment in dossier.attachments
            if attachment.kind not in SIGNED or attachment.replaced_by is None
        ),
        officer_name=None,
        lease=None,
        judgement=None if judgement is None else replace(judgement, decided_at=_ANY_TIME),
        registry=None if registry is None else replace(registry, checked_at=_ANY_TIME),
        messages=(),
        history=(),
        notices=(),
    )
