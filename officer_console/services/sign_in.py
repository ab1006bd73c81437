"""Sign in: at central when it can be reached, else with the sealed store's own key."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from officer_console.central.client import CentralClient
from officer_console.central.errors import CentralError
from officer_console.domain.errors import RuleError
from officer_console.domain.officer import Action, Officer
from officer_console.domain.reference import Reference
from officer_console.store.device import ClockNote
from officer_console.store.keys import KeySlotError, KeySlots
from officer_console.store.session import SavedSession
from officer_console.store.store import Store
from officer_console.sync.reference import refresh_reference

STORE_NAME = "store.db"


@dataclass(frozen=True, slots=True)
class Session:
    """An officer at work: who, the opened sealed store, whether central was reached, the lists as they are here.

    ``folder`` is where the store is, ``clock_note`` what the store knows of central's clock where central says nothing.
    """

    officer: Officer
    store: Store
    online: bool
    reference: Reference
    folder: Path
    clock_note: ClockNote | None = None


class SignIn:
    """Opens sessions; one sealed store per officer under ``profiles``."""

    def __init__(
        self,
        central: CentralClient,
        profiles: Path,
        *,
        device_id: str,
        clock: Callable[[], datetime],
        before_opening: Callable[[Path], object] = lambda _folder: None,
    ) -> None:
        """``before_opening`` is called with the folder of a store about to be opened; it may wait."""
        self._before_opening = before_opening
        self._central = central
        self._profiles = profiles
        self._device_id = device_id
        self._clock = clock

    def sign_in(self, username: str, password: str, old_password: str | None = None) -> Session:
        """Return a session for ``username``. Takes about half a second (Argon2id); call it off the GUI thread.

        ``old_password`` opens the sealed store when the password was changed at central since the last sign-in here.

        Raises:
            RuleError: ``username-missing``, ``password-missing``, ``offline-first-sign-in`` (no network and the officer
                has never signed in on this machine), ``role-without-desk`` (the role does not look at dossiers).
            CentralError: ``invalid-credentials``, ``locked-out`` …
            KeySlotError: ``wrong-password`` (offline), ``password-changed`` (ask for the old one), ``slot-damaged``,
                ``slot-missing`` (the sealed store is here and its key is not).
            StoreError: the sealed store cannot be opened.

        Whatever goes wrong here after central has opened a session, central is told to end it.
        """
        name = unicodedata.normalize("NFC", username).strip().casefold()
        if not name:
            raise RuleError("username-missing", field="username")
        if not password:
            raise RuleError("password-missing", field="password")
        folder = self._profiles / hashlib.sha256(name.encode()).hexdigest()[:16]
        slots = KeySlots(folder)
        try:
            officer = self._central.sign_in(name, password, self._device_id)
        except CentralError as error:
            if not error.passing:
                raise
            return self._offline(folder, slots, password)
        try:
            return self._online(folder, slots, officer, password, old_password)
        except BaseException:
            with suppress(CentralError):
                self._central.sign_out()
            raise

    def _online(
        self, folder: Path, slots: KeySlots, officer: Officer, password: str, old_password: str | None
    ) -> Session:
        if not officer.may(Action.VIEW):
            raise RuleError("role-without-desk")
        _check_slot(folder, slots)
        self._before_opening(folder)
        store = Store.open(folder / STORE_NAME, self._key(slots, password, old_password), clock=self._clock)
        try:
            self._remember(store, officer)
            return Session(officer, store, online=True, reference=self._reference(store), folder=folder)
        except BaseException:
            store.close()
            raise

    def _reference(self, store: Store) -> Reference:
        """Return the lists; the very first time they are fetched, so that no page has to show bare codes."""
        with store.read() as tx:
            known = tx.reference.get()
        if known.offices:
            return known
        try:
            refresh_reference(store, self._central)
        except CentralError as error:
            if not error.passing:
                raise
        with store.read() as tx:
            return tx.reference.get()

    def _key(self, slots: KeySlots, password: str, old_password: str | None) -> bytes:
        if not slots.exists():
            # Another start of the program may be first with it: then its key is the one.
            with suppress(FileExistsError):
                return slots.create(password)
        try:
            return slots.open(password)
        except KeySlotError as error:
            if error.code != "wrong-password":
                raise
            if not old_password:
                raise KeySlotError("password-changed") from None
        slots.rewrap(old_password, password)
        return slots.open(password)

    def _offline(self, folder: Path, slots: KeySlots, password: str) -> Session:
        _check_slot(folder, slots)
        if not slots.exists():
            raise RuleError("offline-first-sign-in")
        self._before_opening(folder)
        store = Store.open(folder / STORE_NAME, slots.open(password), clock=self._clock)
        try:
            with store.read() as tx:
                saved = tx.session.get()
                reference = tx.reference.get()
                clock_note = tx.device.clock_note()
        except BaseException:
            store.close()
            raise
        if saved is None:
            store.close()
            raise RuleError("offline-first-sign-in")
        return Session(saved.officer, store, online=False, reference=reference, folder=folder, clock_note=clock_note)

    def _remember(self, store: Store, officer: Officer) -> None:
        with store.write() as tx:
            tx.session.put(SavedSession(officer=officer, refresh_token=""))
        self._central.keep_refresh_token(_keeping(store))


class SignOut:
    """Ends the session of a desk: in its sealed store first, then at central."""

    def __init__(self, central: CentralClient, store: Store) -> None:
        self._central = central
        self._store = store
        self._kept = ""

    def mark(self) -> None:
        """Write down that the session is over: from here on its token resumes nothing, whatever becomes of the rest.

        Raises:
            StoreError: nothing was written.
        """
        with self._store.write() as tx:
            saved = tx.session.get()
            tx.session.end()
        self._kept = "" if saved is None else saved.refresh_token

    def tell(self) -> None:
        """Have central end the session; needs the store no more.

        Without network central hears of it when the marked store is next open and central within reach, or ends the
        session itself when the officer signs in on this machine again, or when the twelve hours of the token are over.
        """
        with suppress(CentralError):
            self._central.sign_out(self._kept)


def _keeping(store: Store) -> Callable[[str], None]:
    """Return what keeps each new token of the store's session."""

    def keep(refresh_token: str) -> None:
        with store.write() as tx:
            tx.session.renew(refresh_token)

    return keep


