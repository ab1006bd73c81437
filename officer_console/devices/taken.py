"""Which files of watched folders were taken: hashes only, a line each, so that no name and no content stands there."""

from __future__ import annotations

from pathlib import Path

LINE = 64
LINES_LIMIT = 100_000


class Taken:
    """Hashes that outlive the process; without a path they are kept in memory only.

    When there are more than LINES_LIMIT, the older half is forgotten.
    """

    def __init__(self, path: Path | None) -> None:
        """Read what was kept; raises OSError when it is there and cannot be read."""
        self._path = path
        self._known: dict[str, None] = {}
        if path is not None and path.exists():
            with path.open("rb") as file:
                data = file.read(LINES_LIMIT * 3 * (LINE + 1))
            lines = data.decode("ascii", "replace").splitlines()
            self._known = dict.fromkeys(line for line in lines if len(line) == LINE)
            if len(lines) > LINES_LIMIT:
                self._forget()

    def knows(self, digest: str) -> bool:
        """Tell whether ``digest`` was added."""
        return digest in self._known

    def add(self, *digests: str) -> None:
        """Keep ``digests``; raises OSError."""
        fresh = [digest for digest in digests if digest not in self._known]
        if self._path is not None and fresh:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="ascii") as file:
                file.write("".join(f"{digest}\n" for digest in fresh))
        self._known |= dict.fromkeys(fresh)

    def _forget(self) -> None:
        self._known = dict.fromkeys(list(self._known)[-LINES_LIMIT // 2 :])
        if self._path is not None:
            fresh = self._path.with_suffix(".new")
            fresh.write_text("".join(f"{digest}\n" for digest in self._known), encoding="ascii")
            fresh.replace(self._path)
