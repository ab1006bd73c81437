"""A real HTTP server whose answers a test decides."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from officer_console.central.session import CentralSession

Reply = tuple[int, dict[str, str], bytes]


class Site:
    """A real HTTP server whose next answers a test decides."""

    def __init__(self) -> None:
        # None hangs up without an answer
        self.replies: list[Reply | None] = []
        self.paths: list[str] = []
        self.headers: list[Message] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                site.paths.append(self.path)
                site.headers.append(self.headers)
                length = int(self.headers.get("Content-Length") or 0)
                self.rfile.read(length)
                reply = site.replies.pop(0)
                if reply is None:
                    self.close_connection = True
                    return
                status, headers, body = reply
                (self.send_response_only if "Date" in headers else self.send_response)(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - the names the base class calls

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - signature of the base class
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


def session(url: str) -> CentralSession:
    return CentralSession(url, ca_bundle=None, new_id=lambda: "r-1")


JSON = {"Content-Type": "application/json"}
PROBLEM = {"Content-Type": "application/problem+json"}
META = json.dumps({"epoch": "e" * 32, "server_time": "2026-01-01T00:00:00Z"}).encode()
