"""How asking central can go wrong. Codes, never sentences."""

from __future__ import annotations

from officer_console.central.wire import Problem

UNREACHABLE = "unreachable"
PROTOCOL = "protocol"
SIGN_IN_NEEDED = "sign-in-needed"
DIGEST_DIFFERS = "digest-differs"
RESYNC_LIMIT = "resync-limit"
CLIENT_TOO_OLD = "client-too-old"


class CentralError(Exception):
    """Central did not do what it was asked.

    ``code`` is ``unreachable`` (no network, time-out, 5xx: asking again later may help), ``protocol`` (the answer is
    not what the contract says: treated like no network, and logged), ``sign-in-needed`` (the tokens are used up),
    ``digest-differs`` (what central sent does not add up to what it says is there), ``resync-limit`` (central asks for
    the whole feed again so soon after the last time that reading it would go on for ever), or the name of the problem
    central answered with; then ``problem`` carries its data. ``status`` is the HTTP status of an answer of 400 and
    above, 0 when there was none. ``retry_after`` is in seconds.
    """

    def __init__(
        self, code: str, *, problem: Problem | None = None, retry_after: float | None = None, status: int = 0
    ) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem
        self.retry_after = retry_after
        self.status = status

    @property
    def passing(self) -> bool:
        """Whether the same request may succeed later without anybody changing anything."""
        return self.code in (UNREACHABLE, PROTOCOL, "unavailable")

    @property
    def unanswered(self) -> bool:
        """Whether nothing came back that could be called an answer: there is no network, or none worth using."""
        return self.code == UNREACHABLE and self.status == 0
