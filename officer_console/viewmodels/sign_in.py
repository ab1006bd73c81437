"""Signing in: one attempt at a time, a countdown while locked out, the old password when it was changed elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from officer_console.viewmodels.ports import Clock, Jobs, SessionPort, SignInService


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account offered on the sign-in page of a demonstration. ``role`` is the wire value of a role."""

    username: str
    password: str
    full_name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInState:
    """What the page shows. ``locked_until`` is aware UTC; ``missing`` names a field left empty."""

    busy: bool = False
    error: Exception | None = None
    missing: str = ""
    locked_until: datetime | None = None
    needs_old_password: bool = False


class SignInViewModel(QObject):
    """Signals: ``changed`` (state), ``ticked`` (the countdown moved), ``signed_in`` (carries the session)."""

    changed = Signal()
    ticked = Signal()
    signed_in = Signal(object)

    def __init__(
        self,
        service: SignInService,
        runner: Jobs,
        *,
        clock: Clock,
        demo_accounts: tuple[DemoAccount, ...] = (),
        parent: QObject | None = None,
    ) -> None:
        """``clock`` is central's, as far as it is known: central says until when an account is locked."""
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._clock = clock
        self.demo_accounts = demo_accounts
        self.state = SignInState()
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)

    def submit(self, username: str, password: str, old_password: str = "") -> None:
        """Try to sign in; ``username`` is taken without blanks around it, passwords as they are."""
        if self.state.busy or self.seconds_locked() > 0:
            return
        name = username.strip()
        missing = "username" if not name else "password" if not password else ""
        if not missing and self.state.needs_old_password and not old_password:
            missing = "oldPassword"
        if missing:
            self._set(replace(self.state, missing=missing, error=None))
            return
        self._set(replace(self.state, busy=True, error=None, missing="", locked_until=None))
        old = old_password if self.state.needs_old_password else None
        self._runner.run(lambda: self._attempt(name, password, old), self._on_session, self._on_failure)

    def seconds_locked(self) -> int:
        """Return how long the account still is locked, in whole seconds rounded up; 0 when it is not."""
        until = self.state.locked_until
        if until is None:
            return 0
        left = (until - self._clock()).total_seconds()
        return max(0, int(left) + (left > int(left)))

    def edited(self) -> None:
        """The officer typed: what was said about the last attempt no longer holds."""
        if self.state.missing:
            self._set(replace(self.state, missing=""))

    def other_user(self) -> None:
        """The user name changed: old password and lock-out belong to somebody else."""
        if self.state.needs_old_password or self.state.locked_until:
            self._second.stop()
            self._set(replace(self.state, needs_old_password=False, locked_until=None, error=None))

    def _attempt(self, username: str, password: str, old_password: str | None) -> SessionPort:
        if old_password is None:
            return self._service.sign_in(username, password)
        return self._service.sign_in(username, password, old_password)

    def _on_session(self, session: SessionPort) -> None:
        self._second.stop()
        self.state = SignInState()
        self.changed.emit()
        self.signed_in.emit(session)

    def _on_failure(self, error: Exception) -> None:
        code = getattr(error, "code", "")
        until = getattr(getattr(error, "problem", None), "until", None) if code == "locked-out" else None
        needs_old = self.state.needs_old_password or code == "password-changed"
        self._set(replace(self.state, busy=False, error=error, locked_until=until, needs_old_password=needs_old))
        if until is not None:
            self._second.start()

    def _tick(self) -> None:
        if self.seconds_locked() == 0:
            self._second.stop()
            self._set(replace(self.state, locked_until=None, error=None))
            return
        self.ticked.emit()

    def _set(self, state: SignInState) -> None:
        self.state = state
        self.changed.emit()
