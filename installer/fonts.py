"""Copies the serif faces of papers, with their licence, into a bundle: to where the program looks for them first.

``python installer/fonts.py DIR [--from FOLDER] [--licence FILE]``, with the Python the program runs on. DIR is the
folder of the bundle in which the package ``officer_console`` lies. Taken are the four faces of Tinos or Liberation
Serif as the system's package installed them, and that package's copyright file; elsewhere FOLDER has the faces and FILE
the text of the licence. Windows' own Times New Roman is never copied: its licence forbids that.

Exit code 2: DIR holds no such package; 3: no whole family is there that may be copied and has every letter papers need;
4: the licence is not found, or is another one. Then nothing was copied.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from officer_console.documents import fonts
from officer_console.documents.errors import DocumentError

PACKAGE = "officer_console"
LICENCE = "SIL Open Font License"
DOCUMENTS = Path("/usr/share/doc")


def copy(bundle: Path, folders: Sequence[Path], licence: Path | None) -> int:
    """Copy what is found in ``folders`` into ``bundle``; return the exit code."""
    package = bundle / PACKAGE
    if not package.is_dir():
        return _failed(2, f"{bundle} does not hold the package {PACKAGE}.")
    try:
        faces = fonts.load(folders, free=True)
    except DocumentError as error:
        return _failed(3, f"No faces to copy ({error}). On Debian and Ubuntu: fonts-croscore or fonts-liberation.")
    files = [face.file for face in faces]
    text = _text(licence or _licence_of(files[0]))
    if LICENCE.lower() not in " ".join(text.lower().split()):
        return _failed(4, f"The text of the {LICENCE} was not found for {files[0]}; name it with --licence.")
    target = package / fonts.PLACE
    target.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, target / file.name)
    notice = target / f"LICENCE-{files[0].name.partition('-')[0]}.txt"
    notice.write_text(text, encoding="utf-8")
    fonts.load([target], free=True)
    for file in (*files, notice):
        sys.stdout.write(f"{target / file.name}\n")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="installer/fonts.py", description="Copy the faces of papers into a bundle.")
    parser.add_argument("bundle", type=Path, metavar="DIR", help="the folder that holds the package")
    parser.add_argument("--from", dest="folder", type=Path, metavar="FOLDER", help="where the faces are")
    parser.add_argument("--licence", type=Path, metavar="FILE", help="the text of their licence")
    options = parser.parse_args(arguments)
    folders = [options.folder] if options.folder else fonts.system_folders()
    return copy(options.bundle, folders, options.licence)


def _licence_of(file: Path) -> Path | None:
    """Return the copyright file of the Debian package that installed a file."""
    dpkg = shutil.which("dpkg-query")
    if dpkg is None:
        return None
    asked = [dpkg, "-S", str(file.absolute())]
    owner = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.partition(":")[0]
    return DOCUMENTS / owner.strip() / "copyright" if owner.strip() else None


def _text(file: Path | None) -> str:
    try:
        return file.read_text(encoding="utf-8") if file is not None else ""
    except (OSError, UnicodeDecodeError):
        return ""


def _failed(code: int, told: str) -> int:
    sys.stderr.write(f"{told}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
