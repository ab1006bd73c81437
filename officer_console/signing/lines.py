"""What host and worker say to each other: one JSON object a line; the bytes it announces follow it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import IO, Any

from officer_console.signing.signer import Certificate, PinState, Proof, Trouble

LINE_LIMIT = 1024 * 1024
# A notice is 100 kB; a day sheet with everything in it stays far below.
BYTES_LIMIT = 64 * 1024 * 1024
DETAIL_LIMIT = 200
ABOUT_LIMIT = 1000


class LineError(ValueError):
    """A line that says nothing the other side could mean."""


def pack(line: Mapping[str, object], parts: Sequence[bytes | memoryview] = ()) -> bytes:
    """Return ``line`` as it travels, with its end and the sizes of the ``parts`` that are written after it."""
    return json.dumps({**line, "parts": [len(part) for part in parts]}).encode("ascii") + b"\n"


def read(source: IO[bytes]) -> tuple[dict[str, Any], list[bytearray]] | None:
    """Return the next line and its parts; ``None`` at the end.

    Raises:
        LineError: no line of ours, or it ends in the midst.
    """
    raw = source.readline(LINE_LIMIT)
    if not raw:
        return None
    try:
        line = json.loads(raw)
        sizes = [int(size) for size in line.pop("parts")]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise LineError("not a line") from error
    if not all(0 <= size <= BYTES_LIMIT for size in sizes):
        raise LineError("parts")
    return line, [_part(source, size) for size in sizes]


def _part(source: IO[bytes], size: int) -> bytearray:
    part = bytearray(size)
    with memoryview(part) as view:
        filled = 0
        while filled < size:
            # what pipes and buffered readers have, and no type says so
            count = source.readinto(view[filled:])  # type: ignore[attr-defined]
            if not count:
                raise LineError(f"{filled} of {size} bytes")
            filled += count
    return part


def certificate_line(certificate: Certificate) -> dict[str, object]:
    """Return ``certificate`` as plain values."""
    times = {"not_before": certificate.not_before.isoformat(), "not_after": certificate.not_after.isoformat()}
    return {**asdict(certificate), **times}


def read_certificate(line: object) -> Certificate:
    """Return what ``certificate_line`` made; raises LineError."""
    try:
        told: dict[str, Any] = dict(line)  # type: ignore[call-overload]
        return Certificate(
            fingerprint=str(told["fingerprint"]),
            number=str(told["number"]),
            subject=str(told["subject"]),
            issuer=str(told["issuer"]),
            not_before=datetime.fromisoformat(told["not_before"]).astimezone(UTC),
            not_after=datetime.fromisoformat(told["not_after"]).astimezone(UTC),
            signs=told["signs"] is True,
            token=str(told["token"]),
            serial=str(told["serial"]),
            pin=PinState(told["pin"]),
            refused=Trouble(told["refused"]) if told["refused"] is not None else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LineError("no certificate") from error


def proof_line(proof: Proof) -> dict[str, object]:
    """Return ``proof`` as plain values."""
    return {"certificate": certificate_line(proof.certificate), "at": proof.at.isoformat(), "about": proof.about}


def read_proof(line: object) -> Proof:
    """Return what ``proof_line`` made; raises LineError."""
    try:
        told: dict[str, Any] = dict(line)  # type: ignore[call-overload]
        return Proof(
            certificate=read_certificate(told["certificate"]),
            at=datetime.fromisoformat(told["at"]).astimezone(UTC),
            about=str(told["about"])[:ABOUT_LIMIT],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LineError("no proof") from error


def read_trouble(line: Mapping[str, Any]) -> tuple[Trouble, str]:
    """Return what a worker could not do; raises LineError."""
    try:
        return Trouble(line["trouble"]), str(line.get("detail", ""))[:DETAIL_LIMIT]
    except ValueError as error:
        raise LineError("no trouble") from error
