"""Every citizen of the training data has a face of his own, and the warning of shared pictures stays quiet there."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from central_server.seed.drafts import draft
from central_server.seed.pictures import draw
from central_server.seed.plans import plans
from officer_console.domain.attachment import AttachmentKind
from officer_console.imaging.copies import SAME_CARD, SAME_PORTRAIT, apart
from officer_console.imaging.opencv import Rgb
from officer_console.imaging.shades import nearest, shades
from tests.central.seeded import SEED, TODAY

COMPARED = ((AttachmentKind.PORTRAIT, SAME_PORTRAIT), (AttachmentKind.ID_FRONT, SAME_CARD))


def pictures(kind: AttachmentKind, count: int) -> list[Rgb]:
    """The pictures of a kind that the first so many dossiers have."""
    jobs = (draft(SEED, plan, TODAY).job for plan in plans(SEED, count, TODAY))
    found = (data for job in jobs for drawn, _, data in draw(job) if drawn is kind)
    return [np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) for data in found]


def test_no_two_citizens_have_pictures_that_pass_for_copies() -> None:
    for kind, same in COMPARED:
        seen = pictures(kind, 300)
        known = [shades(rgb) for rgb in seen]

        assert len(seen) > 200
        for own, rgb in enumerate(seen[:40]):
            others = [near for near in nearest(rgb, known, 4) if near.index != own]
            found = [apart(rgb, seen[near.index], near.warp) for near in others]
            assert len(found) >= 3
            assert not any(how is not None and how.figure < same for how in found)
