"""Look at one dossier: data, findings, lease, pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from officer_console.central.errors import CentralError
from officer_console.domain.checks import Finding, declaration_findings
from officer_console.domain.deadline import today
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.errors import RuleError
from officer_console.domain.lease import Lease
from officer_console.domain.officer import Officer
from officer_console.domain.reference import Reference
from officer_console.domain.registry import RegistryAnswer
from officer_console.imaging.gate import Gate, Purpose
from officer_console.store.outbox import OutboxItem
from officer_console.store.store import Store
from officer_console.sync.online import Online


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDossier:
    """Everything the detail page shows. ``pending`` waits to be sent, ``attention`` was refused by central."""

    dossier: Dossier
    pending: Decision | None
    attention: OutboxItem | None
    findings: tuple[Finding, ...]
    reference: Reference
    lease_by_other: Lease | None
    offline: bool = False


class Review:
    """One officer's view on dossiers."""

    def __init__(
        self, store: Store, online: Online, officer: Officer, gate: Gate, *, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._online = online
        self._officer = officer
        self._gate = gate
        self._clock = clock

    def open(self, dossier_id: str) -> OpenDossier:
        """Return the dossier from the sealed store.

        Raises:
            RuleError: ``unknown-dossier``.
        """
        with self._store.read() as tx:
            dossier = tx.dossiers.get(dossier_id)
            item = tx.outbox.for_dossier(dossier_id)
            reference = tx.reference.get()
        if dossier is None:
            raise RuleError("unknown-dossier")
        return self._opened(dossier, item, reference, offline=False)

    def take(self, dossier_id: str, *, break_other: bool = False, reason: str | None = None) -> OpenDossier:
        """Take the lease at central; without network the dossier opens all the same and says so.

        ``reason`` is why a supervisor takes the dossier from another officer, in his words.

        Raises:
            RuleError: ``unknown-dossier``.
            CentralError: ``leased``, ``already-decided``, ``forbidden``, ``sign-in-needed`` …
        """
        opened = self.open(dossier_id)
        try:
            fresh = self._online.take(opened.dossier.scope_id, dossier_id, break_other=break_other, reason=reason)
        except CentralError as error:
            if not error.passing:
                raise
            return self._opened(opened.dossier, self._item(dossier_id), opened.reference, offline=True)
        return self._opened(fresh, self._item(dossier_id), opened.reference, offline=False)

    def release(self, dossier_id: str) -> None:
        """Give the lease back; without network it runs out by itself."""
        opened = self.open(dossier_id)
        try:
            self._online.release(opened.dossier.scope_id, dossier_id)
        except CentralError as error:
            if not error.passing:
                raise

    def picture(self, dossier_id: str, sha256: str) -> bytes:
        """Return a picture as clean JPEG bytes: sealed store first, then central; decoded by the gate only.

        Raises:
            CentralError: it is not here and central cannot be reached.
            GateError: the bytes are not a picture that may be shown.
        """
        opened = self.open(dossier_id)
        data = self._online.picture(opened.dossier.scope_id, dossier_id, sha256)
        return self._gate.admit(data, Purpose.VIEW).data

    def check_household(self, dossier_id: str) -> RegistryAnswer:
        """Ask the household registry about the declared code and name without deciding."""
        return self._online.household(self.open(dossier_id).dossier.scope_id, dossier_id)

    def _item(self, dossier_id: str) -> OutboxItem | None:
        with self._store.read() as tx:
            return tx.outbox.for_dossier(dossier_id)

    def _opened(self, dossier: Dossier, item: OutboxItem | None, reference: Reference, *, offline: bool) -> OpenDossier:
        now = self._clock()
        lease = dossier.lease
        return OpenDossier(
            dossier=dossier,
            pending=item.decision if item is not None and item.state == "waiting" else None,
            attention=item if item is not None and item.state == "attention" else None,
            findings=declaration_findings(dossier, today(now)),
            reference=reference,
            lease_by_other=lease if lease is not None and lease.held_by_other(self._officer.id, now) else None,
            offline=offline,
        )
