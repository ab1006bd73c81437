"""Uploads that go on where they were cut: the state of each, piece by piece, until it is a picture of its scope.

An upload's id follows from who sends which picture where, so that a desk that forgot everything finds its pieces again.
Nothing of it is in the database: pieces are written once and whole, and the offset is the end of their chain.
How much an officer may have unfinished is bounded: a session in wrong hands must not fill the store. A name on the
shelf stands for each upload that is not a picture yet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from central_server import statements
from central_server.blobs import KEPT, MAGIC, BlobStore, limit_of
from central_server.database import Database
from central_server.problems import ProblemError, validation
from central_server.times import Clock
from officer_console.central import wire

# The longest a desk works without central, and then some.
LIFE = timedelta(days=4)
# A sound client sends a hundred; one that sends crumbs must not fill the folder with names.
PIECES_LIMIT = 1024
# Of one officer, unfinished at a time: more than a desk begins on the worst of lines, and what that may come to.
UNFINISHED_LIMIT = 64
UNFINISHED_BYTES_LIMIT = 256 * 1024 * 1024
# Longer than the code of any office, under which the uploads themselves lie.
_UNFINISHED = "unfinishedofficersuploads"
_INFO = "info"
_PIECES = "pieces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One announced picture; ``metadata`` is what the client said about it, as it said it."""

    id: str
    scope_id: str
    officer_id: str
    sha256: str
    media_type: str
    length: int
    metadata: str
    expires_at: datetime

    @property
    def place(self) -> str:
        """Where its pieces lie."""
        return f"{self.scope_id}/{self.id}"

    @property
    def mark(self) -> str:
        """Where it is noted, with its length, as long as it is no picture."""
        return f"{_marks(self.officer_id)}/{self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far an upload has come, in bytes; all of them mean that the picture is kept."""

    upload: Upload
    offset: int


def check_kind(media_type: str, length: int) -> None:
    """Let pass what is announced as a picture or a signed notice of a size that is kept.

    Raises:
        ProblemError: ``not-an-image``, ``too-large``.
    """
    if media_type not in KEPT:
        raise ProblemError("not-an-image")
    if length > limit_of(media_type):
        raise ProblemError("too-large")


def check_blob(data: bytes, media_type: str, sha256: str) -> None:
    """Let pass what begins like a file of its type and has its hash.

    Raises:
        ProblemError: ``not-an-image``, ``not-a-pdf``, ``too-large``; ``validation`` with ``sha256-mismatch``.
    """
    check_kind(media_type, len(data))
    if not data.startswith(KEPT[media_type]):
        raise ProblemError("not-an-image" if media_type in MAGIC else "not-a-pdf")
    if hashlib.sha256(data).hexdigest() != sha256:
        raise validation("sha256-mismatch", "sha256")


def keep_blob(database: Database, blobs: BlobStore, scope_id: str, media_type: str, data: bytes) -> bool:
    """Keep a checked picture or notice as one of the scope; returns whether it is new there."""
    values = {"scope_id": scope_id, "sha256": blobs.put(data), "media_type": media_type, "size": len(data)}
    with database.write() as connection:
        return connection.execute(statements.BLOB_PUT, values).rowcount == 1


