"""Draws a dossier's pictures and keeps them as blobs, in two processes when there are many."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import repeat

from central_server.blobs import BlobStore
from central_server.seed.cards import Paper, back, front
from central_server.seed.pages import Page, page
from central_server.seed.portraits import Face, portrait
from officer_console.domain.attachment import Attachment, AttachmentKind

PNG, JPEG = "image/png", "image/jpeg"
_PROCESSES = 2
_CHUNK = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureJob:
    """What to draw for one dossier; what is ``None`` is missing from the dossier."""

    seed: int
    face: Face | None
    paper: Paper | None
    with_back: bool
    form: Page | None
    certificate: Page | None


def draw(job: PictureJob) -> Iterator[tuple[AttachmentKind, str, bytes]]:
    """Give each picture of the job as kind, media type and bytes."""
    if job.face is not None:
        yield AttachmentKind.PORTRAIT, JPEG, portrait(job.seed, job.face)
    if job.paper is not None:
        yield AttachmentKind.ID_FRONT, PNG, front(job.seed, job.paper)
        if job.with_back:
            yield AttachmentKind.ID_BACK, PNG, back(job.paper)
    if job.certificate is not None:
        yield AttachmentKind.BIRTH_CERTIFICATE, PNG, page(job.certificate)
    if job.form is not None:
        yield AttachmentKind.SIGNED_FORM, PNG, page(job.form)


def keep(
    blobs: BlobStore, jobs: Sequence[PictureJob], *, worth_processes: int = 600
) -> Iterator[tuple[Attachment, ...]]:
    """Draw and keep the pictures of every job; gives the attachments in the order of the jobs.

    Fewer jobs than ``worth_processes`` are done in this process.
    """
    if len(jobs) < worth_processes:
        yield from map(_keep_one, repeat(blobs), jobs)
        return
    # "spawn" is the one way all systems have, and it copies no open database into the child.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(_PROCESSES, mp_context=context) as pool:
        yield from pool.map(partial(_keep_one, blobs), jobs, chunksize=_CHUNK)


def _keep_one(blobs: BlobStore, job: PictureJob) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(kind=kind, sha256=blobs.put(data), media_type=media_type, size=len(data))
        for kind, media_type, data in draw(job)
    )
