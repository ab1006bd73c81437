"""Signed notices on their way to central and to a colleague's desk: the same file, byte for byte, or none."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from central_server import moves
from central_server.moves import Order
from central_server.times import utc_now
from officer_console.central.errors import CentralError
from officer_console.domain.notice import MEDIA_TYPE, Notice
from officer_console.domain.papers import Paper
from officer_console.services.stationery import PaperError
from tests.archive.conftest import Counters
from tests.archive.counter import Counter, at_central, decision_of, file_at_central
from tests.central.process import PASSWORD as SECRET
from tests.central.process import Central
from tests.faults.proxy import LOSE_ANSWER, Fault, Proxy, reply
from tests.signing.reading import pdfsig
from tests.sync.restoring import SCOPE, Drill

pytestmark = [pytest.mark.xdist_group(__name__), pytest.mark.timeout(240)]
REFUSED = "signed notice refused code="
LATER = datetime(2200, 1, 1, tzinfo=UTC)


def test_a_colleague_prints_the_very_file_that_was_signed(
    central: Central, counter: Counter, counters: Counters, tmp_path: Path
) -> None:
    about = counter.judged(central)
    signed = counter.sign(about)
    assert counter.woken == 1
    counter.desk.round()
    assert file_at_central(central, about) == signed
    colleague = counters(counter.scope)
    colleague.desk.round()
    made = colleague.make(about)
    assert (made.pdf, made.archived, made.ahead) == (signed, True, None)
    assert made.signed is not None
    assert made.signed.signer == at_central(central, about).notices[0].signer
    assert colleague.printed(about) == counter.printed(about) == signed
    assert pdfsig(colleague.printers.sent[0][0], tmp_path) == ["Signature is Valid."]
    assert colleague.printing.unsigned(Paper.REFUSED, [about.id]) == ()
    assert (counter.unfiled(), counter.journal()) == (0, ["notice-accepted"])


def test_a_notice_signed_without_network_goes_out_later_and_once(
    central: Central, counter: Counter, proxy: Proxy
) -> None:
    about = counter.judged(central)
    proxy.down = True
    signed = counter.sign(about)
    with pytest.raises(CentralError, match="unreachable"):
        counter.desk.round()
    assert (file_at_central(central, about), counter.unfiled(), counter.make(about).archived) == (None, 1, False)
    assert counter.printed(about) == signed
    proxy.down = False
    counter.desk.round()
    once = central.stored(about)
    for _ in range(2):
        counter.desk.round()
    assert counter.make(about).archived
    assert (file_at_central(central, about), central.stored(about)) == (signed, once)
    assert proxy.count("PUT .*/signed-notice") == 1


def test_what_was_signed_elsewhere_and_is_not_here_yet_is_neither_shown_nor_replaced(
    central: Central, counter: Counter, counters: Counters, proxy: Proxy
) -> None:
    about = counter.judged(central)
    colleague = counters(counter.scope, proxy.url)
    signed = counter.sign(about)
    counter.desk.round()
    colleague.desk.round()
    proxy.down = True
    with pytest.raises(PaperError, match="notice-away") as caught:
        colleague.make(about)
    assert caught.value.data == {"by": counter.desk.officer.full_name}
    proxy.down = False
    assert colleague.printed(about) == signed
    proxy.down = True
    # From here on it is sealed on this desk, for as long as the dossier names it.
    colleague.desk.store.blobs.sweep(LATER)
    assert colleague.printed(about) == signed


@pytest.mark.parametrize(
    ("request_line", "fault"),
    [
        ("PUT .*/blobs/", Fault(how="hole", seconds=60)),
        ("PUT .*/blobs/", Fault(how="hold", seconds=60)),
        ("PUT .*/signed-notice", Fault(how="hole", seconds=60)),
        ("PUT .*/signed-notice", Fault(how="hold", seconds=60)),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
def test_kill_9_on_the_way_neither_loses_nor_doubles_a_notice(
    central: Central, counter: Counter, proxy: Proxy, request_line: str, fault: Fault
) -> None:
    about = counter.judged(central)
    signed = counter.sign(about)
    desk = counter.desk
    desk.close()
    proxy.spoil(request_line, fault)
    words = ["-m", "tests.archive.sending", proxy.url, str(desk.folder), desk.officer.username, counter.scope]
    with subprocess.Popen([sys.executable, *words], stdin=subprocess.PIPE) as process:
        assert proxy.holding.wait(60)
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    proxy.clear()
    desk.client.sign_in(desk.officer.username, SECRET, "desk-1")
    desk.open()
    counter.open()
    assert counter.make(about).pdf == signed
    desk.round()
    assert (file_at_central(central, about), counter.unfiled()) == (signed, 0)
    assert [entry.what for entry in at_central(central, about).history].count("notice_filed") == 1


def test_a_notice_whose_answer_was_lost_is_there_once(central: Central, counter: Counter, proxy: Proxy) -> None:
    about = counter.judged(central)
    signed = counter.sign(about)
    proxy.spoil("PUT .*/signed-notice", LOSE_ANSWER, times=3)
    with pytest.raises(CentralError):
        counter.desk.round()
    first = at_central(central, about)
    assert file_at_central(central, about) == signed
    proxy.clear()
    counter.desk.round()
    assert (at_central(central, about), counter.unfiled()) == (first, 0)


def test_of_two_officers_who_sign_one_notice_the_second_is_told_and_prints_the_first_ones(
    central: Central, counter: Counter, counters: Counters, expect_log: Callable[[str], None]
) -> None:
    expect_log(REFUSED + "other-notice")
    about = counter.judged(central)
    colleague = counters(counter.scope)
    colleague.desk.round()
    first, second = colleague.sign(about, "7"), counter.sign(about)
    assert first != second
    colleague.desk.round()
    counter.desk.round()
    assert counter.refused() == [(about.id, colleague.desk.officer.full_name)]
    assert counter.journal() == ["notice-refused:other-notice"]
    made = counter.make(about)
    assert (made.pdf, made.ahead) == (first, colleague.desk.officer.full_name)
    assert counter.printed(about) == first
    assert file_at_central(central, about) == first
    # The officer's own is not thrown away.
    assert counter.desk.store.blobs.get(hashlib.sha256(second).hexdigest()) == second
    counter.refusals.seen(counter.refusals.open()[0])
    counter.desk.round()
    assert (counter.refused(), counter.unfiled()) == ([], 0)
    assert counter.journal() == ["notice-refused:other-notice", "notice-refusal-seen"]


def test_a_notice_that_a_colleague_signed_meanwhile_is_not_signed_again(
    central: Central, counter: Counter, counters: Counters
) -> None:
    about = counter.judged(central)
    colleague = counters(counter.scope)
    colleague.desk.round()
    counter.printing.assign(counter.make(about), "12")
    looked_at = counter.make(about)
    colleague.sign(about, "7")
    colleague.desk.round()
    counter.desk.round()
    with pytest.raises(PaperError, match="notice-signed"):
        counter.printing.confirm(looked_at)
    assert counter.make(about).signable is False


def test_a_file_that_was_lost_at_the_desk_comes_back_from_central(central: Central, counter: Counter) -> None:
    about = counter.judged(central)
    signed = counter.sign(about)
    for _ in range(2):
        counter.desk.round()
    for sealed in (counter.desk.folder / "blobs").iterdir():
        sealed.unlink()
    made = counter.make(about)
    assert (made.pdf, made.damaged) == (signed, False)


def test_a_file_that_central_has_spoilt_or_lost_is_not_taken_for_the_notice(
    central: Central, counter: Counter, counters: Counters
) -> None:
    about = counter.judged(central)
    signed = counter.sign(about)
    counter.desk.round()
    colleague = counters(counter.scope)
    colleague.desk.round()
    path = central.blobs.path(hashlib.sha256(signed).hexdigest())
    path.write_bytes(signed[:-1] + b"?")
    with pytest.raises(PaperError, match="notice-away"):
        colleague.make(about)
    path.unlink()
    with pytest.raises(PaperError, match="notice-lost"):
        colleague.make(about)
    assert colleague.desk.store.blobs.get(hashlib.sha256(signed).hexdigest()) is None
    path.write_bytes(signed)
    assert colleague.make(about).pdf == signed


NOT_SIGNED_SO = {
    "no PDF": {"data": b"%PDF-1.7\nnothing of a PDF behind it"},
    "no signature": {"unsigned": True},
    "other pages": {"pages": 3},
    "another certificate": {"certificate": "1"},
    "another name": {"signer": "Ai đó"},
    "something added": {"added": b"\n% more\n"},
}


@pytest.mark.parametrize("what", NOT_SIGNED_SO)
def test_what_is_not_signed_whole_by_whom_it_says_is_never_shown(
    central: Central, counter: Counter, counters: Counters, what: str
) -> None:
    about = counter.judged(central)
    evil = counters(counter.scope)
    evil.desk.round()
    unsigned = evil.make(about).pdf
    signed = evil.sign(about)
    with evil.desk.store.read() as tx:
        kept = tx.signed.get(about.id, Paper.REFUSED.value, decision_of(about))
    assert kept is not None
    told: dict[str, object] = dict(NOT_SIGNED_SO[what])
    data = told.pop("data", signed) if not told.pop("unsigned", False) else unsigned
    assert isinstance(data, bytes)
    data += told.pop("added", b"")  # type: ignore[operator]  # bytes, as above
    fields = {"pages": kept.pages, "certificate": kept.certificate, "signer": kept.signer} | told
    sha256 = hashlib.sha256(data).hexdigest()
    evil.desk.client.put_blob(counter.scope, sha256, MEDIA_TYPE, data)
    notice = Notice(
        sha256=sha256,
        size=len(data),
        form_kind=4,
        decision=decision_of(about),
        signed_at=kept.at,
        **fields,  # type: ignore[arg-type]  # fields of Notice by name
    )
    evil.desk.client.put_signed_notice(counter.scope, about.id, notice)
    counter.desk.round()
    made = counter.make(about)
    assert (made.signed, made.damaged, made.false is not None) == (None, True, True)
    with pytest.raises(PaperError, match="notice-damaged"):
        counter.printed(about)
    assert counter.desk.store.blobs.get(sha256) is None


def test_what_was_signed_after_the_backup_comes_again_once_its_decision_is_back(
    planted: Path, tmp_path: Path, counters: Counters, expect_log: Callable[[str], None]
) -> None:
    drill = Drill(planted, tmp_path / "drill")
    decider = counters(SCOPE, drill.proxy.url, of=drill.central)
    signer = counters(SCOPE, drill.proxy.url, of=drill.central)
    waiting = decider.planted(drill.central)
    drill.back_up()
    about = decider.judged(drill.central, waiting)
    signer.desk.round()
    signed = signer.sign(about)
    signer.desk.round()
    assert file_at_central(drill.central, about) == signed
    drill.restore(decider.desk)
    expect_log(f"feed of scope {SCOPE} starts over: epoch-changed")
    drill.bring_back(signer.desk)
    signer.open()
    signer.desk.round()
    # Its dossier is undecided there: nothing is sent, nothing is lost.
    assert (at_central(drill.central, about).judgement, signer.unfiled(), signer.journal()) == (
        None,
        1,
        ["notice-accepted"],
    )
    decider.desk.round()
    signer.desk.round()
    assert file_at_central(drill.central, about) == signed
    assert (signer.unfiled(), signer.journal()) == (0, ["notice-accepted"] * 2)
    drill.close()


def test_a_notice_waits_while_its_dossier_is_elsewhere_and_the_new_office_prints_it(
    central: Central, counter: Counter, counters: Counters, proxy: Proxy, offices: Iterator[str]
) -> None:
    about = counter.judged(central)
    new = counters(next(offices))
    new.judged(central)
    signed = counter.sign(about)
    move(central, about.id, counter.scope, new.scope)
    counter.desk.round()
    assert proxy.count("PUT .*/signed-notice") == 0
    move(central, about.id, new.scope, counter.scope)
    counter.desk.round()
    assert (file_at_central(central, about), counter.unfiled()) == (signed, 0)
    move(central, about.id, counter.scope, new.scope)
    new.desk.round()
    assert new.printed(about) == signed


def test_an_older_central_is_not_asked_for_more_than_it_has(central: Central, counter: Counter, proxy: Proxy) -> None:
    first, second = (counter.judged(central) for _ in range(2))
    for about, number in ((first, "1"), (second, "2")):
        counter.sign(about, number)
    refused = reply(415, {"type": "urn:hgd:problem:not-an-image", "title": "x", "status": 415})
    proxy.spoil("PUT .*/blobs/", refused)
    counter.desk.round()
    assert (proxy.count("PUT .*/blobs/"), counter.unfiled(), counter.journal()) == (1, 2, [])
    proxy.spoil("PUT .*/signed-notice", reply(404, {"type": "urn:hgd:problem:not-found", "title": "x", "status": 404}))
    counter.desk.round()
    assert (proxy.count("PUT .*/blobs/"), counter.unfiled()) == (2, 2)
    counter.desk.round()
    assert (counter.unfiled(), counter.journal()) == (0, ["notice-accepted"] * 2)


def move(central: Central, dossier_id: str, here: str, there: str) -> None:
    order = Order(dossier_id=dossier_id, here=here, there=there, who="quan.tri", reason="Sai cơ quan")
    moves.move(central.database, order, utc_now())
