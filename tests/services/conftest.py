"""The real central and the desks these tests work with."""

from __future__ import annotations

from tests.faults.fixtures import central as central
from tests.faults.fixtures import desk as desk
from tests.faults.fixtures import make_desk as make_desk
from tests.faults.fixtures import planted as planted
from tests.faults.fixtures import proxy as proxy
from tests.faults.fixtures import scope as scope
from tests.services.door import door as door
from tests.services.door import officer as officer
from tests.services.filing_counter import counter as counter
from tests.services.review_desk import about as about
from tests.services.review_desk import capture as capture
from tests.services.review_desk import gate as gate
from tests.services.review_desk import review as review
from tests.services.scanned import lookup as lookup
from tests.services.scanned import sealed as sealed