class Uploads:
    """The uploads under way. Every method may raise ``BlobStoreError``."""

    def __init__(self, database: Database, blobs: BlobStore, clock: Clock) -> None:
        self._database = database
        self._blobs = blobs
        self._shelf = blobs.staging
        self._clock = clock

    def create(
        self, officer_id: str, scope_id: str, *, sha256: str, media_type: str, length: int, metadata: str
    ) -> Standing:
        """Begin an upload, or find the officer's own of the same picture and how far it has come.

        Raises:
            ProblemError: ``uploads-full``: he has too many unfinished, or too much.
        """
        named = "|".join((scope_id, officer_id, sha256, media_type, str(length)))
        upload = Upload(
            id=hashlib.sha256(named.encode()).hexdigest()[:32],
            scope_id=scope_id,
            officer_id=officer_id,
            sha256=sha256,
            media_type=media_type,
            length=length,
            metadata=metadata,
            expires_at=self._clock() + LIFE,
        )
        known = self._load(upload.place)
        if known is not None:
            return self._standing(known)
        if not self._kept(upload):
            self._admit(upload)
            self._shelf.create(f"{upload.mark}/{length}", b"")
        info = f"{upload.place}/{_INFO}"
        if not self._shelf.create(info, wire.encode(upload)) and self._load(upload.place) is None:
            self._shelf.remove(upload.place)
            self._shelf.create(info, wire.encode(upload))
        return self._standing(upload)

    def find(self, officer_id: str, scope_id: str, upload_id: str) -> Standing:
        """Return how far the officer's upload has come.

        Raises:
            ProblemError: ``unknown-upload``: never begun, run out, dropped, or another officer's; ``not-an-image`` and
                ``validation`` when all bytes have come and are not what was announced (the upload is dropped then).
        """
        upload = self._load(f"{scope_id}/{upload_id}")
        if upload is None or upload.officer_id != officer_id:
            raise ProblemError("unknown-upload")
        return self._standing(upload)

    def append(self, officer_id: str, scope_id: str, upload_id: str, offset: int, data: bytes) -> Standing:
        """Add a piece that begins at ``offset``; the last one makes the picture.

        Raises:
            ProblemError: as ``find``; ``offset-conflict`` when the upload is elsewhere; ``too-large`` beyond its end.
        """
        standing = self.find(officer_id, scope_id, upload_id)
        upload = standing.upload
        if offset != standing.offset:
            raise ProblemError("offset-conflict")
        if len(data) > upload.length - offset:
            raise ProblemError("too-large")
        if not data:
            return standing
        if len(self._shelf.sizes(f"{upload.place}/{_PIECES}")) >= PIECES_LIMIT:
            self._forget(upload)
            raise validation("too-many-pieces")
        # whoever is second at the same place learns from a new look how far the first one came
        if not self._shelf.create(_piece(upload, offset), data):
            raise ProblemError("offset-conflict")
        return self._standing(upload)

    def drop(self, officer_id: str, scope_id: str, upload_id: str) -> None:
        """Forget an upload of the officer's; a picture that is kept stays.

        Raises:
            ProblemError: ``unknown-upload``.
        """
        upload = self._load(f"{scope_id}/{upload_id}")
        if upload is None or upload.officer_id != officer_id:
            raise ProblemError("unknown-upload")
        self._forget(upload)

    def expire(self) -> int:
        """Forget the uploads whose time is over; returns how many."""
        names = list(self._shelf.sizes())
        places = {"/".join(name.split("/")[:2]) for name in names if not name.startswith(_UNFINISHED)}
        ended = [place for place in places if self._load(place) is None]
        for place in ended:
            self._shelf.remove(place)
        self._tidy_marks(name for name in names if name.startswith(_UNFINISHED))
        return len(ended)

    def _admit(self, upload: Upload) -> None:
        """Let pass unless the officer has too much unfinished besides this upload; the bound is not exact.

        Raises:
            ProblemError: ``uploads-full``.
        """
        if not self._full(upload):
            return
        self._tidy_marks(self._shelf.sizes(_marks(upload.officer_id)))
        if self._full(upload):
            raise ProblemError("uploads-full")

    def _full(self, upload: Upload) -> bool:
        marks = self._shelf.sizes(_marks(upload.officer_id))
        lengths = [int(name.rpartition("/")[2]) for name in marks if not name.startswith(f"{upload.mark}/")]
        return len(lengths) >= UNFINISHED_LIMIT or sum(lengths) + upload.length > UNFINISHED_BYTES_LIMIT

    def _tidy_marks(self, marks: Iterable[str]) -> None:
        """Take away the marks of uploads that have run out, or that a killed server left behind."""
        for name in marks:
            mark = name.rpartition("/")[0]
            upload = self._load("/".join(mark.split("/")[-2:]))
            if upload is None or self._kept(upload):
                self._shelf.remove(mark)

    def _forget(self, upload: Upload) -> None:
        self._shelf.remove(upload.place)
        self._shelf.remove(upload.mark)

    def _load(self, place: str) -> Upload | None:
        """Return an upload that is still good."""
        found = self._shelf.read(f"{place}/{_INFO}")
        if found is None:
            return None
        try:
            upload = wire.decode(found, Upload)
        except wire.WireError:
            return None
        return upload if self._clock() < upload.expires_at else None

    def _standing(self, upload: Upload) -> Standing:
        if self._kept(upload):
            return Standing(upload=upload, offset=upload.length)
        sizes = self._shelf.sizes(f"{upload.place}/{_PIECES}")
        offset = 0
        while size := sizes.get(_piece(upload, offset)):
            offset += size
        if offset >= upload.length:
            self._finish(upload, len(sizes))
        return Standing(upload=upload, offset=offset)

    def _kept(self, upload: Upload) -> bool:
        with self._database.read() as connection:
            key = {"scope_id": upload.scope_id, "sha256": upload.sha256}
            row = connection.execute(statements.BLOB, key).one_or_none()
        return row is not None and self._blobs.has(upload.sha256)

    def _finish(self, upload: Upload, pieces: int) -> None:
        """Make the picture of the pieces; what is not what was announced is dropped.

        Raises:
            ProblemError: as ``check_blob``; ``unavailable`` when another request is finishing it right now.
        """
        chunks = []
        offset = 0
        for _ in range(pieces):
            if offset >= upload.length:
                break
            chunk = self._shelf.read(_piece(upload, offset))
            if chunk is None:
                raise ProblemError("unavailable")
            chunks.append(chunk)
            offset += len(chunk)
        data = b"".join(chunks)
        try:
            check_blob(data, upload.media_type, upload.sha256)
        except ProblemError:
            self._forget(upload)
            raise
        keep_blob(self._database, self._blobs, upload.scope_id, upload.media_type, data)
        self._shelf.remove(f"{upload.place}/{_PIECES}")
        self._shelf.remove(upload.mark)


def _marks(officer_id: str) -> str:
    """Return where the unfinished uploads of an officer are noted, whatever his id is made of."""
    return f"{_UNFINISHED}/{hashlib.sha256(officer_id.encode()).hexdigest()[:32]}"


def _piece(upload: Upload, offset: int) -> str:
    return f"{upload.place}/{_PIECES}/{offset:08d}"
