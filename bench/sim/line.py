"""The line between one desk and central: the real client's session with a seeded net underneath."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from fastapi import Response

from bench.sim.central import Central, Request
from bench.sim.weather import CentralDownError, Weather
from central_server.problems import ProblemError
from officer_console.central import wire
from officer_console.central.errors import UNREACHABLE, CentralError
from officer_console.central.session import DOCUMENT_LIMIT, Answer, CentralSession

_KEPT = 40
_TRIP_SECONDS = 0.3
_TIME_OUT_SECONDS = 20.0


class Witness(Protocol):
    """Sees what central says."""

    def heard(self, request: Request, response: Response) -> None:
        """Look at an answer on its way out."""
        ...

    def refused(self, request: Request, name: str) -> None:
        """Look at a refusal on its way out."""
        ...


class Net:
    """What is on its way between all desks and central, and what was."""

    def __init__(self, weather: Weather, central: Central, witness: Witness) -> None:
        """``witness`` sees each answer as central gives it."""
        self.weather = weather
        self.central = central
        self.late: list[Request] = []
        self.past: list[Request] = []
        self._witness = witness

    def deliver(self, request: Request) -> Response:
        """Bring a request to central and return the answer."""
        try:
            response = self.central.deliver(request)
        except ProblemError as error:
            self._witness.refused(request, error.name)
            raise
        self._witness.heard(request, response)
        return response

    def remember(self, request: Request) -> None:
        """Keep a decision on the way, for a copy that comes long after."""
        if request.decides:
            self.past.append(request)
            del self.past[:-_KEPT]

    def straggle(self) -> None:
        """Let one old request arrive now: one that was held up, or a copy of one that was answered long ago."""
        if self.late:
            request = self.late.pop(self.weather.random.randrange(len(self.late)))
        elif self.past:
            request = self.weather.pick(self.past)
        else:
            return
        self.weather.fault("late_copies")
        self.weather.tell(f"a late copy arrives: {request}")
        try:
            self.deliver(request)
        except (ProblemError, CentralDownError) as error:
            self.weather.tell(f"  nobody hears: {error!r}")


class Line(CentralSession):
    """One desk's session: each request may be lost, held up, doubled or cut off from its answer."""

    def __init__(self, net: Net, meanwhile: Callable[[], None]) -> None:
        """``meanwhile`` lets others work while a request is on its way."""
        super().__init__("http://127.0.0.1:1", ca_bundle=None, new_id=lambda: "")
        self.net = net
        self.officer_id = ""
        # What happens instead of the next decision's receipt: it is lost, and comes again when the desk asks again.
        self.instead: Callable[[Request], None] | None = None
        self._meanwhile = meanwhile
        self._answered_once = False

    def server_time(self) -> datetime | None:
        """Return what central's clock shows, once it has answered."""
        return self.net.central.clock() if self._answered_once else None

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",  # noqa: ARG002 - signature of the session
        headers: dict[str, str] | None = None,
        limit: int = DOCUMENT_LIMIT,  # noqa: ARG002 - signature of the session
    ) -> Answer:
        """Send one request through the net.

        Raises:
            CentralError: as the real session does.
        """
        if path == "/v1/sessions":
            return self._grant()
        if path == "/v1/meta":
            return self._meta()
        if path.startswith("/v1/reference/"):
            return Answer(304, {}, b"")
        if token is None or token != f"{self.officer_id}-{self.net.central.restores}":
            raise CentralError("token-expired")
        request = Request(
            method=method,
            path=path,
            body=body,
            headers=tuple(sorted((headers or {}).items())),
            officer_id=self.officer_id,
        )
        return self.exchange(request)

    def exchange(self, request: Request) -> Answer:
        """Send one request and wait for its answer; the time goes by and others work meanwhile."""
        weather, net = self.net.weather, self.net
        odds = weather.odds
        self._meanwhile()
        if weather.hit(odds.lost_request):
            raise self._broken("lost", request)
        if weather.hit(odds.late_request):
            if request.method != "GET":
                net.late.append(request)
            raise self._broken("held up", request)
        weather.pass_time(_TRIP_SECONDS)
        net.remember(request)
        answer = self._answered(request)
        if weather.hit(odds.doubled):
            weather.fault("doubled")
            weather.tell(f"  a second copy arrives at once: {request}")
            answer = self._answered(request)
        self._meanwhile()
        if request.decides and self.instead is not None:
            happens, self.instead = self.instead, None
            happens(request)
            raise self._broken("answered in vain", request)
        if weather.hit(odds.lost_answer):
            raise self._broken("answered in vain", request)
        if isinstance(answer, CentralError):
            raise answer
        return answer

    def _answered(self, request: Request) -> Answer | CentralError:
        weather = self.net.weather
        try:
            response = self.net.deliver(request)
        except ProblemError as error:
            weather.tell(f"  {request} -> {error.name}")
            return _refusal(error)
        except CentralDownError:
            return CentralError(UNREACHABLE)
        weather.tell(f"  {request} -> {response.status_code}")
        self._answered_once = True
        body = bytes(response.body)
        return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

    def _grant(self) -> Answer:
        """Let the officer sign in; the offices are those he has now."""
        if self.net.weather.hit(self.net.weather.odds.lost_request):
            raise CentralError(UNREACHABLE)
        token = f"{self.officer_id}-{self.net.central.restores}"
        officer = self.net.central.officers[self.officer_id]
        grant = wire.Grant(access_token=token, expires_in=900, refresh_token="", officer=officer)
        return Answer(200, {"content-type": "application/json"}, wire.encode(grant))

    def _meta(self) -> Answer:
        central = self.net.central
        if self.net.weather.hit(self.net.weather.odds.lost_request):
            raise CentralError(UNREACHABLE)
        meta = wire.Meta(epoch=central.database.epoch, server_time=central.clock())
        return Answer(200, {"content-type": "application/json"}, wire.encode(meta))

    def _broken(self, how: str, request: Request) -> CentralError:
        self.net.weather.fault(f"requests {how}")
        self.net.weather.tell(f"  {request} {how}")
        self.net.weather.pass_time(_TIME_OUT_SECONDS)
        return CentralError(UNREACHABLE)


def _refusal(error: ProblemError) -> CentralError:
    return CentralError(error.name, problem=wire.decode(error.body(""), wire.Problem), status=error.status)
