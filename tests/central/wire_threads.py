"""The process of ``test_wire_threads``: many threads read the first documents of this process at the same moment."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from officer_console.central import wire
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier
from tests import builders

THREADS = 8


def main() -> None:
    sys.setswitchinterval(1e-6)
    dossier = builders.dossier()
    kinds = {Dossier: wire.encode(dossier), Decision: wire.encode(builders.decision(dossier))}
    together = Barrier(THREADS)

    def read(number: int) -> str:
        kind = list(kinds)[number % 2]
        together.wait(20)
        return str(wire.decode(kinds[kind], kind).scope_id)

    with ThreadPoolExecutor(THREADS) as threads:
        sys.stdout.write(",".join(sorted(set(threads.map(read, range(THREADS))))))


if __name__ == "__main__":
    main()
