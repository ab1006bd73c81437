"""A time-stamp server on a thread: pyHanko's stamper behind HTTP or HTTPS, honest or not."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from tests.signing.authority import NOW, Key, pem

Answer = Callable[[tsp.TimeStampReq], bytes]


def stamper(certificate: x509.Certificate, key: rsa.RSAPrivateKey, *, at: datetime = NOW) -> Answer:
    """Return what answers requests as ``certificate``, at the aware time ``at`` however late it is."""
    inner = DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        fixed_dt=at,
    )
    return lambda request: bytes(inner.request_tsa_response(request).dump())


def modified(answer: Answer) -> Answer:
    """Return what answers the same, but says that it was granted with modifications."""

    def act(request: tsp.TimeStampReq) -> bytes:
        told = tsp.TimeStampResp.load(answer(request))
        told["status"]["status"] = "granted_with_mods"
        return bytes(told.dump(force=True))

    return act


def refusing(_request: tsp.TimeStampReq) -> bytes:
    """Answer that the request is rejected."""
    # SEQUENCE { SEQUENCE { INTEGER 2 } }: status rejection, no token
    return bytes.fromhex("30053003020102")


class Served:
    """A running server: its address, how often it was asked, and what it answers from now on."""

    def __init__(self, answer: Answer) -> None:
        self.url = ""
        self.asked = 0
        self.answer = answer
        self.status = 200
        self.stop: Callable[[], None] = lambda: None


@contextmanager
def serve(answer: Answer, *, tls: tuple[x509.Certificate, Key, Path] | None = None) -> Iterator[Served]:
    """Serve on a free port of this machine; ``tls``: certificate, key and a folder for both."""
    served = Served(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            served.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            data = served.answer(tsp.TimeStampReq.load(body))
            self.send_response(served.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_about: object) -> None:
            pass

    with Quiet(("127.0.0.1", 0), Handler) as server:
        port = server.server_address[1]
        served.url = f"http://127.0.0.1:{port}/tsa"
        if tls is not None:
            certificate, key, folder = tls
            (folder / "server.pem").write_bytes(certificate.public_bytes(Encoding.PEM) + pem(key))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / "server.pem")
            server.socket = context.wrap_socket(server.socket, server_side=True)
            served.url = f"https://localhost:{port}/tsa"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()

        def stop() -> None:
            server.shutdown()
            server.server_close()
            thread.join(10)

        served.stop = stop
        try:
            yield served
        finally:
            stop()
