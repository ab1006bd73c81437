"""The configuration file: arguments win, mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from officer_console import config
from officer_console.devices.serial_host import SerialPort
from officer_console.views import command_line


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_says_where_central_is(tmp_path: Path) -> None:
    path = write(tmp_path, 'server = "https://central.example"\nca_bundle = "/etc/agency.pem"\npoll_seconds = 30\n')

    loaded = config.load(path, server=None, data=tmp_path)

    assert (loaded.server, loaded.poll_seconds) == ("https://central.example", 30.0)
    assert loaded.ca_bundle == Path("/etc/agency.pem")


def test_an_argument_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, 'server = "https://central.example"\n')

    assert config.load(path, server="https://other.example", data=tmp_path).server == "https://other.example"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "server-missing"),
        ("server = 3", "server-missing"),
        ("server = ", "config-malformed"),
        ('server = "https://a.example"\npoll_seconds = 0', "config-malformed"),
        ('server = "https://a.example"\nca_bundle = 7', "config-malformed"),
    ],
)
def test_a_mistake_in_the_file_is_named_and_has_a_sentence(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load(write(tmp_path, text), server=None, data=tmp_path)

    assert caught.value.code == code
    assert str(tmp_path) in command_line.CONFIG[code].format(path=caught.value.path)


def test_without_a_file_somebody_must_say_where_central_is(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigError) as caught:
        config.load(tmp_path / "nowhere.toml", server=None, data=tmp_path)

    assert caught.value.code == "server-missing"


@pytest.mark.parametrize(("line", "desk"), [("", ""), ('desk = " Quầy 2"', "Quầy 2"), ("desk = 2", "2")])
def test_the_file_says_what_the_counter_is_called(tmp_path: Path, line: str, desk: str) -> None:
    path = write(tmp_path, f'server = "https://central.example"\n{line}\n')
    assert config.load(path, server=None, data=tmp_path).desk == desk


@pytest.mark.parametrize("line", ["desk = true", 'desk = ["2"]', f'desk = "{"9" * 41}"', 'desk = "2\\n3"'])
def test_a_name_of_a_counter_that_cannot_be_is_a_mistake_of_the_file(tmp_path: Path, line: str) -> None:
    path = write(tmp_path, f'server = "https://central.example"\n{line}\n')
    with pytest.raises(config.ConfigError, match="config-malformed"):
        config.load(path, server=None, data=tmp_path)


def test_the_file_names_the_port_of_a_code_reader(tmp_path: Path) -> None:
    text = 'server = "https://central.example"\n[reader]\nport = "COM3"\n'
    loaded = config.load(write(tmp_path, text), server=None, data=tmp_path)
    assert loaded.reader == SerialPort(name="COM3", baud=9600)


@pytest.mark.parametrize(
    "table",
    ["", "port = 3", 'port = ""', 'port = "--help"', 'port = "COM3"\nbaud = "9600"', 'port = "COM3"\nbaud = 0'],
)
def test_a_reader_that_cannot_be_is_a_mistake_of_the_file(tmp_path: Path, table: str) -> None:
    path = write(tmp_path, f'server = "https://central.example"\n[reader]\n{table}\n')
    with pytest.raises(config.ConfigError, match="config-malformed"):
        config.load(path, server=None, data=tmp_path)
