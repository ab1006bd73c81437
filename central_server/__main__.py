"""The command ``officer-central``."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from central_server import form_keys, moves
from central_server.adoption import adopt, restored
from central_server.database import Database
from central_server.logs import log_to_stderr
from central_server.marks import FrontError
from central_server.messages.undelivered import requeue, undelivered
from central_server.migrate import DatabaseVersionError
from central_server.moves import MoveError
from central_server.options import SMTP_FROM, Options
from central_server.programs import is_version
from central_server.secret_files import SecretFileError
from central_server.sending import SendingError
from central_server.serving import serve
from central_server.shards import SpreadError, distribute, spread, upgrade
from central_server.times import stamp, utc_now
from officer_console.central import wire

# the words of --from and --to, which are no names of Python's
_MOVE = {"from": "here", "to": "there"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="officer-central", description="The reference central server.")
    commands = parser.add_subparsers(required=True, dest="command")
    back = commands.add_parser("restored", help="to be run once after every restore, before serving again")
    back.add_argument("--database", required=True, metavar="URL")
    back.add_argument("--behind", metavar="URL", nargs="+", default=(), help="the restored servers behind, in order")
    letters = commands.add_parser("letters", help="list the letters that were given up, or have them tried again")
    letters.add_argument("--database", required=True, metavar="URL")
    letters.add_argument(
        "--requeue", metavar="ID", help="of a letter in the list, or of a decision: all of its letters"
    )
    moving = commands.add_parser("move", help="move a dossier to another office, or finish a move that broke")
    moving.add_argument("--database", required=True, metavar="URL")
    moving.add_argument("--dossier", metavar="ID", help="its id or whole number; without it broken moves are listed")
    moving.add_argument("--from", metavar="OFFICE", dest="here", help="where it is")
    moving.add_argument("--to", metavar="OFFICE", dest="there", help="where it goes")
    moving.add_argument("--who", metavar="USERNAME", help="who moves it: for its history and the audit trails")
    moving.add_argument("--reason", metavar="TEXT", help="at most 200 letters, shown to the officers")
    forms = commands.add_parser("form-keys", help="tell which generation of the keys of forms' codes is current")
    forms.add_argument("--database", required=True, metavar="URL")
    forms.add_argument("--renew", action="store_true", help="make codes with the next one; older codes stay good")
    shards = commands.add_parser("spread", help="lay the offices of a central over several PostgreSQL servers")
    ahead = shards.add_mutually_exclusive_group(required=True)
    ahead.add_argument("--front", metavar="URL", help="what the servers of central are given")
    ahead.add_argument("--citus", metavar="URL", help="of a coordinator: lay the offices over its workers")
    what = shards.add_mutually_exclusive_group()
    what.add_argument("--behind", metavar="URL", nargs="+", help="where the offices live")
    what.add_argument("--upgrade", action="store_true", help="bring all of the servers to this program's version")
    shards.add_argument("--adopt", action="store_true", help="point --front at other servers --behind, with its rows")
    command = commands.add_parser("serve", help="serve until interrupted")
    command.add_argument("--database", required=True, metavar="URL", help="sqlite:///PATH or postgresql+psycopg://…")
    command.add_argument("--port", required=True, type=int, help="0 takes a free one")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument(
        "--blobs",
        default="central-blobs",
        metavar="DIR",
        help="pictures: a folder (default: %(default)s) or s3://bucket/prefix",
    )
    command.add_argument("--s3-endpoint", metavar="URL", help="of an S3 store that is not Amazon's")
    command.add_argument("--reference", type=Path, metavar="DIR", help="settings.json, reasons.json, labels.json")
    command.add_argument("--seed", type=int, metavar="N", help="plant data generated for today in an empty database")
    command.add_argument("--seed-dossiers", type=int, default=5000, metavar="N")
    command.add_argument("--seed-persons", type=int, default=20000, metavar="N")
    command.add_argument("--smtp", type=_host_port, metavar="HOST:PORT", help="send e-mail through this server")
    command.add_argument("--smtp-from", default=SMTP_FROM, metavar="ADDRESS")
    command.add_argument("--smtp-user", metavar="NAME", help="sign in at the mail server")
    command.add_argument("--smtp-password-file", type=Path, metavar="FILE", help="one line, readable by nobody else")
    command.add_argument("--smtp-ca", type=Path, metavar="FILE", help="PEM: who vouches for the mail server")
    command.add_argument("--sms-gateway", metavar="URL", help="send SMS through this HTTP gateway")
    command.add_argument("--sms-token-file", type=Path, metavar="FILE", help="bearer token, readable by nobody else")
    command.add_argument("--sms-ca", type=Path, metavar="FILE", help="PEM: who vouches for the gateway")
    command.add_argument("--hotline", type=_phone, metavar="NUMBER", help="what letters tell citizens to call")
    command.add_argument("--training-sinks", action="store_true", help="let nothing out: letters end in this process")
    command.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    command.add_argument("--job-interval", type=float, default=5.0, metavar="SECONDS")
    command.add_argument("--registry-interval", type=float, metavar="SECONDS", help="default: six job intervals")
    command.add_argument(
        "--workers", type=_workers, default=1, metavar="N", help="processes that answer; more than one needs PostgreSQL"
    )
    command.add_argument(
        "--min-client",
        type=_version,
        default=wire.MIN_CLIENT,
        metavar="VERSION",
        help="older officer consoles get no dossiers and leases; their decisions are taken (default: %(default)s)",
    )
    given = vars(parser.parse_args(arguments))
    if given.get("workers", 1) > 1 and given["database"].startswith("sqlite"):
        parser.error("--workers: on SQLite one process writes; several need PostgreSQL")
    if given.get("front") and not (given["behind"] or given["upgrade"]):
        parser.error("--front: --behind lays its offices there, --upgrade brings up those that are")
    if given.get("adopt") and not (given["front"] and given["behind"]):
        parser.error("--adopt: --front and --behind are needed")
    if given.get("citus") and given["behind"]:
        parser.error("--behind: Citus knows its workers")
    if given["command"] == "move" and given["dossier"] is not None:
        lacking = [name for name in ("from", "to", "who", "reason") if given[_MOVE.get(name, name)] is None]
        if lacking:
            parser.error(f"move --dossier needs --{' --'.join(lacking)}")
    log_to_stderr()
    try:
        asked = given.pop("command")
        if asked == "restored":
            sys.stdout.write(f"epoch {restored(given['database'], given['behind'])}\n")
            return 0
        if asked == "spread":
            _spread(given["front"], given["citus"], given["behind"], again=given["adopt"])
            return 0
        if asked == "letters":
            return _letters(given["database"], given["requeue"])
        if asked == "form-keys":
            return _form_keys(**given)
        if asked == "move":
            return _move(**given)
        return serve(Options(**given))
    except (DatabaseVersionError, FrontError, MoveError, SendingError, SecretFileError, SpreadError) as error:
        sys.stderr.write(f"officer-central: {error}\n")
        return 2


def _spread(front: str | None, citus: str | None, behind: Sequence[str] | None, *, again: bool) -> None:
    if citus is not None:
        distribute(citus)
    elif front is not None and behind:
        (adopt if again else spread)(front, behind)
    elif front is not None:
        upgrade(front)


def _letters(url: str, letter_id: str | None) -> int:
    with _existing(url) as database:
        if letter_id is not None:
            again = requeue(database, letter_id, utc_now())
            sys.stdout.write(f"{again} to be sent again\n")
            return 0 if again else 1
        for letter in undelivered(database):
            told = (letter.id, letter.scope_id, letter.dossier_id, letter.kind, f"{letter.attempts} tries")
            sys.stdout.write("  ".join((*told, letter.error or "-", stamp(letter.at))) + "\n")
        return 0


def _move(database: str, dossier: str | None, here: str, there: str, who: str, reason: str) -> int:
    with _existing(database) as opened:
        if dossier is None:
            for known, old, new in moves.unfinished(opened):
                sys.stdout.write(f"{known}  {old}  {new}\n")
            return 0
        known = moves.id_of(opened, here, dossier)
        order = moves.Order(dossier_id=known, here=here, there=there, who=who.strip(), reason=reason.strip())
        moves.move(opened, order, utc_now())
        sys.stdout.write(f"{known} is in {there}\n")
        return 0


def _form_keys(database: str, *, renew: bool) -> int:
    with _existing(database) as opened:
        if renew:
            form_keys.renew(opened)
        with opened.read() as connection:
            sys.stdout.write(f"generation {form_keys.generation(connection)}\n")
        return 0


@contextmanager
def _existing(url: str) -> Iterator[Database]:
    """Give the database at ``url``; a misspelt path must not make one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        raise DatabaseVersionError("there is no database at this URL")
    database = Database.open(url)
    try:
        yield database
    finally:
        database.close()


def _workers(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("1 or more expected")
    return count


def _version(text: str) -> str:
    if not is_version(text):
        raise argparse.ArgumentTypeError("a version expected, such as 0.2.0")
    return text


def _phone(text: str) -> str:
    if re.fullmatch(r"\+?[0-9][0-9 .]{2,18}", text) is None:
        raise argparse.ArgumentTypeError("a phone number expected")
    return text


def _host_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise argparse.ArgumentTypeError("HOST:PORT expected")
    return host, int(port)


if __name__ == "__main__":
    sys.exit(main())
