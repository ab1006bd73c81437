"""The command line: ``run`` (the default), ``demo``, ``tour``, ``read-code``, ``check-forms``."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from officer_console import __version__, config, data, display
from officer_console.views import command_line


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar."""
    top = argparse.ArgumentParser(prog="officer-console", description=__doc__)
    top.add_argument("--version", action="version", version=f"officer-console {__version__}")
    commands = top.add_subparsers(dest="command")
    run = commands.add_parser("run", help="start the program")
    run.add_argument("--server", help="address of central, https://…")
    run.add_argument("--data", type=Path, help="folder for the sealed stores and the log")
    run.add_argument("--config", type=Path, default=config.default_path())
    demo = commands.add_parser("demo", help="start central with training data, then the program")
    demo.add_argument("--data", type=Path, help="folder for the training data")
    demo.add_argument("--dossiers", type=_some, default=5000)
    demo.add_argument("--persons", type=_some, default=20000)
    tour = commands.add_parser("tour", help="walk through the whole workflow and write screenshots")
    tour.add_argument("--out", type=Path, required=True)
    tour.add_argument("--dossiers", type=_some, default=600)
    tour.add_argument("--persons", type=_some, default=2400)
    code = commands.add_parser("read-code", help="print what the codes in pictures and PDF files say")
    code.add_argument("files", type=Path, nargs="+", metavar="FILE")
    code.add_argument("--json", action="store_true", help="one line of JSON per code")
    code.add_argument(
        "--mrz", action="store_true", help="also machine-readable lines where there is no code (tesseract)"
    )
    code.add_argument("--tessdata", type=Path, help="folder with mrz.traineddata, if not tesseract's own")
    forms = commands.add_parser(
        "check-forms", help="check a deployment's forms and name what is wrong with file and line"
    )
    forms.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="by default this machine's folder")
    return top


def _some(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(text)
    return number


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return the exit code: 0 well, 1 it failed, 2 wrong use, 3 the machine lacks something."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or (given[0].startswith("--") and given[0] not in ("--version", "--help")):
        given = ["run", *given]
    options = parser().parse_args(given)
    if options.command == "tour":
        from officer_console.tour import run_tour

        return run_tour(options.out, dossiers=options.dossiers, persons=options.persons)
    if options.command == "demo":
        from officer_console.demo import run_demo

        return run_demo(options.data, dossiers=options.dossiers, persons=options.persons, display=display.has_display())
    if options.command == "read-code":
        from officer_console.read_code import run_read_code

        return run_read_code(options.files, as_json=options.json, mrz=options.mrz, tessdata=options.tessdata)
    if options.command == "check-forms":
        from officer_console.check_forms import run_check_forms

        folder = options.folder or config.forms_path()
        return run_check_forms(data.folder("forms"), folder, named=options.folder is not None)
    displayed, named = display.ask(), display.named_display()
    if named is not None:
        # What the window is made of is loaded while the child asks for the display.
        importlib.import_module("officer_console.app")
    if not displayed():
        told = command_line.NO_DISPLAY if named is None else command_line.DISPLAY_SILENT.format(display=named)
        print(told, file=sys.stderr)  # noqa: T201
        return 3
    try:
        settings = config.load(options.config, server=options.server, data=options.data)
    except config.ConfigError as error:
        print(command_line.CONFIG[error.code].format(path=error.path), file=sys.stderr)  # noqa: T201
        return 2
    from officer_console.app import run_program

    return run_program(settings)


if __name__ == "__main__":
    sys.exit(main())
