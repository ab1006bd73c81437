"""The officer at the next desk, for the tour: another session with the same central, without a window."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from officer_console.central.client import CentralClient
from officer_console.central.session import CentralSession
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.decision import Decision, Verdict
from officer_console.domain.dossier import Dossier
from officer_console.ids import uuid7


class Colleague:
    """Somebody else who works on the same dossiers."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self._central = CentralClient(CentralSession(url, ca_bundle=None, new_id=_new_id))
        self.officer = self._central.sign_in(username, password, _new_id())

    def take(self, dossier: Dossier, reason: str) -> None:
        """Take the dossier, whoever has it, and say why."""
        self._central.take(dossier.scope_id, dossier.id, break_other=True, reason=reason)

    def picture(self, dossier: Dossier, kind: AttachmentKind) -> bytes:
        """Return a picture of the dossier."""
        sha256 = next(own.sha256 for own in dossier.attachments if own.kind is kind)
        return self._central.blob(dossier.scope_id, sha256)

    def release(self, dossier: Dossier) -> None:
        """Give the dossier back."""
        self._central.release(dossier.scope_id, dossier.id)

    def refuse(self, scope: str, dossier_id: str, reason: str) -> Dossier:
        """Take the dossier, whoever has it, and refuse it."""
        dossier = self._central.take(scope, dossier_id, break_other=True, reason=reason).dossier
        decision = Decision(
            op_id=_new_id(),
            dossier_id=dossier_id,
            scope_id=scope,
            base_version=dossier.version,
            verdict=Verdict.INVALID,
            reason_code=reason,
            decided_at=datetime.now(UTC),
        )
        return self._central.decide(decision, self._central.meta().epoch).dossier


def _new_id() -> str:
    return uuid7(datetime.now(UTC), secrets.token_bytes)
