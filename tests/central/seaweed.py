"""A real S3 server for tests (SeaweedFS), in a folder of its own on free ports."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.central.process import wait_until

KEY, SECRET = "test-key-of-nobody", "test-secret-of-nobody"
BUCKET = "pictures-of-tests"
# everything else the server would open is closed: such ports are fixed, and a second server ends on one that is taken
_CLOSED = ("-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false")
_PARTS = ("s3", "s3.grpc", "master", "master.grpc", "volume", "volume.grpc", "filer", "filer.grpc")
_READY_SECONDS = 120


def program() -> str | None:
    """Return the server's path, ``None`` when it is not installed."""
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.is_file() else shutil.which("weed")


@contextmanager
def running_s3(folder: Path) -> Iterator[str]:
    """Run a server with an empty bucket ``BUCKET`` and give its URL."""
    weed = program()
    assert weed is not None
    ports = _free_ports(len(_PARTS))
    (folder / "data").mkdir()
    who = [{"name": "tests", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}]
    (folder / "s3.json").write_text(json.dumps({"identities": who}), encoding="utf-8")
    named = dict(zip(_PARTS, ports, strict=True))
    command = [weed, "-logtostderr", "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3"]
    command += [f"-s3.config={folder / 's3.json'}", "-master.volumeSizeLimitMB=64", "-volume.max=8"]
    command += _CLOSED
    command += [
        f"-{part}.port.grpc={ports}" if grpc else f"-{part}.port={ports}"
        for name, ports in named.items()
        for part, _, grpc in [name.partition(".")]
    ]
    with (
        (folder / "weed.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder) as process,
    ):
        try:
            url = f"http://127.0.0.1:{named['s3']}"
            wait_until(lambda: process.poll() is not None or _with_bucket(url), _READY_SECONDS)
            assert process.poll() is None, (folder / "weed.log").read_text(encoding="utf-8")[-2000:]
            yield url
        finally:
            # told to end, it would wait for ten seconds first
            process.kill()
            process.wait(timeout=30)


def client(url: str) -> Any:
    """Return boto3's own client of the server."""
    once = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    who = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=url, config=once, **who)


def _with_bucket(url: str) -> bool | None:
    """Put something into the bucket, which is made first: only then all parts of the server have found each other."""
    asked = client(url)
    try:
        if BUCKET not in {bucket["Name"] for bucket in asked.list_buckets()["Buckets"]}:
            asked.create_bucket(Bucket=BUCKET)
        asked.put_object(Bucket=BUCKET, Key="ready", Body=b"ready")
    except (ClientError, BotoCoreError):
        return None
    return True


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        lines = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [line.getsockname()[1] for line in lines]
