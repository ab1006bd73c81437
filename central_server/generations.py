"""Which connections are of before the database's last death: whoever meets the first dead one closes them all, once."""

from __future__ import annotations

import threading

# In ``info`` of a pooled connection: its ``Generation``.
GENERATION = "generation"


class Generation:
    """The connections made between two deaths of the database."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations

    def ends(self) -> bool:
        """Whether this is the first that is heard of its end; connections made from now on are of the next one."""
        return self._generations.end(self)


class Generations:
    """The generations of one engine's connections."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._now = Generation(self)

    @property
    def now(self) -> Generation:
        """The generation of a connection that is made now."""
        return self._now

    def end(self, generation: Generation) -> bool:
        """Begin the next generation unless ``generation`` has ended before; returns whether it did."""
        with self._guard:
            if generation is not self._now:
                return False
            self._now = Generation(self)
            return True
