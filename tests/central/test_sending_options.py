"""What the operator says about mail server and SMS gateway: signed in, verified by his own certificates, from files."""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from central_server.messages.channels import SendError
from central_server.messages.sinks import SmtpSink
from central_server.messages.templates import Text
from central_server.options import Options
from central_server.secret_files import SecretFileError, read_secret
from central_server.sending import SendingError, channels
from officer_console.domain.decision import Verdict
from officer_console.domain.dossier import Status
from officer_console.domain.message import Channel
from tests import builders
from tests.central.process import running_central, wait_until

USER, PASSWORD, TOKEN = "bhxh", "mat khau: $cua %may chu", "7f3c-token"
TEXT = Text(subject="Hồ sơ", body="x")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """Return a certificate of this machine that nobody knows, and what serves with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "content_commitment", "key_agreement", "encipher_only"), False
    )
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, decipher_only=False, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    public, private = folder / "ca.pem", folder / "key.pem"
    public.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


class GuardedMail(SmtpSink):
    """A mail server that takes letters over TLS from who signs in."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__()
        self._tls = tls

    async def _listen(self) -> asyncio.Server:
        def speak() -> SMTP:
            return SMTP(
                self,
                loop=self._loop,
                hostname="localhost",
                tls_context=self._tls,
                require_starttls=True,
                auth_required=True,
                authenticator=_signs_in,
            )

        return await self._loop.create_server(speak, "127.0.0.1", 0)


def _signs_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, said: Any) -> AuthResult:
    assert isinstance(said, LoginPassword)
    return AuthResult(success=said == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def guarded_mail(tls: ssl.SSLContext) -> Iterator[GuardedMail]:
    mail = GuardedMail(tls)
    mail.start()
    try:
        yield mail
    finally:
        mail.stop()


@contextmanager
def guarded_gateway(tls: ssl.SSLContext) -> Iterator[tuple[str, list[str]]]:
    """Give address and taken texts of an SMS gateway that asks for the token."""
    texts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known = self.headers["Authorization"] == f"Bearer {TOKEN}"
            if known:
                texts.append(json.loads(body)["text"])
            self.send_response(202 if known else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - signature of http.server
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_port}/messages", texts
        finally:
            server.shutdown()
            thread.join(10)


def secret(path: Path, words: str) -> Path:
    path.write_text(words + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_letters_go_out_signed_in_and_verified_as_the_command_says(
    tmp_path: Path, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    ca, tls = certificate
    with guarded_mail(tls) as mail, guarded_gateway(tls) as (gateway, texts):
        given = ["--smtp", f"127.0.0.1:{mail.port}", "--smtp-user", USER, "--smtp-ca", str(ca)]
        given += ["--smtp-password-file", str(secret(tmp_path / "mail", PASSWORD))]
        given += ["--sms-gateway", gateway, "--sms-ca", str(ca)]
        given += ["--sms-token-file", str(secret(tmp_path / "token", TOKEN)), "--hotline", "0243 8686868"]
        with running_central(tmp_path, *given) as central:
            about = builders.dossier(1)
            about = replace(about, declaration=replace(about.declaration, email="an@example.vn"))
            central.plant(about)
            refusal = builders.decision(about, verdict=Verdict.INVALID, reason_code="other", reason_text="Ảnh mờ")
            answer = central.desk().decide(refusal)
            assert answer.status_code == 201, answer.text
            central.becomes(about, Status.REJECTED)
            wait_until(lambda: (mail.mails and texts) or None)
    body = mail.mails[0].get_content()
    assert "0243 8686868" in body
    assert "0243 8686868" in texts[0]


@pytest.mark.parametrize("wrong", ["password", "ca"])
def test_a_mail_server_that_is_not_known_or_does_not_know_us_gets_nothing(
    tmp_path: Path, certificate: tuple[Path, ssl.SSLContext], wrong: str
) -> None:
    ca, tls = certificate
    with guarded_mail(tls) as mail, ExitStack() as running:
        options = Options(
            database="",
            port=0,
            blobs="",
            smtp=("localhost", mail.port) if wrong == "password" else ("127.0.0.1", mail.port),
            smtp_user=USER,
            smtp_password_file=secret(tmp_path / "mail", "falsch" if wrong == "password" else PASSWORD),
            smtp_ca=ca if wrong == "password" else another_authority(tmp_path),
        )
        with pytest.raises(SendError) as failed:
            channels(options, running)[Channel.EMAIL].send("an@example.vn", TEXT, "id")
        assert failed.value.code == {"password": "SMTPAuthenticationError", "ca": "SSLCertVerificationError"}[wrong]
        assert mail.mails == []


def another_authority(folder: Path) -> Path:
    """Return the certificates of somebody else."""
    import certifi

    path = folder / "others.pem"
    path.write_bytes(Path(certifi.where()).read_bytes())
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files are POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620, 0o666])
def test_a_secret_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = secret(tmp_path / "token", TOKEN)
    assert read_secret(path) == TOKEN
    path.chmod(mode)
    with pytest.raises(SecretFileError, match="others may read it"):
        read_secret(path)


@pytest.mark.parametrize("data", [b"", b"\n", b"a\nb\n", b"\xff\xfe", "mật".encode(), b"x" * 5000])
def test_what_is_no_line_of_ascii_is_no_secret_and_is_not_repeated(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(SecretFileError) as refused:
        read_secret(path)
    assert str(refused.value) == f"{path}: one line of ASCII expected"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"smtp": ("h", 25), "smtp_user": USER}, "belong together"),
        ({"smtp": ("h", 25), "smtp_user": "hà", "smtp_password_file": Path("x")}, "ASCII expected"),
        ({"smtp_ca": Path("x")}, "need --smtp"),
        ({"sms_ca": Path("x")}, "need --sms-gateway"),
        ({"sms_gateway": "http://sms.example"}, "must be https"),
        ({"sms_gateway": "http://127.0.0.1:9", "sms_ca": Path("x")}, "not https"),
        ({"smtp": ("h", 25), "smtp_ca": Path("/no/such/file")}, "--smtp-ca: No such file"),
        ({"sms_gateway": "https://h", "sms_ca": Path(__file__)}, "--sms-ca: no certificates"),
    ],
)
def test_options_that_cannot_be_are_told(given: dict[str, Any], told: str) -> None:
    with ExitStack() as running, pytest.raises(SendingError, match=told):
        channels(Options(database="", port=0, blobs="", **given), running)


def test_the_command_ends_with_a_sentence_before_it_makes_a_database(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "central_server", "serve", "--port", "0"]
    command += ["--database", f"sqlite:///{tmp_path / 'central.db'}", "--smtp", "mail.example:587", "--smtp-user", USER]
    command += ["--smtp-password-file", str(tmp_path / "absent")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"officer-central: {tmp_path / 'absent'}: No such file or directory\n"
    assert not (tmp_path / "central.db").exists()
