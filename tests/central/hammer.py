"""One of the processes of ``test_hammer``: sends decisions in turn, prints how often which answer came."""

from __future__ import annotations

import sys
from collections import Counter

import msgspec
import requests

from officer_console.central import wire
from officer_console.domain.decision import Decision


class Order(msgspec.Struct):
    """What to do, on stdin."""

    url: str
    token: str
    if_match: str
    repeats: int
    decisions: list[Decision]


def main() -> None:
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    answers: Counter[str] = Counter()
    with requests.Session() as http:
        http.trust_env = False
        http.headers["Authorization"] = f"Bearer {order.token}"
        for turn in range(order.repeats):
            decision = order.decisions[turn % len(order.decisions)]
            headers = {"Idempotency-Key": decision.op_id, "If-Match": order.if_match}
            answer = http.post(order.url, data=wire.encode(decision), headers=headers, timeout=60)
            if answer.ok:
                assert wire.decode(answer.content, wire.Receipt).op_id == decision.op_id
                answers[str(answer.status_code)] += 1
            else:
                answers[wire.decode(answer.content, wire.Problem).name] += 1
    sys.stdout.buffer.write(msgspec.json.encode(answers))


if __name__ == "__main__":
    main()
