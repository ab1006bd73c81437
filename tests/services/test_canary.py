"""After a whole day's work nothing of a citizen can be read in any file of the program."""

from __future__ import annotations

import io
import logging
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from central_server.seed.accounts import TRAINING_PASSWORD
from officer_console import logs
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.names import fold
from officer_console.imaging.edit import Edit
from officer_console.imaging.gate import Gate, read_file
from officer_console.services.capture import Capture
from officer_console.services.decide import Decide
from officer_console.services.review import Review
from officer_console.services.sign_in import SignIn
from officer_console.sync.engine import SyncEngine
from officer_console.sync.online import Online
from officer_console.viewmodels.photo_desk import replacement_of
from tests.central.process import Central
from tests.faults.workplace import Clock, Workplace, client, draft, never

pytestmark = pytest.mark.xdist_group(__name__)

OFFICER = "ha.nt"
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
# Long enough that chance never makes it in some megabytes of encrypted bytes.
PIECE = 48


@pytest.fixture
def program_log(tmp_path: Path) -> Iterator[Path]:
    """The program's own log file, as the program starts it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield logs.start(tmp_path / "data" / "log")
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def texts_of(dossier: Dossier) -> set[str]:
    """Return everything of a dossier that names or reaches the citizen, in the ways it may be written."""
    declared = dossier.declaration
    plain = {declared.full_name, declared.social_code, declared.phone, declared.email, declared.paper_number}
    plain.add(declared.guardian.full_name if declared.guardian else None)
    found = {text for text in plain if text}
    names = {declared.full_name, *([declared.guardian.full_name] if declared.guardian else [])}
    return found | {fold(name) for name in names} | {unicodedata.normalize("NFD", name) for name in names}


def found_in(folder: Path, needles: dict[bytes, str]) -> list[str]:
    """Return where any of the needles lies in any file under ``folder``."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes() + str(path.relative_to(folder)).encode()
            found += [f"{what} in {path.name}" for needle, what in needles.items() if needle in data]
    return found


def encoded(texts: set[str]) -> dict[bytes, str]:
    return {
        text.encode(encoding): f"text {number} as {encoding}"
        for number, text in enumerate(sorted(texts))
        for encoding in ENCODINGS
    }


def test_nothing_of_a_citizen_can_be_read_in_the_data_folder_or_the_log(
    central: Central, tmp_path: Path, program_log: Path
) -> None:
    data = tmp_path / "data"
    clock = Clock()
    central_client = client(central.url)
    session = SignIn(central_client, data / "profiles", device_id="desk-1", clock=clock).sign_in(
        OFFICER, TRAINING_PASSWORD
    )
    store, officer = session.store, session.officer
    engine = SyncEngine(
        store,
        central_client,
        officer.scopes,
        officer_id=officer.id,
        clock=clock,
        source=Workplace.source(),
        announce=lambda _: None,
        progress=lambda _: None,
    )
    engine.run_once(never)
    gate = Gate()
    review = Review(store, Online(store, central_client, lambda _: None), officer, gate, clock=clock)
    capture = Capture(store, officer, gate, clock=clock, new_id=lambda: next_id())
    decide = Decide(store, officer, clock=clock, new_id=lambda: str(next_id()), recorded=lambda: None)
    next_id = iter(f"0190f0a0-0000-7000-8000-{n:012d}" for n in range(1, 100)).__next__

    page = central_client.changes(officer.scopes[0], None)
    dossiers = [item.doc for item in page.items if item.doc is not None]
    pictures: list[bytes] = []
    new_portrait = tmp_path / "chân dung.png"
    Image.effect_noise((320, 400), 60).convert("RGB").save(new_portrait)
    recorded = 0
    for dossier in dossiers:
        if dossier.status is not Status.PENDING or recorded == 6:
            continue
        for attachment in dossier.attachments[:2]:
            pictures.append(review.picture(dossier.id, attachment.sha256))
            sealed = store.blobs.get(attachment.sha256)
            assert sealed is not None
            pictures.append(sealed)
        (shot,) = capture.take(read_file(new_portrait))
        attached = capture.attach(dossier.id, AttachmentKind.PORTRAIT, shot, Edit(), "Ảnh mờ")
        cleaned = store.blobs.get(attached.sha256)
        assert cleaned is not None
        pictures += [cleaned, shot.data]
        photo = replacement_of(attached, "Ảnh mờ")
        try:
            decide.record(draft(dossier, photos=(photo,), note=f"Đã gặp {dossier.declaration.full_name}"))
        except RuleError:
            continue
        recorded += 1
    engine.run_once(never)
    gate.close()

    needles = encoded({text for dossier in dossiers for text in texts_of(dossier)})
    needles |= encoded({TRAINING_PASSWORD, "Đã gặp"})
    with store.read() as tx:
        saved = tx.session.get()
        assert tx.outbox.counts().waiting == 0
    assert saved is not None
    needles |= encoded({saved.refresh_token})
    for number, picture in enumerate(pictures):
        middle = len(picture) // 2
        needles |= {
            picture[:PIECE]: f"start of picture {number}",
            picture[middle : middle + PIECE]: f"picture {number}",
        }

    assert len(dossiers) > 50
    assert recorded >= 2
    assert len(pictures) > 10
    while_open = found_in(data, needles)
    store.close()
    assert while_open == []
    assert found_in(data, needles) == []
    assert program_log.read_text(encoding="utf-8").count("\n") >= recorded
    assert sum(path.stat().st_size for path in (data / "profiles").rglob("*") if path.is_file()) > 300_000


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_search_would_find_it(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "leak").write_bytes(b"\x01\x02" + "Đặng Thị Hoà".encode(encoding) + b"\x03")
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "JPEG")
    (tmp_path / "leak.bin").write_bytes(b"12" + target.getvalue())

    needles = encoded({"Đặng Thị Hoà", "Lê Văn Tám"}) | {target.getvalue()[:PIECE]: "picture"}

    assert found_in(tmp_path, needles) == [f"text 1 as {encoding}" + " in leak", "picture in leak.bin"]
