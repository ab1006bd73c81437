"""Looking at one dossier: the service over a real central and a real gate."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from itertools import count

import pytest
from PIL import Image
from sqlalchemy import insert

from central_server import schema
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier
from officer_console.imaging.gate import Gate
from officer_console.services.capture import Capture
from officer_console.services.review import Review
from officer_console.sync.online import Online
from tests import builders
from tests.central.process import Central
from tests.faults.workplace import Workplace


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    opened = Gate()
    yield opened
    opened.close()


def picture(seed: int = 1, form: str = "JPEG", size: tuple[int, int] = (320, 200)) -> bytes:
    noise = Image.frombytes("L", size, random.Random(seed).randbytes(size[0] * size[1])).convert("RGB")
    target = io.BytesIO()
    noise.save(target, form)
    return target.getvalue()


def review_of(desk: Workplace, gate: Gate) -> Review:
    return Review(
        desk.store, Online(desk.store, desk.client, desk.changes.append), desk.officer, gate, clock=desk.clock
    )


@pytest.fixture
def review(desk: Workplace, gate: Gate) -> Review:
    return review_of(desk, gate)


def capture_of(desk: Workplace, gate: Gate) -> Capture:
    numbers = count(1)
    return Capture(desk.store, desk.officer, gate, clock=desk.clock, new_id=lambda: f"shot-{next(numbers)}")


@pytest.fixture
def capture(desk: Workplace, gate: Gate) -> Capture:
    return capture_of(desk, gate)


@pytest.fixture
def about(central: Central, scope: str) -> Dossier:
    """A dossier at central with a true portrait."""
    data = picture(7)
    sha256 = central.blobs.put(data)
    with central.database.write() as connection:
        connection.execute(
            insert(schema.blob).values(scope_id=scope, sha256=sha256, media_type="image/jpeg", size=len(data))
        )
    portrait = Attachment(kind=AttachmentKind.PORTRAIT, sha256=sha256, media_type="image/jpeg", size=len(data))
    made = builders.dossier(central.fresh(), scope_id=scope, attachments=(portrait, *builders.attachments()[1:]))
    central.plant(made)
    central.register_person(made)
    return made


def sealed_files(desk: Workplace) -> set[str]:
    folder = desk.folder / "blobs"
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()
