"""Every citizen of the training data has a face of his own, and the warning of shared pictures stays quiet there."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
from PIL import Image

from central_server.seed.drafts import draft
from central_server.seed.pictures import draw
from central_server.seed.plans import plans
from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging.fingerprint import SAME, alike, distance, fingerprint
from officer_console.imaging.opencv import Rgb, shrunk
from tests.central.seeded import SEED, TODAY

COMPARED = (AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT)


def pictures(kind: AttachmentKind, count: int) -> list[Rgb]:
    """The pictures of a kind that the first so many dossiers have."""
    jobs = (draft(SEED, plan, TODAY).job for plan in plans(SEED, count, TODAY))
    found = (data for job in jobs for drawn, _, data in draw(job) if drawn is kind)
    return [np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) for data in found]


def test_no_two_citizens_have_pictures_that_pass_for_copies() -> None:
    for kind in COMPARED:
        seen = [(fingerprint(rgb), shrunk(rgb, 256)[0]) for rgb in pictures(kind, 300)]

        assert len(seen) > 200
        near = [(one, other) for (a, one), (b, other) in combinations(seen, 2) if distance(a, b) <= SAME]
        assert not any(alike(one, other) for one, other in near)
