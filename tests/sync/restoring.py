"""A central that is put back to a backup, and what happens at it and at the desk around that."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from central_server.database import renew_epoch
from officer_console.domain.dossier import Dossier
from tests import builders
from tests.central.process import PASSWORD, Central, running_central
from tests.faults.fixtures import NO_JOBS
from tests.faults.proxy import Proxy
from tests.faults.workplace import Workplace, client
from tests.sync.pulling import PAGES, put

SCOPE = "04802"
OTHER = "04801"


class Drill:
    """A central that can be copied, and put back to the copy; desks reach it through one proxy each."""

    def __init__(self, planted: Path, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        shutil.copytree(planted, folder / "c")
        self.central = self._start("c")
        self.proxy = Proxy(self.central.url)

    def _start(self, name: str) -> Central:
        return self._stack.enter_context(running_central(self.folder / name, *NO_JOBS))

    def back_up(self) -> None:
        """Copy database and pictures as they are."""
        with self.central.database.read() as connection:
            connection.exec_driver_sql("SELECT 1 FROM dossier LIMIT 1").close()
            shutil.copytree(self.folder / "c", self.folder / "copy")

    def restore(self, desk: Workplace, *, told: bool = True) -> None:
        """Stop central, put the copy in its place under a new epoch, and bring the desk back to it.

        Unless ``told``, nobody has said ``restored``: the epoch is the old one.
        """
        self._stack.close()
        shutil.copytree(self.folder / "copy", self.folder / "c2")
        if told:
            renew_epoch(f"sqlite:///{self.folder / 'c2' / 'central.db'}")
        self.central = self._start("c2")
        self.proxy.close()
        self.proxy = Proxy(self.central.url)
        self.bring_back(desk)

    def bring_back(self, desk: Workplace) -> None:
        """Start the program at a desk again, over the central there is now."""
        desk.close()
        desk.central = self.central
        desk.client = client(self.proxy.url)
        desk.client.sign_in(desk.officer.username, PASSWORD, "desk-1")
        desk.open()

    def close(self) -> None:
        self.proxy.close()
        self._stack.close()


def on_record(central: Central, n: int) -> Dossier:
    about = builders.dossier(7000 + n, scope_id=SCOPE)
    central.plant(about)
    central.register_person(about)
    return about


def telephone(central: Central, about: Dossier, number: str) -> None:
    """Let the citizen have another number at central: the dossier gets its next version."""
    stored = central.stored(about)[1]
    put(central, replace(stored, version=stored.version + 1, declaration=replace(stored.declaration, phone=number)))


def works_for(desk: Workplace, *scopes: str) -> None:
    """Let the desk be its officer's for these offices, from its next start."""
    desk.officer = replace(desk.officer, scopes=scopes)


def after_pages(drill: Drill, pages: int) -> Callable[[], bool]:
    """Return what says that it is time to stop when one more page than ``pages`` has been asked for from now on."""
    before = drill.proxy.count(PAGES)
    return lambda: drill.proxy.count(PAGES) > before + pages
