"""Dossiers as central's training data has them, but for the pictures: for measuring what a line carries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from central_server.seed.chance import stream
from central_server.seed.drafts import Draft, draft
from central_server.seed.pictures import JPEG, PNG, PictureJob
from central_server.seed.places import OFFICES
from central_server.seed.plans import FIRST_NUMBER, Plan, plans
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier, DossierKind, Status
from officer_console.domain.registry import RegistryVerdict

SCOPE = OFFICES[0].code
_SIZES = {JPEG: (60_000, 300_000), PNG: (20_000, 90_000)}


def archive(count: int, *, seed: int, today: date) -> list[Dossier]:
    """Return ``count`` dossiers of one office in the order of their last change, as its feed has them."""
    # every office gets its turn in the plans, and the first ones belong to the guide's office
    planned = [plan for plan in plans(seed, (count + 100) * len(OFFICES), today) if plan.office == SCOPE][:count]
    drafts = [draft(seed, plan, today) for plan in planned]
    drafts.sort(key=lambda one: (one.story.last_at, one.dossier.id))
    return [_complete(seed, one) for one in drafts]


def waiting(count: int, *, seed: int, today: date) -> list[Dossier]:
    """Return ``count`` registrations that were handed in and lack nothing but the officer's decision."""
    ready = (_complete(seed, draft(seed, plan, today)) for plan in _ready(today))
    # a minor's may lack what only his guardian can bring
    adult = (about for about in ready if about.declaration.guardian is None)
    return [about for about, _ in zip(adult, range(count), strict=False)]


def _ready(today: date) -> Iterator[Plan]:
    index = 0
    while True:
        yield Plan(
            index=index,
            office=SCOPE,
            number=f"{FIRST_NUMBER + index}/{SCOPE}",
            kind=DossierKind.REGISTER,
            status=Status.PENDING,
            declared_on=today - timedelta(days=1 + index % 7),
            handed_in=True,
            answer=RegistryVerdict.MATCH,
        )
        index += 1


def _complete(seed: int, one: Draft) -> Dossier:
    """Return the dossier with a reference of its own to every picture: no two citizens hand in the same one."""
    source = stream(seed, "pictures", one.dossier.id)
    return one.with_pictures(tuple(_picture(source, kind, media) for kind, media in _pictures(one.job)))


def _pictures(job: PictureJob) -> Iterator[tuple[AttachmentKind, str]]:
    """Yield what ``central_server.seed.pictures.draw`` would draw for the job."""
    if job.face is not None:
        yield AttachmentKind.PORTRAIT, JPEG
    if job.paper is not None:
        yield AttachmentKind.ID_FRONT, PNG
        if job.with_back:
            yield AttachmentKind.ID_BACK, PNG
    if job.certificate is not None:
        yield AttachmentKind.BIRTH_CERTIFICATE, PNG
    if job.form is not None:
        yield AttachmentKind.SIGNED_FORM, PNG


def _picture(source: Random, kind: AttachmentKind, media_type: str) -> Attachment:
    return Attachment(
        kind=kind, sha256=source.randbytes(32).hex(), media_type=media_type, size=source.randint(*_SIZES[media_type])
    )
