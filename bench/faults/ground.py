"""Where the seeds are run: one PostgreSQL, one database, two central processes, all of which can be killed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from bench.faults.processes import CentralProcess
from bench.postgres import Cluster
from central_server.database import Database

SERVERS = 2


class Ground:
    """The servers; as a context manager they run inside the block and leave nothing behind."""

    def __init__(self, cluster: Cluster) -> None:
        """Bind to a running cluster; the database is made when the block begins."""
        self.cluster = cluster
        self.kills: Counter[str] = Counter()
        self._running = ExitStack()

    def __enter__(self) -> Self:
        """Make the database and start the servers."""
        with ExitStack() as starting:
            self._folder = Path(starting.enter_context(TemporaryDirectory(prefix="faults-")))
            self.database_url = self.cluster.dsn("faults")
            # Makes the tables, so that the servers need not race for it.
            with self.database():
                pass
            self._centrals: list[CentralProcess] = []
            for n in range(SERVERS):
                self._centrals.append(CentralProcess(self.database_url, self._folder, f"central-{n}"))
                starting.callback(self._centrals[-1].kill)
            for central in self._centrals:
                central.wait()
            self._running = starting.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the servers."""
        self._running.close()

    @property
    def urls(self) -> Sequence[str]:
        """Where the servers are now."""
        return [central.url for central in self._centrals]

    @property
    def log(self) -> str:
        """What the servers have written so far."""
        return "".join(central.log for central in self._centrals)

    def database(self) -> closing[Database]:
        """Open the database; a kill breaks its connections, so it is not kept open."""
        return closing(Database.open(self.database_url))

    def kill_server(self, source: random.Random) -> None:
        """Kill one server and start it again; it serves at another address then."""
        central = source.choice(self._centrals)
        central.kill()
        self.kills["server"] += 1
        central.start()
        central.wait()

    def kill_database(self) -> None:
        """Kill every process of PostgreSQL and start it again."""
        self.cluster.kill()
        self.kills["database"] += 1
        self.cluster.start()
