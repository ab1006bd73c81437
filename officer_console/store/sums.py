"""What a scope's mirror adds up to, kept along with every change: compared with central's own sum after a pull."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSum:
    """``count`` live dossiers; ``digest`` is the XOR of their shares, 32 hex digits."""

    count: int
    digest: str


class Summed(Protocol):
    """What a share is made of."""

    @property
    def scope_id(self) -> str:
        """The scope the dossier is in."""

    @property
    def seq(self) -> int:
        """Its number in the scope's feed."""

    @property
    def version(self) -> int:
        """Its version."""


def share(dossier_id: str, listed: Summed) -> int:
    """Return a dossier's part of the digest: the first 16 bytes of SHA-256 of ``scope|id|seq|version``."""
    return share_of(listed.scope_id, dossier_id, listed.seq, listed.version)


def share_of(scope: str, dossier_id: str, seq: int, version: int) -> int:
    """Return the part of a digest that a row of these values has."""
    line = f"{scope}|{dossier_id}|{seq}|{version}".encode()
    return int.from_bytes(hashlib.sha256(line).digest()[:16], "big")


class ScopeSums:
    """The sums within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sums: dict[str, tuple[int, int]] = {}

    def get(self, scope: str) -> ScopeSum:
        """Return the sum of ``scope``."""
        count, digest = self._load(scope)
        return ScopeSum(count=count, digest=f"{digest:032x}")

    def add(self, dossier_id: str, listed: Summed) -> None:
        """Count a dossier in."""
        self._change(dossier_id, listed, 1)

    def out(self, dossier_id: str, listed: Summed) -> None:
        """Count a dossier out."""
        self._change(dossier_id, listed, -1)

    def change(self, scope: str, part: int, by: int) -> None:
        """Count a dossier whose share is ``part`` in (``by`` 1) or out (-1)."""
        count, digest = self._load(scope)
        self._sums[scope] = (count + by, digest ^ part)

    def put(self, scope: str, total: ScopeSum) -> None:
        """Write what ``scope`` adds up to."""
        self._sums[scope] = (total.count, int(total.digest, 16))
        self.save()

    def save(self) -> None:
        """Write what changed."""
        for scope, (count, digest) in self._sums.items():
            self._connection.exec_driver_sql(
                "INSERT OR REPLACE INTO scope_sum (scope, live_count, digest) VALUES (?, ?, ?)",
                (scope, count, f"{digest:032x}"),
            )

    def _change(self, dossier_id: str, listed: Summed, by: int) -> None:
        self.change(listed.scope_id, share(dossier_id, listed), by)

    def _load(self, scope: str) -> tuple[int, int]:
        if scope not in self._sums:
            row = self._connection.exec_driver_sql(
                "SELECT live_count, digest FROM scope_sum WHERE scope = ?", (scope,)
            ).one_or_none()
            self._sums[scope] = (0, 0) if row is None else (int(row[0]), int(row[1], 16))
        return self._sums[scope]
