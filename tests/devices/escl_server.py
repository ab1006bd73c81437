"""An eSCL scanner for tests: what Mopria's eSCL asks of a device, and whatever devices do wrong."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import ipaddress
import re
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image, ImageDraw

SPACES = 'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
PROFILE = """<scan:SettingProfiles><scan:SettingProfile><scan:ColorModes>
<scan:ColorMode>RGB24</scan:ColorMode><scan:ColorMode>Grayscale8</scan:ColorMode></scan:ColorModes>
<scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>
<scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>
<scan:SupportedResolutions><scan:DiscreteResolutions>{resolutions}</scan:DiscreteResolutions></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles>"""
RESOLUTION = (
    "<scan:DiscreteResolution><scan:XResolution>{0}</scan:XResolution><scan:YResolution>{0}</scan:YResolution>"
    "</scan:DiscreteResolution>"
)
INPUT = """<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth><scan:MinHeight>16</scan:MinHeight>
<scan:MaxHeight>3508</scan:MaxHeight><scan:MaxScanRegions>1</scan:MaxScanRegions>"""


@dataclass
class Behaviour:
    """How the scanner behaves; tests change it while it runs."""

    sheets: int = 3
    # the feeder's state from the start, or after so many pages
    feeder: str = ""
    feeder_after: int | None = None
    end_code: int = 404
    job_state: str = "Completed"
    busy: int = 0
    page_busy: int = 0
    refuse: int = 0
    # "hang", "drip", "cut", "short", "huge", "text", "redirect"
    page: str = ""
    location: str = "absolute"
    capabilities: bytes | None = None
    resolutions: tuple[int, ...] = (1, 75, 100, 150, 300, 600)
    asked: list[tuple[str, str]] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class EsclServer(ThreadingHTTPServer):
    """The scanner; ``url`` is its address as a driver wants it."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour: Behaviour, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour = behaviour
        self.jobs: dict[str, list[int]] = {}
        self.lock = threading.Lock()
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.origin = f"{'https' if context else 'http'}://127.0.0.1:{self.server_port}"
        self.url = self.origin + "/eSCL"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that leave are what is tested."""


@contextlib.contextmanager
def escl_server(behaviour: Behaviour, context: ssl.SSLContext | None = None) -> Iterator[EsclServer]:
    """Run a scanner until the block ends."""
    server = EsclServer(behaviour, context)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        behaviour.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def own_certificate(folder: Path) -> tuple[ssl.SSLContext, str]:
    """Return a context with a certificate signed by itself and long expired, and its SHA-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "PRINTER-7")])
    since = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(since)
        .not_valid_after(since + dt.timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("192.0.2.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{certificate.fingerprint(hashes.SHA256()).hex()}.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: EsclServer

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's
        """Say nothing."""

    def do_GET(self) -> None:
        self._note()
        if self.path == "/eSCL/ScannerCapabilities":
            own = self.server.behaviour.capabilities
            self._answer(200, own if own is not None else self._capabilities())
        elif self.path == "/eSCL/ScannerStatus":
            self._answer(200, self._status())
        elif self.path.endswith("/NextDocument"):
            self._page(self.path.split("/")[-2])
        else:
            self._answer(404)

    def do_POST(self) -> None:
        behaviour = self._note()
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        behaviour.settings.append(text)
        if behaviour.busy:
            behaviour.busy -= 1
            self._answer(503, headers={"Retry-After": "0"})
            return
        if behaviour.refuse:
            self._answer(behaviour.refuse)
            return
        with self.server.lock:
            job = f"job{len(self.server.jobs) + 1}"
            feeder = ">Feeder<" in text
            left = behaviour.sheets if feeder else 1
            numbers = [int(found) for found in re.findall(r"<(?:scan:XResolution|pwg:Width|pwg:Height)>(\d+)<", text)]
            height, width, dpi = numbers
            self.server.jobs[job] = [left, 0, width * dpi // 300, height * dpi // 300, dpi, "RGB24" in text]
        path = f"/eSCL/ScanJobs/{job}"
        location = {"absolute": self.server.origin + path, "path": path, "relative": f"ScanJobs/{job}"}
        self._answer(201, headers={"Location": location.get(behaviour.location, behaviour.location + path)})

    def do_DELETE(self) -> None:
        self._note()
        self._answer(200 if self.server.jobs.pop(self.path.rpartition("/")[2], None) else 404)

    def _note(self) -> Behaviour:
        self.server.behaviour.asked.append((self.command, self.path))
        return self.server.behaviour

    def _page(self, name: str) -> None:
        behaviour = self.server.behaviour
        job = self.server.jobs.get(name)
        if behaviour.page_busy:
            behaviour.page_busy -= 1
            self._answer(503)
            return
        if job is None or job[0] == 0 or (behaviour.feeder_after is not None and job[1] >= behaviour.feeder_after):
            self._answer(behaviour.end_code if job is not None else 404)
            return
        job[0], job[1] = job[0] - 1, job[1] + 1
        data = drawn(job[2], job[3], job[4], job[1], colour=bool(job[5]))
        if behaviour.page == "hang":
            behaviour.over.wait(60)
        elif behaviour.page == "drip":
            self._drip()
        elif behaviour.page == "redirect":
            self._answer(302, headers={"Location": "http://192.0.2.1/secret"})
        elif behaviour.page == "huge":
            self._head(200, 10**11, {})
        elif behaviour.page == "short":
            self._head(200, len(data), {"Content-Type": "image/jpeg"})
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
        else:
            body = {"cut": data[: len(data) // 2], "text": b"<html>"}.get(behaviour.page, data)
            self._answer(200, body, {"Content-Type": "image/jpeg"})

    def _drip(self) -> None:
        self._head(200, 10_000_000, {"Content-Type": "image/jpeg"})
        with contextlib.suppress(OSError):
            while not self.server.behaviour.over.wait(0.05):
                self.wfile.write(b"\xff")
                self.wfile.flush()

    def _capabilities(self) -> bytes:
        behaviour = self.server.behaviour
        profile = PROFILE.format(resolutions="".join(RESOLUTION.format(each) for each in behaviour.resolutions))
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><scan:ScannerCapabilities {SPACES}><pwg:Version>2.6</pwg:Version>'
            "<pwg:MakeAndModel>Lab Scanner</pwg:MakeAndModel>"
            f"<scan:Platen><scan:PlatenInputCaps>{INPUT}{profile}</scan:PlatenInputCaps></scan:Platen>"
            f"<scan:Adf><scan:AdfSimplexInputCaps>{INPUT}{profile}</scan:AdfSimplexInputCaps>"
            f"<scan:AdfDuplexInputCaps>{INPUT}{profile}</scan:AdfDuplexInputCaps><scan:FeederCapacity>50</scan:FeederCapacity>"
            "<scan:AdfOptions><scan:AdfOption>DetectPaperLoaded</scan:AdfOption><scan:AdfOption>Duplex</scan:AdfOption>"
            "</scan:AdfOptions></scan:Adf></scan:ScannerCapabilities>"
        ).encode()

    def _status(self) -> bytes:
        behaviour = self.server.behaviour
        jobs = dict(self.server.jobs)
        done = max((job[1] for job in jobs.values()), default=0)
        feeder = "ScannerAdfLoaded" if behaviour.sheets else "ScannerAdfEmpty"
        if any(job[0] == 0 for job in jobs.values()):
            feeder = "ScannerAdfEmpty"
        if behaviour.feeder and done >= (behaviour.feeder_after or 0):
            feeder = behaviour.feeder
        told = "".join(
            f"<scan:JobInfo><pwg:JobUri>/eSCL/ScanJobs/{name}</pwg:JobUri>"
            f"<pwg:JobState>{behaviour.job_state}</pwg:JobState></scan:JobInfo>"
            for name in jobs
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><scan:ScannerStatus {SPACES}><pwg:Version>2.6</pwg:Version>'
            f"<pwg:State>Idle</pwg:State><scan:AdfState>{feeder}</scan:AdfState>"
            f"<scan:Jobs>{told}</scan:Jobs></scan:ScannerStatus>"
        ).encode()

    def _answer(self, code: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self._head(code, len(body), headers or {"Content-Type": "text/xml"})
        self.wfile.write(body)

    def _head(self, code: int, length: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()


def drawn(width: int, height: int, dpi: int, number: int, *, colour: bool) -> bytes:
    """Return a page as JPEG, with as many black bars as its number."""
    image = Image.new("RGB" if colour else "L", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for bar in range(number):
        draw.rectangle((10 + 20 * bar, 10, 20 + 20 * bar, 60), fill="black")
    out = io.BytesIO()
    image.save(out, "JPEG", dpi=(dpi, dpi), quality=85)
    return out.getvalue()
