"""Whether an office is of the epoch this process knows: with a restore from a backup another one begins.

Each office's counter repeats the epoch, and whoever takes or reads it compares. Two things may be wrong then. The
process is of before: ``officer-central restored`` has run, and the process has to start anew. Or the office is of
before: it was put back from a backup and the command has not run, so that numbers and versions which desks know already
would be given to other states.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from central_server.trips import Step, run

# Of a connection's execution options: the epoch its process knows.
OPTION = "epoch"
# Stands for an epoch where an office is known to have been put back; ``officer-central restored`` ends it.
PUT_BACK = "put-back"
# Of the answer (503) as long as the command has not run.
NOT_RESTORED = "restored-not-run"

MARK = text("UPDATE scope SET epoch_ref = :mark WHERE scope_id = :scope_id")
MARK_ALL = text("UPDATE scope SET epoch_ref = :mark WHERE epoch_ref <> :mark")
_NOW = text("SELECT epoch FROM server_state")


class OtherEpochError(RuntimeError):
    """An office (``scope_id``, ``None``: all of them) is not of the epoch the process knows: nothing was changed.

    ``proof``: a desk has a cursor of this central that the office has not come to. ``code`` is told to the desk.
    """

    def __init__(self, scope_id: str | None = None, *, proof: bool = False) -> None:
        super().__init__("another epoch")
        self.scope_id = scope_id
        self.proof = proof
        self.code: str | None = None
        self.learnt = False


def agree(connection: Connection, scope_id: str, row: Any) -> None:  # noqa: ANN401 - a row of the scope's counter
    """Let pass an office's counter (with ``epoch_ref``) of the epoch that the process knows.

    Raises:
        OtherEpochError: it is missing or of another one; the transaction must not be committed.
    """
    if row is None or row.epoch_ref != connection.get_execution_options()[OPTION]:
        raise OtherEpochError(scope_id)


def now(connection: Connection) -> str:
    """Return the epoch of the database."""
    (found,) = run(connection, Step(_NOW, {}))
    return str(found.row.epoch)


def confirm(connection: Connection) -> None:
    """Let pass a process that knows the epoch of the database.

    Raises:
        OtherEpochError: it is of before.
    """
    if now(connection) != connection.get_execution_options()[OPTION]:
        raise OtherEpochError
