"""Central with training data as a child process: it comes up once, comes back quickly, and says when it cannot."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from time import monotonic

import pytest
import requests

from officer_console.training import TrainingCentral, TrainingError

DAY = date(2026, 11, 22)


def central(folder: Path) -> TrainingCentral:
    return TrainingCentral(folder, dossiers=40, persons=200, on=DAY)


def test_training_data_is_planted_once_and_found_again(tmp_path: Path) -> None:
    first = central(tmp_path)
    assert not first.prepared
    with first:
        assert requests.get(f"{first.url}/v1/meta", timeout=10).json()["api"] == ["v1"]

    again = central(tmp_path)
    assert again.prepared
    with again:
        assert requests.get(f"{again.url}/v1/meta", timeout=10).status_code == 200


def test_training_data_of_another_day_is_made_anew(tmp_path: Path) -> None:
    with central(tmp_path):
        pass

    with TrainingCentral(tmp_path, dossiers=40, persons=200, on=date(2026, 11, 23)):
        pass

    assert [folder.name for folder in tmp_path.glob("central-*")] == ["central-2026-11-23-1-40"]


@pytest.mark.parametrize("later", [0, 1])
def test_a_second_start_leaves_the_data_of_a_running_central_alone(tmp_path: Path, later: int) -> None:
    first = central(tmp_path)
    second = TrainingCentral(tmp_path, dossiers=40, persons=200, on=DAY + timedelta(days=later))
    # as if the first were still planting: what it has written does not count as prepared yet
    first.reserve()
    planted = tmp_path / "central-2026-11-22-1-40" / "half planted"
    planted.parent.mkdir()
    planted.touch()
    with second:
        assert second.place == tmp_path / "2"
        assert requests.get(f"{second.url}/v1/meta", timeout=10).status_code == 200
    assert planted.exists()

    first.stop()
    again = central(tmp_path)
    again.reserve()
    assert again.place == tmp_path
    again.stop()


def test_a_central_that_cannot_start_is_told_with_its_log(tmp_path: Path) -> None:
    broken = central(tmp_path)
    folder = tmp_path / "central-2026-11-22-1-40"
    folder.mkdir()
    (folder / "central.db").write_bytes(b"this is no database" * 1000)
    (folder / "planted").touch()

    with pytest.raises(TrainingError) as caught:
        broken.start()

    assert caught.value.log.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_central_ends_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys; from datetime import date; from pathlib import Path;"
        "from officer_console.training import TrainingCentral;"
        f"c = TrainingCentral(Path({str(tmp_path)!r}), dossiers=40, persons=200, on=date(2026, 11, 22));"
        "print(c.start(), flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        assert requests.get(f"{url}/v1/meta", timeout=10).status_code == 200
        parent.kill()

    deadline = monotonic() + 30
    while monotonic() < deadline:
        try:
            requests.get(f"{url}/v1/meta", timeout=5)
        except requests.ConnectionError:
            return
    pytest.fail("central is still there")
