"""Fetches the lists a deployment edits: labels, reasons, offices, thresholds."""

from __future__ import annotations

from officer_console.central import wire
from officer_console.central.client import CentralRegister
from officer_console.central.errors import PROTOCOL, CentralError
from officer_console.store.store import Store

KINDS = ("settings", "reasons", "labels", "offices")


def refresh_reference(store: Store, central: CentralRegister) -> bool:
    """Bring the lists up to date and return whether any changed. May raise ``CentralError``."""
    changed = False
    for kind in KINDS:
        with store.read() as tx:
            etag = tx.reference.etag(kind)
        fresh = central.reference(kind, etag)
        if fresh is not None:
            try:
                with store.apply() as tx:
                    tx.reference.put(kind, fresh.etag, fresh.body)
            except wire.WireError:
                raise CentralError(PROTOCOL) from None
            changed = True
    return changed
