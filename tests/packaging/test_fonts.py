"""The command that puts the faces of papers into a bundle, run as whoever builds one runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from officer_console.documents import fonts

ROOT = Path(__file__).resolve().parents[2]
LICENCE = "Copyright 2010 Google Inc.\nThis Font Software is licensed under the SIL Open\nFont License, Version 1.1.\n"
debian_only = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="the licence is looked up with dpkg")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Return a folder that holds the program and no faces."""
    compiled = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "officer_console", tmp_path / "bundle" / "officer_console", ignore=compiled)
    return tmp_path / "bundle"


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """Return a folder with the faces of a family that no package has installed."""
    (tmp_path / "faces").mkdir()
    for face in fonts.load(fonts.system_folders(), free=True):
        shutil.copy(face.file, tmp_path / "faces")
    return tmp_path / "faces"


def run(*arguments: str | Path) -> tuple[int, str]:
    """Return exit code and what the command complained of."""
    done = python([ROOT / "installer" / "fonts.py", *arguments], ROOT)
    return done.returncode, done.stderr


def python(arguments: Sequence[str | Path], path: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(path)}
    return subprocess.run(
        [sys.executable, *map(str, arguments)], capture_output=True, text=True, env=environment, cwd=path, check=False
    )


def copied(bundle: Path) -> set[str]:
    folder = bundle / "officer_console" / "_data" / "fonts"
    return {file.name for file in folder.iterdir()} if folder.is_dir() else set()


@debian_only
def test_the_installed_family_is_copied_with_its_licence_to_where_the_program_in_the_bundle_takes_it_from(
    bundle: Path,
) -> None:
    assert run(bundle) == (0, "")
    (licence,) = (name for name in copied(bundle) if name.startswith("LICENCE-"))
    text = (bundle / "officer_console" / "_data" / "fonts" / licence).read_text(encoding="utf-8")
    assert "SIL Open Font License" in " ".join(text.split())
    assert "redistributed" in text
    assert len(copied(bundle)) == 5
    asked = "from officer_console.documents import fonts; print([str(face.file.parent) for face in fonts.load()])"
    told = python(["-c", asked], bundle).stdout
    assert told == f"{[str(bundle.resolve() / 'officer_console' / '_data' / 'fonts')] * 4}\n"


def test_faces_from_elsewhere_need_the_text_of_their_licence(bundle: Path, faces: Path, tmp_path: Path) -> None:
    code, told = run(bundle, "--from", faces)
    assert (code, copied(bundle)) == (4, set())
    assert "--licence" in told
    other = tmp_path / "other.txt"
    other.write_text("All rights reserved.\n", encoding="utf-8")
    assert run(bundle, "--from", faces, "--licence", other)[0] == 4
    assert copied(bundle) == set()
    right = tmp_path / "right.txt"
    right.write_text(LICENCE, encoding="utf-8")
    assert run(bundle, "--from", faces, "--licence", right) == (0, "")
    assert {file.name for file in faces.iterdir()} < copied(bundle)


def test_a_face_that_lacks_a_letter_of_vietnamese_is_not_copied(bundle: Path, faces: Path) -> None:
    for file in faces.glob("*-BoldItalic.ttf"):
        with TTFont(file) as font:
            cut = Subsetter(Options(notdef_outline=True))
            cut.populate(unicodes=set(font.getBestCmap()) - {ord("ệ")})
            cut.subset(font)
            font.save(file)
    code, told = run(bundle, "--from", faces)
    assert (code, copied(bundle)) == (3, set())
    assert "font-unfit" in told


def test_times_of_windows_is_never_copied(bundle: Path, faces: Path) -> None:
    names = ("times.ttf", "timesbd.ttf", "timesi.ttf", "timesbi.ttf")
    for face, name in zip(fonts.load([faces], free=True), names, strict=True):
        face.file.rename(faces / name)
    assert fonts.load([faces])[0].file.name == "times.ttf"
    code, told = run(bundle, "--from", faces)
    assert (code, copied(bundle)) == (3, set())
    assert "font-missing" in told


def test_a_folder_without_the_program_is_no_bundle(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == 2
    assert list(tmp_path.iterdir()) == []
