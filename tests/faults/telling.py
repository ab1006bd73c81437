"""What an officer is told: the sentence for a code or an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from officer_console.imaging.gate import Gate
from officer_console.sync.backoff import LONGEST_SECONDS
from officer_console.views import messages
from tests import builders
from tests.central.process import Central
from tests.faults.workplace import Workplace

DECISIONS = r"POST .*/decisions"
VIETNAMESE = set("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")


def said(code: str, data: dict[str, Any] | None = None) -> str:
    """Return the whole sentence for a code, which must be one written for it."""
    assert messages.known(code), code
    told = messages.tell(code, data)
    text = f"{told.title}. {told.body}"
    assert told.title
    assert VIETNAMESE & set(text.lower())
    assert "{" not in text
    assert not told.reference
    return text


def said_of(error: Exception) -> str:
    """Return the whole sentence for an error."""
    assert messages.known(getattr(error, "code", "")), error
    told = messages.sentence(error)
    assert "{" not in told.title + told.body
    return f"{told.title}. {told.body}"


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    opened = Gate()
    yield opened
    opened.close()


@pytest.fixture
def about(central: Central, scope: str) -> Dossier:
    made = builders.dossier(central.fresh(), scope_id=scope)
    central.plant(made)
    central.register_person(made)
    return made


@pytest.fixture
def recorded(desk: Workplace, about: Dossier) -> Decision:
    """A decision that waits on the desk."""
    desk.round()
    return desk.record(about)


def intact(desk: Workplace, decision: Decision) -> None:
    """The decision still waits as it was recorded, and is accepted once the trouble is over."""
    desk.close()
    desk.open()
    item = desk.item(decision.op_id)
    assert (item.state, item.decision) == ("waiting", decision)
    desk.clock.forward(LONGEST_SECONDS)
    desk.round()
    assert desk.item(decision.op_id).state == "accepted"
