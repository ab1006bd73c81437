"""Requests that are not what they should be: each gets a problem document, none gets a 500 or its own words back."""

from __future__ import annotations

import hashlib
import json
import socket
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from central_server.blobs import BLOB_LIMIT
from officer_console.central import wire
from tests import builders
from tests.central.process import Central, Desk, path_of, problem

DEEP = b"[" * 50_000
BODIES = {
    "empty": b"",
    "cut short": b'{"username": "a',
    "a list": b"[]",
    "null": b"null",
    "not UTF-8": b'{"username":"\xff\xfe","password":"b","device_id":"c"}',
    "half a surrogate pair": b'{"username":"\\ud800","password":"b","device_id":"c"}',
    "NUL": b'{"username":"a\\u0000","password":"b","device_id":"c"}',
    "a number for a name": b'{"username":1,"password":"b","device_id":"c"}',
    "a name too long": b'{"username":"' + b"a" * 65 + b'","password":"b","device_id":"c"}',
    "a password too long": b'{"username":"a","password":"' + b"b" * 257 + b'","device_id":"c"}',
    "deep": DEEP,
    "deep inside": b'{"username":' + DEEP,
}


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body_is_told_as_such(central: Central, name: str) -> None:
    answer = requests.post(f"{central.url}/v1/sessions", data=BODIES[name], timeout=60)
    assert (problem(answer).name, answer.status_code) == ("validation", 422)


@pytest.fixture(scope="module")
def steady_desk(central: Central) -> Desk:
    """A desk for many examples of one test."""
    return central.desk()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
FIELDS = sorted(wire.plain(builders.decision(builders.dossier(1))))


@settings(max_examples=60)
@given(field=st.sampled_from(FIELDS), value=JSON_VALUES)
def test_no_value_in_any_field_of_a_decision_breaks_central(steady_desk: Desk, field: str, value: object) -> None:
    about = builders.dossier(10**6)
    decision = builders.decision(about)
    body = json.dumps(wire.plain(decision) | {field: value}).encode()
    headers = {"If_Match": wire.etag(steady_desk.central.epoch, 1), "Idempotency_Key": decision.op_id}
    answer = steady_desk.call("POST", f"{path_of(about)}/decisions", raw=body, **headers)
    assert problem(answer).name in ("validation", "unknown-dossier", "precondition-required")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=501", "limit=" + "9" * 400, "limit=x", "limit=", "cursor=" + "x" * 600]
)
def test_every_bound_of_a_query_is_checked(desk: Desk, query: str) -> None:
    refused = problem(desk.get(f"/v1/scopes/07906/changes?{query}"))
    assert (refused.name, refused.code, refused.pointer) == ("validation", "malformed", f"/query/{query.split('=')[0]}")


@pytest.mark.parametrize("scope", ["%00", "a b", "x" * 17, "..%2f..", "07906%0a", "%F0%9F%98%80", "%ff"])
def test_an_office_code_that_is_none_is_refused(desk: Desk, scope: str) -> None:
    assert desk.get(f"/v1/scopes/{scope}/changes").status_code in (404, 422)


@pytest.mark.parametrize("dossier_id", ["x" * 65, "a%00b", "a b", "%0a"])
def test_a_dossier_id_that_is_none_is_refused(desk: Desk, dossier_id: str) -> None:
    assert problem(desk.get(f"/v1/scopes/07906/dossiers/{dossier_id}")).name == "validation"


def test_unknown_paths_and_methods_are_problems_too(central: Central) -> None:
    unknown = requests.get(f"{central.url}/v1/nothing", timeout=60)
    wrong = requests.put(f"{central.url}/v1/meta", timeout=60)
    assert (problem(unknown).name, unknown.status_code) == ("not-found", 404)
    assert (problem(wrong).name, wrong.status_code, wrong.headers["Allow"]) == ("method-not-allowed", 405, "GET")


@pytest.mark.parametrize("given", ["desk-7.a_b", "x" * 65, "a b", "'; --"])
def test_every_answer_carries_a_request_id(central: Central, given: str) -> None:
    told = requests.get(f"{central.url}/v1/meta", headers={"X-Request-ID": given}, timeout=60).headers["X-Request-ID"]
    assert (told == given) is (given == "desk-7.a_b")


def test_a_body_over_the_limit_is_refused_announced_or_not(desk: Desk) -> None:
    about = builders.dossier(1)
    huge = b" " * (64 * 1024 + 1)
    path = f"{path_of(about)}/decisions"
    assert problem(desk.call("POST", path, raw=huge)).name == "too-large"
    chunked = desk.http.post(desk.central.url + path, data=iter([huge[:1000], huge]), timeout=60)
    assert (problem(chunked).name, chunked.status_code) == ("too-large", 413)


