"""What the command line of ``officer-central serve`` says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from officer_console.central import wire

SMTP_FROM = "khong-tra-loi@bhxh.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options; intervals in seconds. ``blobs`` is a folder's path or ``s3://bucket/prefix``.

    ``seed`` is ``None`` for a database that is not to be planted. ``training_sinks`` sends letters to receivers inside
    this process instead of to citizens, ``with_parent`` ends it when its standard input closes. ``registry_interval``
    is ``None`` for six times ``job_interval``. ``workers`` is how many processes answer requests.
    ``min_client`` is the lowest version of the officer console that may read. Secrets are paths here, never words.
    ``hotline`` is ``None`` for the one the letters name by themselves.
    """

    database: str
    port: int
    blobs: str
    s3_endpoint: str | None = None
    host: str = "127.0.0.1"
    seed: int | None = None
    seed_dossiers: int = 5000
    seed_persons: int = 20000
    reference: Path | None = None
    smtp: tuple[str, int] | None = None
    smtp_from: str = SMTP_FROM
    smtp_user: str | None = None
    smtp_password_file: Path | None = None
    smtp_ca: Path | None = None
    sms_gateway: str | None = None
    sms_token_file: Path | None = None
    sms_ca: Path | None = None
    hotline: str | None = None
    training_sinks: bool = False
    with_parent: bool = False
    job_interval: float = 5.0
    registry_interval: float | None = None
    workers: int = 1
    min_client: str = wire.MIN_CLIENT
