"""Fetches the lists a deployment edits: labels, reasons, offices, thresholds."""

from __future__ import annotations

from collections.abc import Callable

from officer_console.central import wire
from officer_console.central.errors import PROTOCOL, CentralError
from officer_console.central.register import CentralRegister
from officer_console.store.store import Store

KINDS = ("settings", "reasons", "labels", "offices")


def refresh_reference(store: Store, central: CentralRegister, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Bring the lists up to date and return whether any changed. May raise ``CentralError``.

    One that comes after ``stopping()`` is not written, and no other asked for.
    """
    changed = False
    for kind in KINDS:
        with store.read() as tx:
            etag = tx.reference.etag(kind)
        fresh = central.reference(kind, etag)
        if stopping():
            break
        if fresh is not None:
            try:
                with store.apply() as tx:
                    tx.reference.put(kind, fresh.etag, fresh.body)
            except wire.WireError:
                raise CentralError(PROTOCOL) from None
            changed = True
    return changed
