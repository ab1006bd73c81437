"""``python -m bench NAME [--json] [arguments of the benchmark]``; without a name it lists what there is."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, cast

from bench.figures import Figure, table

HARNESS = {"__main__", "figures"}


class Benchmark(Protocol):
    """A module ``bench/NAME.py``: measures and yields figures as they come. It reads its own arguments."""

    def run(self, arguments: Sequence[str]) -> Iterator[Figure]:
        """Measure; ``arguments`` is the command line behind the name, ``--json`` taken out."""
        ...


def names() -> tuple[str, ...]:
    """Return the names of the benchmarks: the modules of this package that have a ``run``, with ``-`` for ``_``."""
    modules = (module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))
    found = tuple(name.replace("_", "-") for name in modules if name not in HARNESS)
    return tuple(name for name in found if hasattr(_load(name), "run"))


def _load(name: str) -> Benchmark:
    return cast("Benchmark", importlib.import_module(f"bench.{name.replace('-', '_')}"))


def main(arguments: Sequence[str]) -> int:
    """Run one benchmark and print its figures; return 0, or 2 when the name is unknown."""
    as_json = "--json" in arguments
    words = [word for word in arguments if word != "--json"]
    if not words:
        print("\n".join(names()))
        return 0
    name, rest = words[0], words[1:]
    if name not in names():
        print(f"there is no benchmark {name!r}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for figure in _load(name).run(rest):
        figures.append(figure)
        if as_json:
            print(figure.as_json(), flush=True)
    if not as_json:
        print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
