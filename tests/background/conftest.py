"""The real central and the desks these tests work with."""

from __future__ import annotations

from tests.background.sync_watch import watch as watch
from tests.faults.fixtures import central as central
from tests.faults.fixtures import desk as desk
from tests.faults.fixtures import make_desk as make_desk
from tests.faults.fixtures import planted as planted
from tests.faults.fixtures import proxy as proxy
from tests.faults.fixtures import scope as scope
