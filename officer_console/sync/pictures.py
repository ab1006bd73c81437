"""Sends a picture, or a signed notice, to central before what names it."""

from __future__ import annotations

from collections.abc import Callable

from officer_console.central.errors import CentralError
from officer_console.central.register import CentralRegister
from officer_console.store.errors import UNWRITABLE, StoreError
from officer_console.store.store import Store

LOST = "attachment-lost"
UNREADABLE = "attachment-unreadable"


def send_picture(store: Store, central: CentralRegister, scope: str, sha256: str) -> None:
    """Send a picture to a scope, if central is still owed it.

    Raises:
        CentralError: ``LOST`` when it is not here any more, ``UNREADABLE`` when it cannot be read just now; or what
            central says.
        StoreError: the store failed.
    """
    with store.read() as tx:
        owed = tx.uploads.waiting(sha256, scope)
    if owed is None:
        return
    try:
        data = store.blobs.get(sha256)
    except StoreError as error:
        if error.code != UNWRITABLE:
            raise
        raise CentralError(UNREADABLE) from None
    if data is None:
        raise CentralError(LOST)
    central.put_blob(scope, sha256, owed.media_type, data)
    with store.write() as tx:
        tx.uploads.done(sha256, scope)


def send_with_picture(
    store: Store, central: CentralRegister, scope: str, picture: tuple[str, str], name: Callable[[], None]
) -> None:
    """Call ``name``, which tells central of a picture (its SHA-256 and media type) that it has by then.

    Raises:
        CentralError: as ``send_picture``; or what ``name`` raises.
        StoreError: the store failed.
    """
    sha256, media_type = picture
    with store.write() as tx:
        tx.uploads.want(sha256, scope, media_type)
    for last in (False, True):
        send_picture(store, central, scope, sha256)
        try:
            name()
        except CentralError as error:
            if last or error.code != "attachment-missing":
                raise
        else:
            return
        with store.write() as tx:
            tx.uploads.add(sha256, scope, media_type)
