"""Printing through the clients of CUPS, which are small scripts here: what they are asked, what their answers mean."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from officer_console.devices.cups import CupsPrinters
from officer_console.devices.printers import Order, Printer, PrintError, Readiness
from officer_console.views import messages

pytestmark = pytest.mark.skipif("sys.platform == 'win32'", reason="CUPS is not there on Windows")
STANDING = """\
Tang-1
Tang-2
Kho
Mang
system default destination: Tang-2
printer Tang-1 is idle.  enabled since Fri 20 Nov 2026 08:00:00 AM +07
printer Tang-2 now printing Tang-2-17.  enabled since Fri 20 Nov 2026 08:00:00 AM +07
\tSending data to printer.
printer Kho disabled since Fri 20 Nov 2026 08:00:00 AM +07 -
\tPaused
"""
AWAY = """\
Tang-1
printer Tang-1 now printing Tang-1-3.  enabled since Fri 20 Nov 2026 08:00:00 AM +07
\tThe printer is unreachable at this time.
"""


class Spooler:
    """Two scripts in a folder; what ``lp`` was given lies beside them."""

    def __init__(
        self, folder: Path, standing: str, *, lp: str = "exit 0", lpstat: str = "", seconds: float = 20.0
    ) -> None:
        self._folder = folder
        (folder / "standing").write_text(standing, encoding="utf-8")
        self._script("lpstat", f'[ "$LC_ALL" = C ] && cat "{folder}/standing"{lpstat}')
        self._script("lp", f'printf "%s\\n" "$@" > "{folder}/asked"; cat > "{folder}/paper"; {lp}')
        self.printers = CupsPrinters(str(folder / "lp"), str(folder / "lpstat"), seconds)

    def _script(self, name: str, body: str) -> None:
        path = self._folder / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def asked(self) -> list[str]:
        """Return the arguments of the last ``lp``; none when nothing was handed over."""
        path = self._folder / "asked"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def paper(self) -> bytes:
        """Return what ``lp`` was given to print."""
        return (self._folder / "paper").read_bytes()


def refused(spooler: Spooler, printer: str) -> PrintError:
    with pytest.raises(PrintError) as caught:
        spooler.printers.send(b"%PDF", Order(printer=printer, title="x"))
    return caught.value


def test_printers_are_listed_with_their_readiness_and_the_usual_one(tmp_path: Path) -> None:
    assert Spooler(tmp_path, STANDING).printers.all() == (
        Printer(name="Tang-1"),
        Printer(name="Tang-2", usual=True),
        Printer(name="Kho", readiness=Readiness.STOPPED),
        Printer(name="Mang"),
    )


def test_a_printer_nobody_reaches_is_offline(tmp_path: Path) -> None:
    assert Spooler(tmp_path, AWAY).printers.all() == (Printer(name="Tang-1", readiness=Readiness.OFFLINE),)


@pytest.mark.parametrize("said", ["", "no system default destination\n"])
def test_no_printer_is_an_empty_list(tmp_path: Path, said: str) -> None:
    assert Spooler(tmp_path, said).printers.all() == ()


def test_a_scheduler_that_does_not_run_is_told_from_no_printer(tmp_path: Path) -> None:
    spooler = Spooler(
        tmp_path, "no system default destination\n", lpstat="; echo 'lpstat: Scheduler is not running.' >&2; exit 1"
    )
    with pytest.raises(PrintError) as caught:
        spooler.printers.all()
    assert caught.value.code == "printing-asleep"


def test_a_paper_goes_through_a_pipe_with_copies_pages_and_a_title(tmp_path: Path) -> None:
    spooler = Spooler(tmp_path, STANDING)
    paper = b"%PDF-1.7\n\x00\xff" * 50_000
    spooler.printers.send(paper, Order(printer="Tang-1", title="Thông báo", copies=2, pages=(0, 2)))
    assert spooler.paper() == paper
    assert spooler.asked() == [
        *("-d", "Tang-1", "-n", "2", "-t", "Thông báo", "-o", "media=A4", "-P", "1,3", "--", "-"),
    ]


def test_a_printer_that_is_gone_stopped_or_away_is_not_given_a_paper(tmp_path: Path) -> None:
    spooler = Spooler(tmp_path, STANDING)
    assert refused(spooler, "Cu").code == "printer-missing"
    assert refused(spooler, "Kho").code == "printer-stopped"
    (tmp_path / "standing").write_text(AWAY, encoding="utf-8")
    assert refused(spooler, "Tang-1").code == "printer-offline"
    assert spooler.asked() == []


def test_what_the_spooler_refuses_was_not_printed(tmp_path: Path) -> None:
    error = refused(Spooler(tmp_path, STANDING, lp="exit 1"), "Tang-1")
    assert (error.code, error.data, error.unsure) == ("printer-refused", {"printer": "Tang-1"}, False)


def test_a_spooler_that_hangs_is_ended_and_leaves_it_open_whether_it_prints(tmp_path: Path) -> None:
    error = refused(Spooler(tmp_path, STANDING, lp="exec sleep 60", seconds=0.5), "Tang-1")
    assert (error.code, error.unsure) == ("printer-silent", True)


@pytest.mark.parametrize("there", [(), ("lpstat",)])
def test_a_machine_without_the_clients_says_which_package_it_lacks(tmp_path: Path, there: tuple[str, ...]) -> None:
    spooler = Spooler(tmp_path, STANDING)
    for name in {"lp", "lpstat"} - set(there):
        (tmp_path / name).unlink()
    error = refused(spooler, "Tang-1")
    assert error.code == "printing-missing"
    assert not error.unsure
    said = messages.sentence(error)
    assert said.title == "Máy tính này chưa có chương trình in (lp)"
    assert "cups-client" in said.action


def test_the_package_with_the_clients_is_installed_with_the_program() -> None:
    setup = (Path(__file__).parents[2] / "installer" / "setup.sh").read_text(encoding="utf-8")
    assert " cups-client " in setup.split('qt_packages="')[1].split('"')[0]


@pytest.mark.skipif(shutil.which("lpstat") is None, reason="cups-client is not installed")
def test_the_real_clients_are_understood_where_nothing_serves_them(tmp_path: Path) -> None:
    script = tmp_path / "lpstat"
    script.write_text(f'#!/bin/sh\nCUPS_SERVER={tmp_path}/nobody exec lpstat "$@"\n', encoding="utf-8")
    script.chmod(0o700)
    with pytest.raises(PrintError) as caught:
        CupsPrinters(lpstat=str(script)).all()
    assert caught.value.code == "printing-asleep"
