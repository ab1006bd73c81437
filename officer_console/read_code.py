"""``officer-console read-code FILE…``: what the codes in pictures and PDF files say, without a window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, cast

import msgspec

from officer_console.codes import mrz_ocr, payloads
from officer_console.codes.mrz_ocr import MrzReader
from officer_console.domain.deadline import today
from officer_console.imaging.gate import Gate, GateError, read_file
from officer_console.services.read_codes import LinesReading, ReadCodes, Reading
from officer_console.views import command_line

# Of a form's code: what its standing is found out by.
_SEAL = frozenset({"signed", "mac"})


def run_read_code(files: Sequence[Path], *, as_json: bool, mrz: bool = False, tessdata: Path | None = None) -> int:
    """Print the codes of ``files``, one line of JSON each or as text; complaints go to standard error.

    Returns the exit code: 0 every file held a code, 1 a file was refused or held none, 3 ``mrz`` is asked for and
    tesseract or its model is missing.
    """
    lines: MrzReader | None = None
    if mrz:
        found = mrz_ocr.find(*([tessdata] if tessdata else []))
        if not isinstance(found, MrzReader):
            _complain(command_line.NO_LINES[found.missing])
            return 3
        lines = found
    gate = Gate()
    try:
        reader = ReadCodes(gate, lines=lines)
        read = [_file(reader, path, as_json=as_json) for path in files]
    finally:
        gate.close()
    return 0 if all(read) else 1


def _file(reader: ReadCodes, path: Path, *, as_json: bool) -> bool:
    """Print the codes of one file; return whether it was read to its end and held any."""
    count = 0
    try:
        for reading in reader.read(read_file(path), today=today(datetime.now(UTC))):
            count += 1
            line = _line(path, reading)
            _say(msgspec.json.encode(line).decode() if as_json else _text(line))
    except GateError as error:
        _complain(command_line.FILE_REFUSED.get(error.code, command_line.FILE_NO_PICTURE).format(file=path))
        return False
    if not count:
        _complain(command_line.NO_CODE.format(file=path))
    return bool(count)


def _line(path: Path, reading: Reading | LinesReading) -> dict[str, object]:
    if isinstance(reading, LinesReading):
        found: dict[str, object] = {"kind": "mrz", "decoder": "tesseract", "milliseconds": None}
        fields = msgspec.to_builtins(reading.mrz)
    else:
        symbol = reading.symbol
        found = {"kind": payloads.kind(reading.payload), "decoder": symbol.decoder.value}
        found["milliseconds"] = round(symbol.milliseconds, 1)
        told = msgspec.to_builtins(reading.payload)
        fields = {name: value for name, value in told.items() if name not in _SEAL}
    # A name may be any bytes, JSON not: what is no text stands as an escape.
    file = os.fsencode(path).decode("utf-8", "backslashreplace")
    return {"file": file, "page": reading.page, "kind": found.pop("kind"), "fields": fields, **found}


def _text(line: dict[str, object]) -> str:
    """Return a code for people: what it is, then its fields, one a line."""
    fields = cast("dict[str, object]", line["fields"])
    shown = [
        command_line.CODE_FIELD.format(field=name, value=value) for name, value in fields.items() if value is not None
    ]
    return "\n".join((command_line.CODE_FOUND.format(**line), *shown))


def _say(text: str) -> None:
    _print(text, sys.stdout)


def _complain(text: str) -> None:
    _print(text, sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    """Print to a terminal or pipe of any encoding: what it cannot show stands as an escape."""
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
