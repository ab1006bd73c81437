"""Looking at one dossier: leases, pictures through the gate, replacing a picture."""

from __future__ import annotations

import hashlib
import io
import os
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import insert, update

from central_server import schema
from officer_console.central.errors import CentralError
from officer_console.domain.attachment import Attachment, AttachmentKind
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Role
from officer_console.domain.registry import RegistryVerdict
from officer_console.imaging.gate import BYTES_LIMIT, Gate, GateError
from officer_console.services.review import Review
from officer_console.sync.online import Online
from tests import builders
from tests.central.process import Central
from tests.faults.fixtures import MakeDesk
from tests.faults.proxy import LOSE_ANSWER, Fault, Proxy, reply
from tests.faults.workplace import Workplace

pytestmark = pytest.mark.xdist_group(__name__)

BOMB = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
BOMB += struct.pack(">I", zlib.crc32(BOMB[12:29])) + struct.pack(">I", 0xFFFFFFF0) + b"IDAT" + bytes(7)


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


def test_a_dossier_opens_from_the_sealed_store_without_asking_anybody(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier
) -> None:
    desk.round()
    asked = len(proxy.requests)

    opened = review.open(about.id)

    assert (opened.dossier, opened.pending, opened.attention) == (about, None, None)
    assert (opened.lease_by_other, opened.offline) == (None, False)
    assert opened.reference.reasons
    assert len(proxy.requests) == asked


def test_a_dossier_that_is_not_here_is_unknown(review: Review) -> None:
    with pytest.raises(RuleError) as caught:
        review.open("nothing")

    assert caught.value.code == "unknown-dossier"


