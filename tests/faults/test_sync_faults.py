"""Real desks, servers and PostgreSQL, killed behind bad lines: nothing is lost, nothing happens twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.faults.ground import Ground
from bench.postgres import Cluster
from bench.sync_faults import Size, one_seed

pytestmark = pytest.mark.xdist_group(__name__)

SMALL = Size(offices=1, dossiers=30, shared=4, server_kills=1, database_kills=1, desk_kills=1)


@pytest.fixture(scope="module")
def ground(postgres_installed: None) -> Iterator[Ground]:  # noqa: ARG001 - asked for its effect
    """A PostgreSQL of its own, because it is killed, with two servers."""
    with Cluster() as cluster, Ground(cluster) as running:
        yield running


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_all_decisions_made_while_everything_is_killed_each_arrives_once(ground: Ground, seed: int) -> None:
    toll = one_seed(ground, seed, SMALL)

    assert toll.count.wrong == ()
    assert toll.count.decisions == SMALL.dossiers
    assert toll.kills == {"server": 1, "database": 1, "desk": 1}
    assert toll.faulty_connections >= 5
