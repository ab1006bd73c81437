"""Pictures in an S3 store, through boto3. Who may use it is told by boto3's own environment, never by this program."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from central_server.shelves import BlobStoreError, Shelf

_log = logging.getLogger(__name__)

_PLACE = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*))?")
_REGION = "us-east-1"
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_TAKEN = frozenset({"412", "PreconditionFailed"})
_DELETED_AT_ONCE = 1000
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=50,
    # the sum is sent along by us; boto3's own trailing ones are not understood by every store
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


def open_s3(where: str, endpoint: str | None) -> S3Blobs:
    """Return the store at ``s3://bucket/prefix``; ``endpoint`` is the URL of one that is not Amazon's.

    Raises:
        ValueError: the address is malformed.
    """
    found = _PLACE.fullmatch(where)
    if found is None or (endpoint is not None and not re.match(r"https?://[^/\s]+", endpoint)):
        raise ValueError("s3://bucket/prefix expected, and an http(s) URL as endpoint")
    prefix = (found[2] or "").strip("/")
    # a store of one's own asks for some region, and any is right
    region = {} if endpoint is None else {"region_name": _REGION, "endpoint_url": endpoint}
    client = boto3.client("s3", config=_config(own=endpoint is not None), **region)
    return S3Blobs(where, endpoint, S3Shelf(client, found[1], f"{prefix}/" if prefix else ""))


def _config(*, own: bool) -> Config:
    # stores of one's own have no host name per bucket
    return _CONFIG.merge(Config(s3={"addressing_style": "path"})) if own else _CONFIG


class S3Shelf:
    """A shelf that is a bucket, or what lies under ``prefix`` in it."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:  # noqa: ANN401 - boto3 makes its classes when it runs
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def under(self, name: str) -> S3Shelf:
        """Return the part of the shelf whose names begin with ``name/``."""
        return S3Shelf(self._client, self._bucket, f"{self._prefix}{name}/")

    def create(self, name: str, data: bytes) -> bool:
        """Keep ``data`` under ``name`` unless it is taken; the store refuses bytes that were changed on the way."""
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        made = self._ask(
            "put_object", _TAKEN, Key=self._prefix + name, Body=data, IfNoneMatch="*", ChecksumSHA256=digest
        )
        return made is not None

    def has(self, name: str) -> bool:
        """Whether there is something under ``name``."""
        return self._ask("head_object", _ABSENT, Key=self._prefix + name) is not None

    def read(self, name: str) -> bytes | None:
        """Return the bytes under ``name``."""
        answer = self._ask("get_object", _ABSENT, Key=self._prefix + name)
        if answer is None:
            return None
        try:
            with answer["Body"] as body:
                data: bytes = body.read()
        except (BotoCoreError, HTTPError, OSError) as error:
            raise BlobStoreError(type(error).__name__) from error
        return data

    def sizes(self, under: str = "") -> dict[str, int]:
        """Return names and sizes under ``under``."""
        start = f"{self._prefix}{under}/" if under else self._prefix
        found: dict[str, int] = {}
        more: dict[str, str] = {}
        while True:
            page = self._ask("list_objects_v2", frozenset(), Prefix=start, **more) or {}
            found |= {entry["Key"].removeprefix(self._prefix): entry["Size"] for entry in page.get("Contents", ())}
            if not page.get("IsTruncated"):
                return found
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def remove(self, under: str) -> None:
        """Forget ``under`` and everything under it."""
        names = [under, *self.sizes(under)]
        for start in range(0, len(names), _DELETED_AT_ONCE):
            keys = [{"Key": self._prefix + name} for name in names[start : start + _DELETED_AT_ONCE]]
            self._ask("delete_objects", frozenset(), Delete={"Objects": keys, "Quiet": True})

    def _ask(self, call: str, expected: frozenset[str], **values: object) -> dict[str, Any] | None:
        """Return the answer, ``None`` for an ``expected`` refusal.

        Raises:
            BlobStoreError: anything else than an answer.
        """
        try:
            answer: dict[str, Any] = getattr(self._client, call)(Bucket=self._bucket, **values)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code"))
            if code in expected:
                return None
            raise BlobStoreError(code) from error
        except (BotoCoreError, HTTPError, OSError) as error:
            raise BlobStoreError(type(error).__name__) from error
        return answer


class S3Blobs:
    """Pictures in a bucket, named as in the folder."""

    def __init__(self, where: str, endpoint: str | None, shelf: S3Shelf) -> None:
        """``where`` and ``endpoint`` are what another process opens it by."""
        self._opened_by = where, endpoint
        self._pictures = shelf.under("pictures")
        self.staging: Shelf = shelf.under("uploads")

    def __reduce__(self) -> tuple[object, ...]:
        return open_s3, self._opened_by

    def put(self, data: bytes) -> str:
        """Keep ``data`` for good and return its SHA-256 as 64 lower-case hex digits."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._pictures.create(_name(sha256), data)
        return sha256

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there."""
        return self._pictures.has(_name(sha256))

    def get(self, sha256: str) -> bytes | None:
        """Return the bytes, ``None`` when there are none under this name, or others than were put there."""
        data = self._pictures.read(_name(sha256))
        if data is not None and hashlib.sha256(data).hexdigest() != sha256:
            _log.error("picture %s is damaged in its store", sha256[:8])
            return None
        return data


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
