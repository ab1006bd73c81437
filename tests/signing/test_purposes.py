"""What a certificate is for and whom it names: machines', authorities' and nobody's sign no notice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID

from officer_console.documents import fonts
from officer_console.domain.dossier import Status
from officer_console.services.sign_documents import Settings
from officer_console.services.signature_marks import MarkPainter
from officer_console.signing.secret import Secret
from officer_console.signing.settings import Module
from officer_console.signing.signer import PinState, SigningError, Trouble
from officer_console.views.signing_sentences import mark_lines
from tests.signing import soft_token
from tests.signing.authority import DAY, NOW, Authority, key_file, rsa_key, usage
from tests.signing.conftest import MODULE, Hosted
from tests.signing.papers import notice
from tests.signing.reading import text, verdicts
from tests.signing.signing_room import Rooms, rooms
from tests.signing.soft_token import PIN
from tests.signing.test_signatures import named

pytestmark = pytest.mark.timeout(180)
__all__ = ["rooms"]
needs_token = pytest.mark.skipif(shutil.which("softhsm2-util") is None, reason="no token made of software here")

# from RFC 9336, Adobe's and Microsoft's for documents, and one that an issuer made for itself
DOCUMENTS, ADOBE, MICROSOFT, OWN = (
    x509.ObjectIdentifier(dotted)
    for dotted in ("1.3.6.1.5.5.7.3.36", "1.2.840.113583.1.1.5", "1.3.6.1.4.1.311.10.3.12", "1.3.6.1.4.1.99999.1.2")
)
CN, COUNTRY, NUMBER = NameOID.COMMON_NAME, NameOID.COUNTRY_NAME, NameOID.USER_ID


def certificate(
    authority: Authority, subject: str | dict[x509.ObjectIdentifier, str], *extensions: x509.ExtensionType
) -> x509.Certificate:
    """Return one for the key 1 that may sign by its key usage; ``subject``: common name, or all attributes."""
    attributes = {CN: subject} if isinstance(subject, str) else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(kind, told) for kind, told in attributes.items()]))
        .issuer_name(authority.root.subject)
        .public_key(rsa_key(1).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + 300 * DAY)
        .add_extension(usage("digital_signature", "content_commitment"), critical=True)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(rsa_key(0), SHA256())


def opened(file: Path, hosted: Hosted, made: x509.Certificate) -> Trouble | None:
    """Return why a key file with a certificate does not sign; ``None`` when it does, to another reader's eyes, too."""
    file.write_bytes(key_file(rsa_key(1), made, ""))
    try:
        with hosted().file(file, Secret("")) as signer:
            assert [each.valid for each in verdicts(signer.sign(notice(), "", at=NOW), made)] == [True]
    except SigningError as error:
        return error.trouble
    return None


@pytest.mark.parametrize(
    ("purposes", "trouble"),
    [
        ((Purpose.SERVER_AUTH,), Trouble.OTHER_PURPOSE),
        ((Purpose.TIME_STAMPING,), Trouble.OTHER_PURPOSE),
        ((Purpose.OCSP_SIGNING, Purpose.SERVER_AUTH), Trouble.OTHER_PURPOSE),
        ((Purpose.SERVER_AUTH, Purpose.CLIENT_AUTH), None),
        ((Purpose.EMAIL_PROTECTION,), None),
        ((Purpose.CLIENT_AUTH,), None),
        ((Purpose.SMARTCARD_LOGON,), None),
        ((Purpose.ANY_EXTENDED_KEY_USAGE,), None),
        ((DOCUMENTS,), None),
        ((ADOBE,), None),
        ((MICROSOFT,), None),
        ((OWN,), None),
        ((), None),
    ],
)
def test_a_certificate_that_is_for_machines_only_signs_no_notice(
    purposes: tuple[x509.ObjectIdentifier, ...],
    trouble: Trouble | None,
    authority: Authority,
    hosted: Hosted,
    tmp_path: Path,
) -> None:
    extensions = (x509.ExtendedKeyUsage(purposes),) if purposes else ()
    assert opened(tmp_path / "a.p12", hosted, certificate(authority, "Officer", *extensions)) is trouble


def test_an_authoritys_own_certificate_signs_no_notice(authority: Authority, hosted: Hosted, tmp_path: Path) -> None:
    for ca, trouble in ((True, Trouble.AUTHORITY), (False, None)):
        made = certificate(authority, "Officer", x509.BasicConstraints(ca=ca, path_length=None))
        assert opened(tmp_path / "a.p12", hosted, made) is trouble


def test_a_file_whose_certificate_cannot_be_read_is_told_as_such(
    authority: Authority, hosted: Hosted, tmp_path: Path
) -> None:
    nonsense = x509.UnrecognizedExtension(x509.ExtendedKeyUsage.oid, b"\x30\x03\x06\x05")
    made = certificate(authority, "Officer", nonsense)
    assert opened(tmp_path / "a.p12", hosted, made) is Trouble.FILE_MALFORMED


