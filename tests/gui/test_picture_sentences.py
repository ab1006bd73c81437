"""Whatever the gate refuses a file for is told to the officer."""

from __future__ import annotations

import pytest

from officer_console.imaging import decode
from officer_console.views.messages import known, tell


@pytest.mark.parametrize("code", sorted(decode.CODES))
def test_every_refusal_of_the_gates_child_says_what_to_do(code: str) -> None:
    assert known(code)
    assert tell(code).action
