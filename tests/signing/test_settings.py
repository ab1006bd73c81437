"""What the administrator allows for signing, and what is remembered of an officer's choice."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest

from officer_console.config import signing_paths
from officer_console.signing import choice, settings
from officer_console.signing.choice import Choice
from officer_console.signing.settings import Module, Settings, TimeStampServer
from officer_console.signing.signer import SigningError, Trouble
from tests.signing.authority import Authority


def written(folder: Path, text: str) -> Path:
    file = folder / "signing.toml"
    file.write_text(text, encoding="utf-8")
    return file


def module(folder: Path) -> str:
    return f"[[module]]\nname = 'VNPT-CA'\npath = '{(folder / 'p11.so').as_posix()}'\n"


def test_nothing_is_allowed_where_nothing_is_said(tmp_path: Path) -> None:
    assert settings.read(tmp_path / "none.toml") == Settings(modules=(), key_files=False, timestamp=None)
    assert settings.read(written(tmp_path, "")) == Settings()


def test_a_file_with_everything_is_read(tmp_path: Path, authority: Authority) -> None:
    (tmp_path / "roots.pem").write_text(authority.pem, encoding="ascii")
    roots = (tmp_path / "roots.pem").as_posix()
    stamps = f"[timestamp]\nurl = 'http://tsa.example.vn/tsa'\nroots = '{roots}'\n"
    read = settings.read(written(tmp_path, f"key_files = true\n{module(tmp_path)}{stamps}"))
    assert read == Settings(
        modules=(Module(name="VNPT-CA", path=(tmp_path / "p11.so").as_posix()),),
        key_files=True,
        timestamp=TimeStampServer(url="http://tsa.example.vn/tsa", roots=authority.pem),
    )


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("[[module]]\nname = 'A'\npath = 'p11.so'", "module.path"),
        ("[[module]]\nname = 'A'\npath = '../p11.so'", "module.path"),
        ("[[module]]\npath = '/p11.so'", "module.name"),
        ("[[module]]\nname = 'A'\npath = '/p11.so'\n[[module]]\nname = 'A'\npath = '/q11.so'", "module.name"),
        ("[[module]]\nname = 'A'\npath = '/p11.so'\npin = '1'", "module"),
        ("module = 1", "module, key_files, required"),
        ("key_files = 'yes'", "module, key_files, required"),
        ("required = 1", "module, key_files, required"),
        ("modul = []", ""),
        ("roots = 1", "roots"),
        ("roots = 'ca.pem'", "roots"),
        ("roots = '/none/ca.pem'", "roots"),
        ("[timestamp]\nurl = 'ftp://tsa/'\nroots = '/none'", "timestamp.url"),
        ("[timestamp]\nurl = 'http://me:secret@tsa/'\nroots = '/none'", "timestamp.url"),
        ("[timestamp]\nurl = 'http://tsa:99999/'\nroots = '/none'", "timestamp.url"),
        ("[timestamp]\nurl = 'http://tsa/'", "timestamp.roots"),
        ("[timestamp]\nurl = 'http://tsa/'\nroots = '/none/roots.pem'", "timestamp.roots"),
        ("no toml", "TOMLDecodeError"),
    ],
)
def test_what_does_not_fit_is_refused_and_named(text: str, detail: str, tmp_path: Path) -> None:
    with pytest.raises(SigningError) as caught:
        settings.read(written(tmp_path, text))
    assert (caught.value.trouble, caught.value.detail) == (Trouble.SETTINGS, detail)


@pytest.mark.skipif(os.name != "posix", reason="rights of Windows are the folder's")
def test_a_file_others_may_write_to_is_not_believed(tmp_path: Path) -> None:
    file = written(tmp_path, "key_files = true")
    file.chmod(0o664)
    with pytest.raises(SigningError) as caught:
        settings.read(file)
    assert caught.value.detail == "writable by others"


def test_roots_are_read_from_a_file_or_a_folder_in_pem_or_der(tmp_path: Path, authority: Authority) -> None:
    folder = tmp_path / "roots"
    folder.mkdir(mode=0o700)
    (folder / "README.txt").write_text("no certificate", encoding="utf-8")
    line = f"roots = '{folder.as_posix()}'"
    with pytest.raises(SigningError) as caught:
        settings.read(written(tmp_path, line))
    assert caught.value.detail == "roots"
    (folder / "a.pem").write_text(authority.pem, encoding="ascii")
    (folder / "b.CER").write_bytes(ssl.PEM_cert_to_DER_cert(authority.pem))
    read = settings.read(written(tmp_path, line)).roots
    assert read.split("-----BEGIN CERTIFICATE-----")[1:] == [
        authority.pem.removeprefix("-----BEGIN CERTIFICATE-----") + "\n",
        authority.pem.removeprefix("-----BEGIN CERTIFICATE-----"),
    ]
    one = settings.read(written(tmp_path, f"roots = '{(folder / 'a.pem').as_posix()}'"))
    assert one.roots == authority.pem + "\n"


@pytest.mark.skipif(os.name != "posix", reason="rights of Windows are the folder's")
@pytest.mark.parametrize("name", ["roots", "roots/a.pem"])
def test_roots_others_may_write_to_are_not_believed(name: str, tmp_path: Path, authority: Authority) -> None:
    (tmp_path / "roots").mkdir(mode=0o700)
    (tmp_path / "roots" / "a.pem").write_text(authority.pem, encoding="ascii")
    (tmp_path / name).chmod(0o777)
    with pytest.raises(SigningError) as caught:
        settings.read(written(tmp_path, f"roots = '{(tmp_path / 'roots').as_posix()}'"))
    assert caught.value.detail == "roots: writable by others"


def test_only_a_module_of_the_list_that_is_there_is_given_out(tmp_path: Path) -> None:
    allowed = settings.read(written(tmp_path, module(tmp_path)))
    with pytest.raises(SigningError) as caught:
        allowed.module("VNPT-CA")
    assert caught.value.trouble is Trouble.MODULE_MISSING
    (tmp_path / "p11.so").write_bytes(b"")
    assert allowed.module("VNPT-CA").path == (tmp_path / "p11.so").as_posix()
    for other in ("", "vnpt-ca", (tmp_path / "p11.so").as_posix()):
        with pytest.raises(SigningError) as caught:
            allowed.module(other)
        assert caught.value.trouble is Trouble.MODULE_UNKNOWN


def test_the_administrators_file_lies_where_no_variable_of_the_officer_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    locked, own = signing_paths()
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(Path("elsewhere").resolve()))
    assert signing_paths()[0] == locked
    assert (locked.name, own.name) == ("signing.toml", "signing.json")


def test_a_choice_is_remembered_and_nonsense_is_no_choice(tmp_path: Path) -> None:
    path = tmp_path / "new" / "signing.json"
    assert choice.load(path) == Choice()
    chosen = Choice(module="VNPT-CA", token="Chữ ký số", serial="20B6", fingerprint="1" * 64)
    choice.save(path, chosen)
    assert choice.load(path) == chosen
    for nonsense in ("", "[]", "{", '{"module": 1}', '{"pin": "1"}', "[" * 5000):
        path.write_text(nonsense, encoding="utf-8")
        assert choice.load(path) == Choice()
