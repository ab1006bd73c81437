"""The same picture in another person's dossier: what is found of it after what people do to pictures, and false alarms.

Drawn portraits and cards of the training data. ``--people`` pictures are changed, each in every way, and looked for
among those of ``--others`` people and the pictures as they were. ``found_percent``: of these, the person's own picture
was told. ``false_percent``: another person's was told, the own one left out. ``check_ms`` is a whole check by the
photo desk (reading and decoding the picture, the candidates out of the sealed store, remembering it) with
``--fingerprints`` portraits of as many dossiers in the store; what was changed is looked for there as well.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from bench import sealed_store
from bench.figures import Figure, percentile
from bench.retaken import SEVERAL, SINGLE
from bench.rows import TODAY, dossiers
from central_server.seed.drafts import draft
from central_server.seed.pictures import draw
from central_server.seed.plans import plans
from central_server.seed.portraits import Face, portrait
from officer_console.central.client import CentralClient
from officer_console.central.session import CentralSession
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier
from officer_console.domain.person import Sex
from officer_console.imaging.copies import SAME_CARD, SAME_PORTRAIT, apart
from officer_console.imaging.gate import Gate
from officer_console.imaging.opencv import Rgb
from officer_console.imaging.shades import nearest, shades
from officer_console.services.photo_desk import PhotoDesk
from officer_console.services.shots import Shots, compared, remembered
from officer_console.store.store import Store
from officer_console.sync.online import Online

SEED = 7
_READ = 5
_BATCH = 500
PORTRAIT, CARD = AttachmentKind.PORTRAIT, AttachmentKind.ID_FRONT
_SAME = {PORTRAIT: SAME_PORTRAIT, CARD: SAME_CARD}
_CHANGES = {**SINGLE, **SEVERAL}


def run(arguments: Sequence[str]) -> Iterator[Figure]:
    """Change pictures and look for them; yield shares and times."""
    parser = argparse.ArgumentParser(prog="bench duplicates")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--others", type=int, default=2000)
    parser.add_argument("--fingerprints", type=int, default=20_000)
    parser.add_argument("--checks", type=int, default=60)
    given = parser.parse_args(list(arguments))
    for kind in (PORTRAIT, CARD):
        yield from _shares(kind, given.people, given.others)
    if given.fingerprints:
        with TemporaryDirectory(prefix="bench-duplicates-") as folder:
            yield from _times(Path(folder), given.fingerprints, given.checks)


def pictures(kind: AttachmentKind, wanted: int) -> list[Rgb]:
    """Return so many pictures of a kind as the training data's dossiers have them, one a person."""
    # Some have no portrait, and minors no card.
    jobs = (draft(SEED, plan, TODAY).job for plan in plans(SEED, wanted * 2, TODAY))
    return [
        _decoded(data)
        for data in islice((data for job in jobs for drawn, _, data in draw(job) if drawn is kind), wanted)
    ]


def _decoded(data: bytes) -> Rgb:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def _shares(kind: AttachmentKind, people: int, others: int) -> Iterator[Figure]:
    seen = pictures(kind, people + others)
    known = [shades(compared(rgb)) for rgb in seen]
    random = np.random.default_rng(SEED)
    for name, change in _CHANGES.items():
        found = false = 0
        for own in range(people):
            rgb = compared(change(seen[own], random))
            near = nearest(rgb, known, _READ + 1)
            told = {
                one.index
                for one in near
                if (how := apart(rgb, seen[one.index], one.warp)) is not None and how.figure < _SAME[kind]
            }
            found += own in told and own in {one.index for one in near[:_READ]}
            false += bool(told - {own})
        case = f"{'portrait' if kind is PORTRAIT else 'card'}, {name}"
        yield _figure(case, "found_percent", 100 * found / people, "%", people)
        yield _figure(case, "false_percent", 100 * false / people, "%", people)


def _times(folder: Path, fingerprints: int, checks: int) -> Iterator[Figure]:
    random = np.random.default_rng(SEED)
    names = list(SINGLE)
    rows = dossiers(fingerprints + checks, seed=SEED)
    numbers, asked = [], []
    with closing(Store.open(folder / "store.db", sealed_store.key(1), clock=sealed_store.clock)) as store:
        for first in range(0, fingerprints, _BATCH):
            people = range(first, min(first + _BATCH, fingerprints))
            planted = _planted(store, islice(rows, len(people)), [_portrait(n) for n in people], fingerprinted=True)
            numbers += [dossier.number for dossier in planted]
        for n in range(checks):
            changed = _jpeg(SINGLE[names[n % len(names)]](_decoded(_portrait(n)), random))
            asked += _planted(store, islice(rows, 1), [changed], fingerprinted=False)
        with closing(Gate()) as gate:
            # It has nothing to ask: all pictures are in the store.
            central = CentralClient(CentralSession("http://127.0.0.1:9", ca_bundle=None, new_id=lambda: "id"))
            desk = PhotoDesk(store, Online(store, central, lambda _: None), gate, Shots(gate, lambda: "shot"))
            took, found, false = [], 0, 0
            for dossier, number in zip(asked, numbers, strict=False):
                began = time.perf_counter()
                told = desk.elsewhere(dossier.id, PORTRAIT, dossier.attachments[0].sha256)
                took.append((time.perf_counter() - began) * 1000)
                found += number in told
                false += bool(set(told) - {number})
    case = f"portrait, among {fingerprints}"
    yield _figure(case, "check_p50_ms", percentile(took, 0.5), "ms", checks)
    yield _figure(case, "check_p95_ms", percentile(took, 0.95), "ms", checks)
    yield _figure(case, "found_percent", 100 * found / checks, "%", checks)
    yield _figure(case, "false_percent", 100 * false / checks, "%", checks)


def _planted(
    store: Store, rows: Iterable[tuple[int, Dossier]], drawn: Sequence[bytes], *, fingerprinted: bool
) -> list[Dossier]:
    """Put dossiers with one portrait each into the store."""
    made = []
    for (number, dossier), data in zip(rows, drawn, strict=True):
        own = Attachment(kind=PORTRAIT, sha256=store.blobs.put(data), media_type="image/jpeg", size=len(data))
        made.append((number, replace(dossier, attachments=(own,))))
    with store.apply() as tx:
        tx.dossiers.put(made)
        for (_, dossier), data in zip(made, drawn, strict=True):
            if fingerprinted:
                tx.fingerprints.put(remembered(dossier.id, PORTRAIT, dossier.attachments[0].sha256, _decoded(data)))
    return [dossier for _, dossier in made]


def _portrait(variant: int) -> bytes:
    return portrait(SEED, Face(sex=Sex.FEMALE if variant % 2 else Sex.MALE, group=1, variant=variant))


def _jpeg(rgb: Rgb) -> bytes:
    target = io.BytesIO()
    Image.fromarray(rgb).save(target, "JPEG", quality=85)
    return target.getvalue()


def _figure(case: str, metric: str, value: float, unit: str, n: int) -> Figure:
    return Figure(bench="duplicates", case=case, metric=metric, value=round(value, 3), unit=unit, n=n)
