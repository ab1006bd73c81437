"""Which programs are too old to read: told by the version in their ``User-Agent``."""

from __future__ import annotations

import re
from functools import lru_cache

from fastapi import Request

from central_server.problems import ProblemError
from central_server.services import Parts

# for the ``responses`` of the calls that depend on ``up_to_date``
TOO_OLD = (426, "The program is older than this central serves (client-too-old)", "Problem")
# how much of a ``User-Agent`` is looked at
AGENT_LIMIT = 200
_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}")
_OURS = re.compile(rf"officer-console(?![\w-])(?:/({_VERSION.pattern}))?")


def is_version(text: str) -> bool:
    """Whether a text is a version as this program counts them: up to four numbers with dots between."""
    return _VERSION.fullmatch(text) is not None


@lru_cache(maxsize=64)
def too_old(user_agent: str, oldest: str) -> bool:
    """Whether a ``User-Agent`` is that of an officer console before ``oldest``; one that tells no version is.

    Other programs are bound to the version of the calls (``/v1``) and to nothing else.
    """
    found = _OURS.match(user_agent)
    return found is not None and _numbers(found[1] or "0") < _numbers(oldest)


async def up_to_date(request: Request, parts: Parts) -> None:
    """Let pass unless the program is older than this central serves.

    What an officer has decided is taken from any: only what hands out dossiers depends on this.

    Raises:
        ProblemError: ``client-too-old``.
    """
    if too_old(request.headers.get("user-agent", "")[:AGENT_LIMIT], parts.min_client):
        raise ProblemError("client-too-old")


def _numbers(version: str) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in version.split("."))
    return numbers + (0,) * (4 - len(numbers))