BLANKS: tuple[dict[x509.ObjectIdentifier, str], ...] = ({}, {CN: " "}, {CN: "\u200b\u00a0"}, {CN: " - "})
IDS = ("absent", "a space", "spaces of no width and no break", "a dash")


@pytest.mark.parametrize("blank", BLANKS, ids=IDS)
@pytest.mark.parametrize(
    ("beside", "shown"),
    [
        ({NameOID.ORGANIZATION_NAME: "BHXH cơ sở Bến Thành"}, "BHXH cơ sở Bến Thành"),
        ({NameOID.GIVEN_NAME: "Văn Nam", NameOID.SURNAME: "Đỗ", NameOID.ORGANIZATION_NAME: "BHXH"}, "Đỗ Văn Nam"),
        ({NameOID.EMAIL_ADDRESS: "nam@example.vn"}, "nam@example.vn"),
    ],
)
def test_a_mark_names_the_signer_also_where_the_common_name_is_blank(
    blank: dict[x509.ObjectIdentifier, str],
    beside: dict[x509.ObjectIdentifier, str],
    shown: str,
    authority: Authority,
    hosted: Hosted,
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.p12"
    file.write_bytes(key_file(rsa_key(1), certificate(authority, {COUNTRY: "VN", **blank, **beside}), ""))
    painter = MarkPainter(faces=fonts.load(), words=mark_lines, box=(330.0, 110.0, 530.0, 165.0))
    with hosted().file(file, Secret("")) as signer:
        mark = painter.draw(signer.certificate, NOW, "")
    assert text(mark.picture, tmp_path).splitlines()[0] == f"Ký bởi: {shown}"


@pytest.mark.parametrize("blank", BLANKS, ids=IDS)
def test_a_certificate_that_names_nobody_signs_no_notice(
    blank: dict[x509.ObjectIdentifier, str], authority: Authority, hosted: Hosted, tmp_path: Path
) -> None:
    nobody = certificate(authority, {COUNTRY: "VN", **blank, NUMBER: "CCCD:079085001234"})
    assert opened(tmp_path / "a.p12", hosted, nobody) is Trouble.NAMELESS


@needs_token
def test_on_a_token_they_are_told_in_the_list_and_take_no_pin(
    authority: Authority, hosted: Hosted, rooms: Rooms, tmp_path: Path
) -> None:
    own = certificate(authority, "Authority", x509.BasicConstraints(ca=True, path_length=None))
    mail = x509.ExtendedKeyUsage([Purpose.EMAIL_PROTECTION, Purpose.CLIENT_AUTH])
    soft = soft_token.make(
        tmp_path / "own",
        tuple(
            (made, rsa_key(1))
            for made in (
                certificate(authority, "Mail", mail),
                certificate(authority, "Server", x509.ExtendedKeyUsage([Purpose.SERVER_AUTH])),
                certificate(authority, " "),
                own,
            )
        ),
    )
    host = hosted(soft)
    found = host.certificates(MODULE)
    refused = {"Server": Trouble.OTHER_PURPOSE, "": Trouble.NAMELESS}
    assert {each.subject: each.trouble(NOW) for each in found} == {"Mail": None, **refused}
    for name, trouble in refused.items():
        with pytest.raises(SigningError) as caught, host.token(MODULE, named(found, name), Secret("000000")):
            pytest.fail("opened")
        assert caught.value.trouble is trouble
    assert {each.pin for each in host.certificates(MODULE)} == {PinState.GOOD}
    # authorities' own stand in no list; whoever names one all the same is refused by the worker
    named_anyway = replace(named(found, "Mail"), fingerprint=sha256(own.public_bytes(Encoding.DER)).hexdigest())
    with pytest.raises(SigningError) as caught, host.token(MODULE, named_anyway, Secret(PIN)):
        pytest.fail("opened")
    assert caught.value.trouble is Trouble.AUTHORITY
    with host.token(MODULE, named(found, "Mail"), Secret(PIN)) as signer:
        assert [each.valid for each in verdicts(signer.sign(notice(), "", at=NOW), authority.root)] == [True]

    room = rooms(Settings(modules=(Module(name=MODULE, path=soft.module),)), token=soft)
    room.open(Status.APPROVED)
    room.dialog.sign_button.click()
    dialog = room.asked()
    box = dialog.certificate.box
    shown = [box.itemText(place) for place in range(box.count())]
    for wanted in ("Server · cấp cho máy chủ", "– · không ghi tên người ký"):
        box.setCurrentIndex(shown.index(wanted))
        box.activated.emit(box.currentIndex())
        assert not dialog.pin.control.isEnabled()
