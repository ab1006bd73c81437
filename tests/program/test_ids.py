"""Identifiers made on the desk are UUIDs of version 7 and sort by time."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from officer_console.ids import uuid7

MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_an_identifier_is_a_version_7_uuid_of_its_moment(moment: datetime, tail: bytes) -> None:
    made = uuid.UUID(uuid7(moment, lambda size: tail[:size]))

    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(moment.timestamp() * 1000)


@given(MOMENTS, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_a_later_identifier_sorts_behind_an_earlier_one(moment: datetime, first: bytes, second: bytes) -> None:
    earlier = uuid7(moment, lambda size: first[:size])
    later = uuid7(moment + timedelta(milliseconds=2), lambda size: second[:size])

    assert earlier < later


@given(
    st.integers(0, (1 << 12) - 1),
    st.integers(0, (1 << 62) - 1),
    st.integers(0, (1 << 12) - 1),
    st.integers(0, (1 << 62) - 1),
)
def test_other_random_bits_make_another_identifier(high: int, low: int, other_high: int, other_low: int) -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)

    def made(top: int, bottom: int) -> str:
        return uuid7(moment, lambda size: (top << 68 | bottom).to_bytes(size, "big"))

    assert (made(high, low) == made(other_high, other_low)) is ((high, low) == (other_high, other_low))
