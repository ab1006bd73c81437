"""docs/central-api.md says what the server does: every call with what it takes, every refusal with its status."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from central_server.problems import STATUS
from officer_console.central import wire
from tests import builders
from tests.central.process import Central, Desk, path_of, problem

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "central-api.md").read_text(encoding="utf-8")
CALL = re.compile(r"\| `([A-Z]+) (/v1/[^`]*)` \| (.*) \|")
# told once for all calls, or by the media type
EVERYWHERE = {"accept-encoding", "content-type", "tus-resumable"}
pytestmark = pytest.mark.parametrize("central", ["sqlite"], indirect=True, scope="session")


@pytest.fixture(scope="module")
def described(central: Central) -> dict[str, Any]:
    document: dict[str, Any] = requests.get(f"{central.url}/v1/openapi.json", timeout=60).json()
    return document


def taken(described: dict[str, Any], call: dict[str, Any]) -> set[str]:
    """Return the names of everything a call takes: query, headers, fields of a small document."""
    parameters = (part for part in call.get("parameters", []) if part["in"] != "path")
    names = {part["name"].lower() for part in parameters} - EVERYWHERE
    body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    if body and not body.endswith("/Decision"):
        names |= set(described["components"]["schemas"][body.rpartition("/")[2]]["properties"])
    return names


def test_the_page_names_every_call_and_everything_it_takes(described: dict[str, Any]) -> None:
    told = {(method.lower(), path): words.lower() for method, path, words in CALL.findall(PAGE)}
    calls = {(method, path): call for path, ways in described["paths"].items() for method, call in ways.items()}
    assert told.keys() == calls.keys()
    missing = {
        (method, path, name)
        for (method, path), call in calls.items()
        for name in taken(described, call)
        if f"`{name}`" not in told[method, path]
    }
    assert missing == set()


def test_the_page_names_every_refusal_with_its_status(described: dict[str, Any]) -> None:
    del described
    rows = [row.split("|") for row in PAGE.split("## Refusals")[1].split("## ")[0].splitlines() if row.startswith("|")]
    told = {
        (name, int(status))
        for row in rows
        for name in re.findall(r"`([a-z-]+)`", row[1])
        for status in re.findall(r"\d{3}", row[2])
    }
    named = {name for name, _ in told}
    assert {(name, int(status)) for name, status in STATUS.items()} <= told
    assert named - STATUS.keys() == {"device-suspended", "device-wipe"}


@pytest.mark.usefixtures("described")
def test_a_packed_body_is_refused_and_never_unpacked(central: Central, desk: Desk) -> None:
    about = builders.dossier(central.fresh())
    central.plant(about)
    decision = builders.decision(about)
    bomb = gzip.compress(wire.encode(decision) + b" " * (32 << 20))
    assert len(bomb) < 64 * 1024
    headers = {"Content_Encoding": "gzip", "Content_Type": "application/json", "Idempotency_Key": decision.op_id}
    headers["If_Match"] = wire.etag(central.epoch, about.version)
    refused = desk.call("POST", path_of(about) + "/decisions", raw=bomb, **headers)
    assert (problem(refused).name, problem(refused).code) == ("validation", "malformed")
    assert central.decisions(about) == 0