def test_a_waiting_and_a_refused_decision_are_shown_on_the_dossier(
    desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()
    decision = desk.record(about)
    assert review.open(about.id).pending == decision

    with desk.store.write() as tx:
        tx.outbox.refused(decision.op_id, "leased", {"by": "X"}, desk.clock())

    opened = review.open(about.id)
    assert opened.pending is None
    assert opened.attention is not None
    assert opened.attention.error_data == {"by": "X"}


def test_what_is_taken_is_mine_here_and_at_central(
    central: Central, desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()

    opened = review.take(about.id)

    assert opened.dossier.status is Status.PROCESSING
    assert opened.dossier.lease is not None
    assert opened.dossier.lease.officer_id == desk.officer.id
    assert opened.lease_by_other is None
    assert desk.stored(about) == opened.dossier == central.stored(about)[1]
    assert desk.changes[-1].concerns(about.id)


def test_a_second_officer_is_told_who_has_the_dossier_and_sees_it_in_the_list(
    make_desk: MakeDesk, gate: Gate, about: Dossier
) -> None:
    mine, other = make_desk(), make_desk()
    mine.round()
    other.round()
    review_of(mine, gate).take(about.id)

    with pytest.raises(CentralError) as caught:
        review_of(other, gate).take(about.id)
    other.round()

    assert caught.value.code == "leased"
    assert caught.value.problem is not None
    assert caught.value.problem.by == mine.officer.full_name
    assert caught.value.problem.until is not None
    opened = review_of(other, gate).open(about.id)
    assert opened.lease_by_other is not None
    assert opened.lease_by_other.officer_name == mine.officer.full_name


def test_a_lease_that_has_run_out_does_not_count(make_desk: MakeDesk, gate: Gate, about: Dossier) -> None:
    mine, other = make_desk(), make_desk()
    mine.round()
    review_of(mine, gate).take(about.id)
    other.round()

    other.clock.ahead += timedelta(minutes=16)

    assert review_of(other, gate).open(about.id).lease_by_other is None


def test_only_a_supervisor_takes_a_dossier_from_somebody(make_desk: MakeDesk, gate: Gate, about: Dossier) -> None:
    mine, colleague, chief = make_desk(), make_desk(), make_desk(role=Role.SUPERVISOR)
    for desk in (mine, colleague, chief):
        desk.round()
    review_of(mine, gate).take(about.id)

    with pytest.raises(CentralError) as caught:
        review_of(colleague, gate).take(about.id, break_other=True)
    taken = review_of(chief, gate).take(about.id, break_other=True)

    assert caught.value.code == "forbidden"
    assert taken.dossier.lease is not None
    assert taken.dossier.lease.officer_id == chief.officer.id


def test_without_network_the_dossier_opens_and_says_so(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier
) -> None:
    desk.round()
    proxy.down = True

    opened = review.take(about.id)

    assert (opened.dossier, opened.offline) == (about, True)
    review.release(about.id)


def test_what_was_decided_meanwhile_is_told_on_taking(
    desk: Workplace, make_desk: MakeDesk, review: Review, about: Dossier
) -> None:
    desk.round()
    colleague = make_desk()
    colleague.round()
    colleague.record(about)
    colleague.round()

    with pytest.raises(CentralError) as caught:
        review.take(about.id)

    assert caught.value.code == "already-decided"
    assert caught.value.problem is not None
    assert (caught.value.problem.by, caught.value.problem.status_now) == (colleague.officer.full_name, "approved")


def test_what_is_given_back_is_free_for_the_next(make_desk: MakeDesk, gate: Gate, about: Dossier) -> None:
    mine, other = make_desk(), make_desk()
    for desk in (mine, other):
        desk.round()
    review_of(mine, gate).take(about.id)

    review_of(mine, gate).release(about.id)

    assert review_of(other, gate).take(about.id).dossier.lease is not None


def test_a_picture_comes_from_central_once_and_then_from_the_sealed_store(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier
) -> None:
    desk.round()
    sha256 = about.attachments[0].sha256

    first = review.picture(about.id, sha256)
    proxy.down = True
    second = review.picture(about.id, sha256)

    assert first == second
    assert first.startswith(b"\xff\xd8\xff")
    with Image.open(io.BytesIO(first)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 200))
    assert proxy.count("GET .*/blobs/") == 1
    raw = desk.store.blobs.get(sha256)
    assert raw is not None
    assert hashlib.sha256(raw).hexdigest() == sha256
    for name in sealed_files(desk):
        assert b"\xff\xd8\xff" not in (desk.folder / "blobs" / name).read_bytes()[:16]


def test_a_picture_stays_on_the_desk_as_long_as_its_dossier_shows_it(
    desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()
    sha256 = about.attachments[0].sha256
    review.picture(about.id, sha256)
    later = desk.clock() + timedelta(days=2)

    assert desk.store.blobs.sweep(later) == 0
    with desk.store.apply() as tx:
        tx.dossiers.remove([about.id], scope=about.scope_id)
    assert desk.store.blobs.sweep(later) == 1
    assert desk.store.blobs.get(sha256) is None


def test_a_picture_damaged_on_the_desk_is_fetched_again(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier, expect_log: Callable[[str], None]
) -> None:
    desk.round()
    sha256 = about.attachments[0].sha256
    first = review.picture(about.id, sha256)
    (name,) = sealed_files(desk)
    (desk.folder / "blobs" / name).write_bytes(b"damaged")
    expect_log("sealed picture .* is damaged")

    assert review.picture(about.id, sha256) == first
    proxy.down = True
    assert review.picture(about.id, sha256) == first


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (LOSE_ANSWER, "unreachable"),
        (reply(200, b"\xff\xd8\xff forged", "image/jpeg"), "protocol"),
        (reply(404, {"type": "urn:hgd:problem:unknown-blob", "status": 404}), "unknown-blob"),
    ],
)
def test_a_picture_that_cannot_be_had_leaves_nothing_behind(
    desk: Workplace, proxy: Proxy, review: Review, about: Dossier, fault: Fault, code: str
) -> None:
    desk.round()
    # A question whose answer is lost is asked once more on a new connection.
    proxy.spoil("GET .*/blobs/", fault, times=2 if fault is LOSE_ANSWER else 1)

    with pytest.raises(CentralError) as caught:
        review.picture(about.id, about.attachments[0].sha256)

    assert caught.value.code == code
    assert sealed_files(desk) == set()


