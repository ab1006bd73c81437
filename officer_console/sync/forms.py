"""Forms on paper: fetches the keys of the codes on forms, and sends signed sheets to their dossiers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from officer_console.central.errors import CentralError
from officer_console.central.register import CentralRegister
from officer_console.store.sheets import Sheet
from officer_console.store.store import Store
from officer_console.sync.held import Held, away
from officer_console.sync.pictures import send_with_picture
from officer_console.sync.pull import REVOKED
from officer_console.sync.report import Change
from officer_console.sync.treatment import Treatment, treatment

log = logging.getLogger(__name__)

# A generation is handed out ahead of its time, so nothing is lost by asking seldom.
KEYS_KEPT = timedelta(hours=12)
# As decisions: what a restored central may ask for again.
SHEETS_KEPT = timedelta(days=90)
# The answer of a central that is older than this program.
NOT_THERE = "not-found"
# With these a sheet waits for its officer; the others may pass.
_LASTING = frozenset({Treatment.HUMAN, Treatment.BUG})


class Forms:
    """Keys and sheets of one desk."""

    def __init__(
        self,
        store: Store,
        central: CentralRegister,
        scopes: tuple[str, ...],
        held: Held,
        *,
        officer_id: str,
        clock: Callable[[], datetime],
        announce: Callable[[Change], None],
    ) -> None:
        self._store = store
        self._central = central
        self._scopes = scopes
        self._held = held
        self._officer_id = officer_id
        self._clock = clock
        self._announce = announce

    def fetch_keys(self, stopping: Callable[[], bool]) -> None:
        """Fetch the keys of the officer's offices, and of those whose dossiers have moved there, every 12 hours.

        A central that knows of no such keys has none: forms are printed without a code.

        Raises:
            CentralError: no usable answer; what came before is kept.
        """
        for scope in self._scopes:
            if stopping() or scope in self._held:
                continue
            with self._store.read() as tx:
                at = tx.form_keys.asked_at(scope)
            if at is not None and abs(self._clock() - at) < KEYS_KEPT:
                continue
            try:
                self._fetch(scope, stopping)
            except CentralError as error:
                if error.code == REVOKED:
                    with self._store.write() as tx:
                        tx.form_keys.drop(scope)
                elif error.code != NOT_THERE:
                    raise

    def _fetch(self, scope: str, stopping: Callable[[], bool]) -> None:
        with self._store.read() as tx:
            strangers = tx.form_keys.strangers(scope)
        # The scope's own come last: they say that all have come.
        for dossier_id in (*strangers, None):
            try:
                keys = self._central.form_keys(scope, dossier_id)
            except CentralError as error:
                if dossier_id is None or treatment(error) is not Treatment.HUMAN or error.code == REVOKED:
                    raise
                continue
            if stopping():
                return
            with self._store.write() as tx:
                tx.form_keys.put(scope, keys, self._clock())

    def send(self, stopping: Callable[[], bool]) -> CentralError | None:
        """Send every sheet that is due and return the first failure that will pass; what central refuses waits.

        Raises:
            CentralError: the session has ended.
            StoreError: the store failed.
        """
        with self._store.read() as tx:
            if not tx.sheets.any():
                return None
        with self._store.write() as tx:
            tx.sheets.bind()
            due = tx.sheets.due()
        first: CentralError | None = None
        for sheet in due:
            scope = sheet.scope or ""
            if stopping():
                break
            if scope in self._held:
                continue
            try:
                self._send(sheet, scope)
            except CentralError as error:
                if treatment(error) is Treatment.REAUTH:
                    raise
                if treatment(error) in _LASTING and error.code != NOT_THERE:
                    self._refused(sheet, error)
                    continue
                first = first or error
                if error.unanswered or (away(error) and not self._held.hold(scope, error)):
                    break
        return first

    def _send(self, sheet: Sheet, scope: str) -> None:
        form, dossier_id = sheet.form, sheet.dossier_id or ""
        put = partial(self._central.put_signed_form, scope, dossier_id, form)
        send_with_picture(self._store, self._central, scope, (form.sha256, form.media_type), put)
        now = self._clock()
        with self._store.write() as tx:
            position = tx.cursors.get(scope)
            tx.sheets.filed(sheet.n, position.epoch if position is not None else "")
            tx.journal.add(now, "sheet-accepted", self._officer_id, dossier_id, None)
        log.info("signed sheet filed n=%d", sheet.n)
        self._announce(Change(dossier_ids=frozenset({dossier_id})))

    def _refused(self, sheet: Sheet, error: CentralError) -> None:
        """Keep it for the officer, and what he reads about it."""
        code = (error.problem.code if error.problem is not None else None) or error.code
        with self._store.write() as tx:
            tx.sheets.refused(sheet.n, code)
            tx.journal.add(self._clock(), f"sheet-refused:{error.code}", self._officer_id, sheet.dossier_id, None)
        log.warning("signed sheet refused n=%d code=%s", sheet.n, code)
        self._announce(Change(dossier_ids=frozenset({sheet.dossier_id or ""})))
