"""How asking central can go wrong. Codes, never sentences."""

from __future__ import annotations

from officer_console.central.wire import Problem

UNREACHABLE = "unreachable"
PROTOCOL = "protocol"
SIGN_IN_NEEDED = "sign-in-needed"
DIGEST_DIFFERS = "digest-differs"
RESYNC_LIMIT = "resync-limit"
CLIENT_TOO_OLD = "client-too-old"
ATTACHMENT_CUT = "attachment-cut"
# Of an answer to what may be asked again later, whatever its name.
PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


class CentralError(Exception):
    """Central did not do what it was asked.

    ``code`` is ``unreachable`` (no network, time-out, a 5xx that is not central's own: asking again later may help),
    ``protocol`` (the answer is not what the contract says: treated like no network, and logged), ``sign-in-needed``
    (the tokens are used up),
    ``digest-differs`` (what central sent does not add up to what it says is there), ``resync-limit`` (central asks for
    the whole feed again so soon after the last time that reading it would go on for ever), ``attachment-cut`` (central
    answers, and not even small pieces of a picture come through), or the name of the problem
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
        return self.code in (UNREACHABLE, PROTOCOL) or self.status in PASSING_STATUS

    @property
    def answered(self) -> bool:
        """Whether central itself answered, in its own words: then it can be reached, whatever it says."""
        return self.code not in (UNREACHABLE, PROTOCOL)

    @property
    def unanswered(self) -> bool:
        """Whether nothing came back that could be called an answer: there is no network, or none worth using."""
        return self.code == UNREACHABLE and self.status == 0
