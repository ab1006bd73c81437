"""Central's calls, one method each, with domain objects in and out."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import TypeVar
from urllib.parse import quote, urlencode

from officer_console.central import feed, wire
from officer_console.central.downloads import download
from officer_console.central.errors import PROTOCOL, SIGN_IN_NEEDED, CentralError
from officer_console.central.register import ReferenceList, Taken
from officer_console.central.session import Answer, CentralSession
from officer_console.central.uploads import PIECE, SMALLEST_PIECE, Uploads
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.domain.form import FormKeys, SignedForm
from officer_console.domain.notice import Notice
from officer_console.domain.officer import Officer
from officer_console.domain.registry import RegistryAnswer

T = TypeVar("T")
BLOB_LIMIT = 12 * 1024 * 1024
_SECRET = re.compile("[0-9a-f]{64}")


class CentralClient:
    """:class:`CentralRegister` over HTTP. Tokens live in memory; ``keep`` is told each new refresh token."""

    def __init__(self, session: CentralSession) -> None:
        self._session = session
        self._token: str | None = None
        self._refresh: str | None = None
        self._renewing = threading.Lock()
        self._keep: Callable[[str], None] | None = None
        self._ended = False
        self._uploads = Uploads(self._authorised)

    def keep_refresh_token(self, keep: Callable[[str], None]) -> None:
        """Call ``keep`` with the refresh token now and whenever it changes."""
        self._keep = keep
        if self._refresh is not None:
            keep(self._refresh)

    @property
    def signed_in(self) -> bool:
        """Whether there is a session to work with."""
        return self._token is not None

    @property
    def ended(self) -> bool:
        """Whether central has ended the session there was: only a password opens another."""
        return self._ended

    def meta(self) -> wire.Meta:
        """Return epoch, clock and limits; needs no session."""
        return _read(self._session.send("GET", "/v1/meta"), wire.Meta)

    def server_time(self) -> datetime | None:
        """Return what central's clock shows now, ``None`` before its first answer."""
        return self._session.server_time()

    def sign_in(self, username: str, password: str, device_id: str) -> Officer:
        """Open a session with a password.

        Raises:
            CentralError: ``invalid-credentials``, ``locked-out`` (``problem.until``), or no answer.
        """
        body = wire.encode(wire.Credentials(username=username, password=password, device_id=device_id))
        return self._granted(self._session.send("POST", "/v1/sessions", body=body))

    def resume(self, refresh_token: str) -> Officer:
        """Open a session from a refresh token kept in the sealed store."""
        body = wire.encode(wire.RefreshRequest(refresh_token=refresh_token))
        try:
            return self._granted(self._session.send("POST", "/v1/sessions/refresh", body=body))
        except CentralError as error:
            if error.passing:
                raise
            raise CentralError(SIGN_IN_NEEDED, problem=error.problem) from None

    def sign_out(self, kept: str = "") -> None:
        """End the session: here at once, at central when it can be reached. The next one's tokens are kept anew.

        Without one, the session that the refresh token ``kept`` came from is ended at central, unless it is empty.

        Raises:
            CentralError: central has not said that the session is over.
        """
        # The access token has run out where the machine slept; any token of the session ends all of it.
        token = self._refresh or self._token or kept
        self._token, self._refresh, self._keep = None, None, None
        if not token:
            return
        try:
            self._session.send("DELETE", "/v1/sessions", token=token)
        except CentralError as error:
            if error.code != "token-expired":
                raise

    def changes(
        self, scope: str, cursor: str | None, limit: int = wire.PAGE_LIMIT, *, pause: feed.Pause = feed.no_pause
    ) -> feed.Page:
        """Return the next page of the scope's state feed; ``cursor`` is ``None`` for the beginning."""
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        answer = self._authorised("GET", f"/v1/scopes/{_part(scope)}/changes?{urlencode(query)}")
        _check_json(answer)
        try:
            return feed.read(answer.body, scope, pause)
        except wire.WireError:
            raise CentralError(PROTOCOL) from None

    def dossier(self, scope: str, dossier_id: str) -> Dossier:
        """Return one dossier as it stands at central."""
        dossier = self._ask("GET", _dossier(scope, dossier_id), Dossier)
        _check_times(dossier)
        return dossier

    def take(self, scope: str, dossier_id: str, *, break_other: bool = False, reason: str | None = None) -> Taken:
        """Take or renew the lease; a supervisor may break another officer's and says why (200 letters at most).

        Raises:
            CentralError: ``leased`` (``problem.by``, ``problem.until``), ``already-decided``, …
        """
        body = wire.encode({"break": break_other} | ({"reason": reason} if reason else {}))
        answer = self._authorised("POST", _dossier(scope, dossier_id) + "/lease", body=body)
        leased = _read(answer, wire.Leased)
        _check_times(leased.dossier)
        return Taken(leased.seq, leased.dossier, answer.headers.get("etag", ""))

    def release(self, scope: str, dossier_id: str) -> None:
        """Give the lease back."""
        self._authorised("DELETE", _dossier(scope, dossier_id) + "/lease")

    def decide(self, decision: Decision, epoch: str) -> wire.Receipt:
        """Send a decision made on ``decision.base_version`` in ``epoch``.

        A receipt is believed when it is for this very decision.
        """
        body = wire.encode(decision)
        headers = {"Idempotency-Key": decision.op_id, "If-Match": wire.etag(epoch, decision.base_version)}
        path = _dossier(decision.scope_id, decision.dossier_id) + "/decisions"
        receipt = self._ask("POST", path, wire.Receipt, body=body, headers=headers)
        mine = (decision.op_id, decision.dossier_id, wire.req_sha256(decision))
        if (receipt.op_id, receipt.dossier.id, receipt.req_sha256) != mine:
            raise CentralError(PROTOCOL)
        _check_times(receipt.dossier)
        return receipt

    def ledger(self, scope: str, device_id: str, after: int = 0) -> wire.Ledger:
        """Return which decisions of the store ``device_id`` numbered above ``after`` central has for the scope.

        A central that does not know ``after`` tells of all of them.
        """
        query = urlencode({"device_id": device_id} | ({"after": str(after)} if after else {}))
        ledger = self._ask("GET", f"/v1/scopes/{_part(scope)}/ledger?{query}", wire.Ledger)
        ascending = all(before < after for before, after in pairwise((ledger.contiguous, *ledger.holes, ledger.last)))
        if ledger.device_id != device_id or not (ascending or (not ledger.holes and ledger.contiguous == ledger.last)):
            raise CentralError(PROTOCOL)
        return ledger

    def put_blob(self, scope: str, sha256: str, media_type: str, data: bytes) -> None:
        """Store a picture's bytes under their SHA-256; more than one piece of them goes on where a cut left it."""
        size = PIECE
        if len(data) <= PIECE:
            try:
                # one round trip instead of two
                self._authorised("PUT", _blob(scope, sha256), body=data, content_type=media_type)
            except CentralError as error:
                if not error.unanswered or len(data) <= SMALLEST_PIECE:
                    raise
                # A line that is cut before the whole of it is through may let pieces through.
                size = PIECE // 2
            else:
                return
        self._uploads.upload(scope, sha256, media_type, data, size)

    def blob(self, scope: str, sha256: str) -> bytes:
        """Return a picture's bytes, going on after a cut; bytes with another hash are refused."""
        path = _blob(scope, sha256)

        def more(part: bytearray) -> None:
            self._with_token(lambda token: self._session.fetch(path, part, token=token, limit=BLOB_LIMIT))

        return download(more, sha256)

    def household(self, scope: str, dossier_id: str) -> RegistryAnswer:
        """Ask the household registry about the dossier's declared code and name without deciding anything."""
        body = wire.encode(wire.HouseholdQuestion(scope_id=scope, dossier_id=dossier_id))
        return self._ask("POST", "/v1/household-checks", wire.HouseholdAnswer, body=body).answer

    def reference(self, kind: str, etag: str | None) -> ReferenceList | None:
        """Return the reference list ``kind``, ``None`` when ``etag`` is still current."""
        headers = {"If-None-Match": etag} if etag else {}
        answer = self._authorised("GET", f"/v1/reference/{_part(kind)}", headers=headers)
        if answer.status == 304:
            return None
        return ReferenceList(answer.headers.get("etag", ""), answer.body)

    def form_keys(self, scope: str, dossier_id: str | None = None) -> FormKeys:
        """Return the keys of the scope's forms, or of those of the office in the dossier's number.

        Keys that cannot be used are refused.
        """
        query = f"?{urlencode({'dossier_id': dossier_id})}" if dossier_id else ""
        keys = self._ask("GET", f"/v1/scopes/{_part(scope)}/form-keys{query}", FormKeys)
        if not all(_SECRET.fullmatch(key.secret) for key in keys.keys):
            raise CentralError(PROTOCOL)
        return keys

    def put_signed_form(self, scope: str, dossier_id: str, form: SignedForm) -> None:
        """Put a signed sheet, whose picture central has, into a dossier."""
        self._authorised("PUT", _dossier(scope, dossier_id) + "/signed-form", body=wire.encode(form))

    def put_signed_notice(self, scope: str, dossier_id: str, notice: Notice) -> None:
        """Put a signed notice, whose file central has, into a dossier."""
        self._authorised("PUT", _dossier(scope, dossier_id) + "/signed-notice", body=wire.encode(notice))

    def _ask(
        self, method: str, path: str, kind: type[T], *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> T:
        return _read(self._authorised(method, path, body=body, headers=headers), kind)

    def _authorised(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        return self._with_token(
            lambda token: self._session.send(
                method, path, token=token, body=body, content_type=content_type, headers=headers
            )
        )

    def _with_token(self, ask: Callable[[str], Answer]) -> Answer:
        """Ask with the access token; renew it once when central says that it has run out."""
        for last in (False, True):
            token = self._token
            if token is None:
                raise CentralError(SIGN_IN_NEEDED)
            try:
                return ask(token)
            except CentralError as error:
                if error.code != "token-expired":
                    raise
                if last:
                    raise CentralError(SIGN_IN_NEEDED) from None
            self._renew(token)
        raise AssertionError("unreachable: the loop returns or raises")

    def _renew(self, stale: str) -> None:
        """Get a new access token unless another thread has just done it."""
        with self._renewing:
            if self._token != stale:
                return
            if self._refresh is None:
                self._token = None
                raise CentralError(SIGN_IN_NEEDED)
            try:
                self.resume(self._refresh)
            except CentralError as error:
                if not error.passing:
                    self._token = self._refresh = None
                    self._ended = True
                raise

    def _granted(self, answer: Answer) -> Officer:
        grant = _read(answer, wire.Grant)
        self._token, self._refresh, self._ended = grant.access_token, grant.refresh_token, False
        if self._keep is not None:
            self._keep(grant.refresh_token)
        return grant.officer


def _read(answer: Answer, kind: type[T]) -> T:
    _check_json(answer)
    try:
        return wire.decode(answer.body, kind)
    except wire.WireError:
        raise CentralError(PROTOCOL) from None


def _check_json(answer: Answer) -> None:
    if answer.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise CentralError(PROTOCOL)


def _check_times(dossier: Dossier) -> None:
    """Refuse a document with a time that has no offset: it could be compared with nothing."""
    lease, judged, registry = dossier.lease, dossier.judgement, dossier.registry
    times = (
        dossier.handed_in_at,
        lease.expires_at if lease is not None else None,
        judged.decided_at if judged is not None else None,
        registry.checked_at if registry is not None else None,
        *(message.at for message in dossier.messages),
        *(entry.at for entry in dossier.history),
        *(attachment.replaced_at for attachment in dossier.attachments),
        *(time for notice in dossier.notices for time in (notice.signed_at, notice.brought_at)),
    )
    if any(time is not None and time.tzinfo is None for time in times):
        raise CentralError(PROTOCOL)


def _part(text: str) -> str:
    return quote(text, safe="")


def _dossier(scope: str, dossier_id: str) -> str:
    return f"/v1/scopes/{_part(scope)}/dossiers/{_part(dossier_id)}"


def _blob(scope: str, sha256: str) -> str:
    return f"/v1/scopes/{_part(scope)}/blobs/{_part(sha256)}"