def _check_slot(folder: Path, slots: KeySlots) -> None:
    """Refuse a sealed store whose key is gone: a new key would not open it, and would stand in the old one's place."""
    if not slots.exists() and (folder / STORE_NAME).exists():
        raise KeySlotError("slot-missing")


class Reconnect:
    """Gets a session with central back for an officer who signed in without network."""

    def __init__(self, central: CentralClient, store: Store) -> None:
        self._central = central
        self._store = store

    def __call__(self) -> bool:
        """Return whether there is a session now. One he has signed out of is not resumed but ended at central, too.

        Raises:
            CentralError: no network.
        """
        if self._central.signed_in:
            return True
        # What is kept after central ended the session is its token, or that of another start of the program.
        if self._central.ended:
            return False
        with self._store.read() as tx:
            saved = tx.session.get()
        if saved is None or not saved.refresh_token:
            return False
        try:
            if not saved.ended:
                return self._resume(saved)
            self._end(saved.refresh_token)
        except CentralError as error:
            if error.passing:
                raise
        return False

    def _resume(self, saved: SavedSession) -> bool:
        officer = self._central.resume(saved.refresh_token)
        if officer.id != saved.officer.id:
            self._central.sign_out()
            return False
        self._central.keep_refresh_token(_keeping(self._store))
        return True

    def _end(self, refresh_token: str) -> None:
        self._central.sign_out(refresh_token)
        with self._store.write() as tx:
            tx.session.forget(refresh_token)