def test_an_announced_length_beyond_every_number_is_refused(central: Central, desk: Desk) -> None:
    place = urlsplit(central.url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as line:
        token = desk.grant.access_token
        line.sendall(
            f"PUT /v1/scopes/07906/blobs/{'0' * 64} HTTP/1.1\r\nHost: central\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Length: {BLOB_LIMIT + 1}\r\nConnection: close\r\n\r\n".encode()
        )
        assert line.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_a_picture_is_kept_under_its_hash_and_given_back(central: Central, desk: Desk) -> None:
    data = builders.JPEG + str(central.fresh()).encode()
    sha256 = hashlib.sha256(data).hexdigest()
    path = f"/v1/scopes/07906/blobs/{sha256}"
    assert problem(desk.get(path)).name == "unknown-blob"
    statuses = [desk.call("PUT", path, raw=data, Content_Type="image/jpeg").status_code for _ in range(2)]
    assert statuses == [201, 200]
    given = desk.get(path)
    assert (given.content, given.headers["Content-Type"]) == (data, "image/jpeg")
    elsewhere = central.desk(scopes=("00101",))
    assert problem(elsewhere.get(f"/v1/scopes/00101/blobs/{sha256}")).name == "unknown-blob"


@pytest.mark.parametrize(
    ("data", "media_type", "name"),
    [
        (b"<html>", "image/jpeg", "not-an-image"),
        (b"", "image/png", "not-an-image"),
        (builders.JPEG, "image/png", "not-an-image"),
        (builders.JPEG, "text/html", "not-an-image"),
        (builders.JPEG, "", "not-an-image"),
        (builders.JPEG + b"other", "image/jpeg", "validation"),
    ],
)
def test_bytes_that_are_not_what_they_claim_are_refused(desk: Desk, data: bytes, media_type: str, name: str) -> None:
    sha256 = hashlib.sha256(builders.JPEG).hexdigest()
    answer = desk.call("PUT", f"/v1/scopes/07906/blobs/{sha256}", raw=data, Content_Type=media_type)
    assert problem(answer).name == name


@pytest.mark.parametrize("sha256", ["0" * 63, "A" * 64, "g" * 64, "..%2f" + "0" * 64])
def test_a_hash_that_is_none_never_becomes_a_path(desk: Desk, sha256: str) -> None:
    assert desk.get(f"/v1/scopes/07906/blobs/{sha256}").status_code in (404, 422)


def test_a_picture_over_twelve_mebibytes_is_refused(desk: Desk) -> None:
    data = builders.JPEG + b"\0" * BLOB_LIMIT
    path = f"/v1/scopes/07906/blobs/{hashlib.sha256(data).hexdigest()}"
    answer = desk.http.put(desk.central.url + path, data=(data[i : i + 2**20] for i in range(0, len(data), 2**20)))
    assert (problem(answer).name, answer.status_code) == ("too-large", 413)


@pytest.mark.parametrize("kind", ["settings", "reasons", "labels", "offices"])
def test_lists_are_sent_once_and_then_known_by_their_tag(desk: Desk, kind: str) -> None:
    first = desk.get(f"/v1/reference/{kind}")
    assert (first.status_code, first.headers["Content-Type"]) == (200, "application/json")
    assert desk.get(f"/v1/reference/{kind}", If_None_Match=first.headers["ETag"]).status_code == 304
    assert desk.get(f"/v1/reference/{kind}", If_None_Match='"other"').status_code == 200


def test_an_unknown_list_is_refused(desk: Desk) -> None:
    assert problem(desk.get("/v1/reference/passwords")).name == "validation"


def test_the_description_names_every_call_and_body(central: Central) -> None:
    described = requests.get(f"{central.url}/v1/openapi.json", timeout=60).json()
    assert described["openapi"].startswith("3.1")
    decide = described["paths"]["/v1/scopes/{scope_id}/dossiers/{dossier_id}/decisions"]["post"]
    body = decide["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Decision"}
    fields = described["components"]["schemas"]["Decision"]["properties"]
    assert {"op_id", "base_version", "verdict", "ticks", "photos"} <= set(fields)
    referred = set(_references(described))
    assert referred
    assert referred <= {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in _references(value)]
    return [found for value in node for found in _references(value)] if isinstance(node, list) else []
