"""What the program asks of central, whoever answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from officer_console.central import feed, wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.form import FormKeys, SignedForm
from officer_console.domain.notice import Notice
from officer_console.domain.officer import Officer
from officer_console.domain.registry import RegistryAnswer


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """One reference list as it came: its entity tag and the JSON text."""

    etag: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """Central's answer about a lease: the document with it, its place in the feed and its entity tag."""

    seq: int
    dossier: Dossier
    etag: str

    def of(self, epoch: str) -> bool:
        """Whether the answer comes from this epoch of central: feed numbers of two have nothing to do with each other.

        A gateway that packs answers makes the tag a weak one.
        """
        return self.etag.removeprefix("W/") == wire.etag(epoch, self.dossier.version)


class CentralRegister(Protocol):
    """What the program asks of central. Every method may raise :class:`CentralError`."""

    def meta(self) -> wire.Meta:
        """Return epoch, clock and limits."""
        ...

    def server_time(self) -> datetime | None:
        """Return what central's clock shows now, ``None`` before its first answer."""
        ...

    def sign_in(self, username: str, password: str, device_id: str) -> Officer:
        """Open a session."""
        ...

    def resume(self, refresh_token: str) -> Officer:
        """Open a session from a refresh token, which is used up by it."""
        ...

    def changes(
        self, scope: str, cursor: str | None, limit: int = wire.PAGE_LIMIT, *, pause: feed.Pause = feed.no_pause
    ) -> feed.Page:
        """Return the next page of the scope's state feed; ``pause`` is called now and then while it is read."""
        ...

    def dossier(self, scope: str, dossier_id: str) -> Dossier:
        """Return one dossier as it stands."""
        ...

    def take(self, scope: str, dossier_id: str, *, break_other: bool = False, reason: str | None = None) -> Taken:
        """Take or renew the lease."""
        ...

    def release(self, scope: str, dossier_id: str) -> None:
        """Give the lease back."""
        ...

    def decide(self, decision: Decision, epoch: str) -> wire.Receipt:
        """Send a decision; the same ``op_id`` gets the same receipt however often it is sent."""
        ...

    def ledger(self, scope: str, device_id: str, after: int = 0) -> wire.Ledger:
        """Return which decisions of the store ``device_id`` numbered above ``after`` central has for the scope.

        A central that does not know ``after`` tells of all of them.
        """
        ...

    def put_blob(self, scope: str, sha256: str, media_type: str, data: bytes) -> None:
        """Store a picture."""
        ...

    def blob(self, scope: str, sha256: str) -> bytes:
        """Return a picture's bytes, checked against their hash."""
        ...

    def household(self, scope: str, dossier_id: str) -> RegistryAnswer:
        """Ask the household registry about what a dossier declares, without deciding."""
        ...

    def reference(self, kind: str, etag: str | None) -> ReferenceList | None:
        """Return a reference list, ``None`` when it is still the one named by ``etag``."""
        ...

    def form_keys(self, scope: str, dossier_id: str | None = None) -> FormKeys:
        """Return the keys of the codes on the scope's forms, or on those of the office in the dossier's number."""
        ...

    def put_signed_form(self, scope: str, dossier_id: str, form: SignedForm) -> None:
        """Put a signed sheet, whose picture central has, into a dossier."""
        ...

    def put_signed_notice(self, scope: str, dossier_id: str, notice: Notice) -> None:
        """Put a signed notice, whose file central has, into a dossier."""
        ...
