"""What central tells of a signed notice is compared with what the file says under its signature, every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from officer_console.domain.dossier import Dossier
from officer_console.domain.notice import Notice
from officer_console.services.stationery import PaperError
from tests.archive.conftest import Counters
from tests.archive.counter import Counter, at_central, decision_of
from tests.central.process import Central

pytestmark = [pytest.mark.xdist_group(__name__), pytest.mark.timeout(240)]


def told(desk: Counter, about: Dossier, notice: Notice) -> None:
    """Let a desk's store say that central has this notice of a dossier."""
    with desk.desk.store.write() as tx:
        here = tx.dossiers.get(about.id)
        assert here is not None
        tx.dossiers.put([(10**6 + here.version, replace(here, notices=(notice,), version=here.version + 1))])


def archived(central: Central, counter: Counter, about: Dossier, number: str = "7") -> Notice:
    """Return the notice of a dossier, signed by an officer and brought to central."""
    counter.sign(about, number)
    counter.desk.round()
    (notice,) = at_central(central, about).notices
    return notice


@pytest.mark.parametrize("opened", [False, True], ids=["not here yet", "sealed here"])
def test_one_citizens_notice_is_never_another_ones(
    central: Central, counter: Counter, counters: Counters, *, opened: bool
) -> None:
    about, other = counter.judged(central), counter.judged(central)
    colleague = counters(counter.scope)
    colleague.desk.round()
    notice = archived(central, counter, about)
    colleague.desk.round()
    if opened:
        assert colleague.make(about).signed is not None
    told(colleague, other, replace(notice, decision=decision_of(other)))
    with pytest.raises(PaperError, match="notice-lost"):
        colleague.make(other)


FALSE = {
    "another name": {"signer": "Giám đốc Trần Văn Giả"},
    "another certificate": {"certificate": "abc"},
    "other pages": {"pages": 9},
    "another number": {"number": "8"},
    "another year": {"year": 2031},
    "a time to come": {"signed_at": datetime(2199, 1, 1, tzinfo=UTC)},
    "an earlier time": {"earlier": timedelta(hours=20)},
    "seconds earlier": {"earlier": timedelta(seconds=3)},
}


@pytest.mark.parametrize("opened", [False, True], ids=["not here yet", "sealed here"])
@pytest.mark.parametrize("what", FALSE)
def test_what_is_told_of_a_notice_has_to_be_what_its_file_says(
    central: Central, counter: Counter, counters: Counters, what: str, *, opened: bool
) -> None:
    about = counter.judged(central)
    notice = archived(central, counter, about)
    colleague = counters(counter.scope)
    colleague.desk.round()
    if opened:
        assert colleague.make(about).signed is not None
    fields = dict(FALSE[what])
    if "earlier" in fields:
        earlier = fields.pop("earlier")
        assert isinstance(earlier, timedelta)
        fields["signed_at"] = notice.signed_at - earlier
    told(colleague, about, replace(notice, **fields))  # type: ignore[arg-type]  # fields of Notice by name
    with pytest.raises(PaperError, match="notice-lost"):
        colleague.make(about)
