"""Key and certificate from a PKCS#12 file."""

from __future__ import annotations

from asn1crypto import pkcs12
from pyhanko.sign.signers import Signer, SimpleSigner

from officer_console.signing.signer import SigningError, Trouble

FILE_LIMIT = 1024 * 1024


def open_file(data: bytes, password: str) -> Signer:
    """Return what signs with the key in ``data``.

    Raises:
        SigningError: FILE_MALFORMED, WRONG_PASSWORD, NO_KEY.
    """
    try:
        pkcs12.Pfx.load(data, strict=True).native  # noqa: B018 - looks at every field
    except (ValueError, TypeError, KeyError):
        raise SigningError(Trouble.FILE_MALFORMED) from None
    try:
        signer: Signer = SimpleSigner.load_pkcs12_data(data, (), password.encode() if password else None)
    except ValueError:
        raise SigningError(Trouble.WRONG_PASSWORD) from None
    except (AttributeError, TypeError):
        # what is made of a file without a key or without a certificate
        raise SigningError(Trouble.NO_KEY) from None
    return signer