def test_bytes_from_central_that_are_no_picture_are_not_shown(
    central: Central, desk: Workplace, review: Review, scope: str
) -> None:
    sha256 = central.blobs.put(BOMB)
    with central.database.write() as connection:
        row = {"scope_id": scope, "sha256": sha256, "media_type": "image/png", "size": len(BOMB)}
        connection.execute(insert(schema.blob).values(row))
    bad = Attachment(kind=AttachmentKind.PORTRAIT, sha256=sha256, media_type="image/png", size=len(BOMB))
    made = builders.dossier(central.fresh(), scope_id=scope, attachments=(bad,))
    central.plant(made)
    desk.round()

    with pytest.raises(GateError) as caught:
        review.picture(made.id, sha256)

    assert caught.value.code in {"not-an-image", "truncated"}


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_replacement_is_cleaned_and_sealed(
    desk: Workplace, review: Review, about: Dossier, tmp_path: Path, form: str
) -> None:
    desk.round()
    file = tmp_path / "Ảnh chân dung mới.jpg"
    file.write_bytes(picture(3, form))

    photo = review.replace_picture(about.id, AttachmentKind.PORTRAIT, file)

    sealed = desk.store.blobs.get(photo.sha256)
    assert sealed is not None
    assert (photo.kind, photo.media_type, photo.size) == (AttachmentKind.PORTRAIT, "image/jpeg", len(sealed))
    assert sealed.startswith(b"\xff\xd8\xff")
    assert review.picture(about.id, photo.sha256).startswith(b"\xff\xd8\xff")
    with desk.store.read() as tx:
        assert tx.uploads.waiting(photo.sha256, "07906") is None


UNUSABLE = [
    (b"", {"empty"}),
    (b"xin chao", {"not-an-image"}),
    (BOMB, {"not-an-image", "truncated"}),
    (picture(5)[:2500], {"truncated"}),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), {"unsupported-format"}),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", {"unsupported-format"}),
    (picture(6, "GIF"), {"unsupported-format"}),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {"not-an-image"}),
]


@pytest.mark.parametrize(("data", "codes"), UNUSABLE)
def test_a_file_that_is_no_usable_picture_is_named_and_nothing_is_sealed(
    desk: Workplace, review: Review, about: Dossier, tmp_path: Path, data: bytes, codes: set[str]
) -> None:
    desk.round()
    file = tmp_path / "anh.jpg"
    file.write_bytes(data)

    with pytest.raises(GateError) as caught:
        review.replace_picture(about.id, AttachmentKind.PORTRAIT, file)

    assert caught.value.code in codes
    assert sealed_files(desk) == set()
    assert desk.stored(about) == about


def test_the_bomb_has_48_bytes() -> None:
    assert len(BOMB) == 48


def test_a_file_beyond_the_limit_is_too_large(desk: Workplace, review: Review, about: Dossier, tmp_path: Path) -> None:
    desk.round()
    file = tmp_path / "lon.jpg"
    with file.open("wb") as stream:
        stream.truncate(BYTES_LIMIT + 1)

    with pytest.raises(GateError) as caught:
        review.replace_picture(about.id, AttachmentKind.PORTRAIT, file)

    assert caught.value.code == "too-large"


def unreadable_paths(folder: Path) -> list[Path]:
    pipe = folder / "pipe.jpg"
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)
    return [folder / "absent.jpg", folder, pipe, Path("/dev/zero"), folder / "nul\0.jpg", folder / ("x" * 300)]


@pytest.mark.parametrize("which", range(6))
def test_a_path_that_is_no_readable_file_is_named(
    desk: Workplace, review: Review, about: Dossier, tmp_path: Path, which: int
) -> None:
    desk.round()
    path = unreadable_paths(tmp_path)[which]

    with pytest.raises(GateError) as caught:
        review.replace_picture(about.id, AttachmentKind.PORTRAIT, path)

    assert caught.value.code == "unreadable"
    assert sealed_files(desk) == set()


def test_a_replacement_for_an_unknown_dossier_is_refused_before_the_file_is_read(
    review: Review, tmp_path: Path
) -> None:
    with pytest.raises(RuleError) as caught:
        review.replace_picture("nothing", AttachmentKind.PORTRAIT, tmp_path / "absent.jpg")

    assert caught.value.code == "unknown-dossier"


def test_the_registry_may_be_asked_without_deciding(
    central: Central, desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()

    answer = review.check_household(about.id)

    assert (answer.verdict, answer.registry_name) == (RegistryVerdict.MATCH, about.declaration.full_name)
    assert central.decisions(about) == 0


def test_a_session_that_has_ended_is_told_on_taking(
    central: Central, desk: Workplace, review: Review, about: Dossier
) -> None:
    desk.round()
    with central.database.write() as connection:
        mine = schema.session.c.officer_id == desk.officer.id
        connection.execute(update(schema.session).where(mine).values(revoked=True))

    with pytest.raises(CentralError) as caught:
        review.take(about.id)

    assert caught.value.code == "sign-in-needed"
    assert review.open(about.id).dossier == about
