"""Uploads that go on where they were cut: the state of each, piece by piece, until it is a picture of its scope.

An upload's id follows from who sends which picture where, so that a desk that forgot everything finds its pieces again.
Nothing of it is in the database: pieces are written once and whole, and the offset is the end of their chain.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from central_server import statements
from central_server.blobs import MAGIC, BlobStore
from central_server.database import Database
from central_server.problems import ProblemError, validation
from central_server.times import Clock
from officer_console.central import wire

# The longest a desk works without central, and then some.
LIFE = timedelta(days=4)
# A sound client sends a hundred; one that sends crumbs must not fill the folder with names.
PIECES_LIMIT = 1024
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far an upload has come, in bytes; all of them mean that the picture is kept."""

    upload: Upload
    offset: int


def check_picture(data: bytes, media_type: str, sha256: str) -> None:
    """Let pass what begins like an image of its type and has its hash.

    Raises:
        ProblemError: ``not-an-image``; ``validation`` with ``sha256-mismatch``.
    """
    if media_type not in MAGIC or not data.startswith(MAGIC[media_type]):
        raise ProblemError("not-an-image")
    if hashlib.sha256(data).hexdigest() != sha256:
        raise validation("sha256-mismatch", "sha256")


def keep_picture(database: Database, blobs: BlobStore, scope_id: str, media_type: str, data: bytes) -> bool:
    """Keep a checked picture as one of the scope; returns whether it is new there."""
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
        """Begin an upload, or find the officer's own of the same picture and how far it has come."""
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
        info = f"{upload.place}/{_INFO}"
        if self._shelf.create(info, wire.encode(upload)):
            return self._standing(upload)
        known = self._load(upload.place)
        if known is None:
            self._shelf.remove(upload.place)
            self._shelf.create(info, wire.encode(upload))
        return self._standing(known or upload)

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
            self._shelf.remove(upload.place)
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
        self._shelf.remove(upload.place)

    def expire(self) -> int:
        """Forget the uploads whose time is over; returns how many."""
        places = {"/".join(name.split("/")[:2]) for name in self._shelf.sizes()}
        ended = [place for place in places if self._load(place) is None]
        for place in ended:
            self._shelf.remove(place)
        return len(ended)

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
            ProblemError: as ``check_picture``; ``unavailable`` when another request is finishing it right now.
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
            check_picture(data, upload.media_type, upload.sha256)
        except ProblemError:
            self._shelf.remove(upload.place)
            raise
        keep_picture(self._database, self._blobs, upload.scope_id, upload.media_type, data)
        self._shelf.remove(f"{upload.place}/{_PIECES}")


def _piece(upload: Upload, offset: int) -> str:
    return f"{upload.place}/{_PIECES}/{offset:08d}"
