"""The protocol broken on purpose, one way each: the simulator has to catch every one of them.

The broken part is passed in; the program and central have no switches for any of this.
"""

from __future__ import annotations

from collections.abc import Mapping

from bench.sim.broken_central import (
    BreakKeepsVersion,
    EpochNotInTag,
    IdempotencyForADay,
    KeepsItsEpoch,
    LapseKeepsVersion,
    MarkedBeforeTheWork,
    MoveForgetsDecision,
    MoveKeepsLease,
    NoIdempotencyRow,
    NoIfMatch,
    NoTombstones,
    NumberOutsideTheLock,
)
from bench.sim.broken_desks import (
    AnyAnswerIsDone,
    CursorBeforeRows,
    DigestNotCompared,
    DropsOnTimeOut,
    LedgerIgnored,
    NewKeyEachTry,
    ReceiptBringsBack,
    SwapBeforeWhole,
    TidiesTooEarly,
    VersionIsEnough,
)
from bench.sim.world import Parts

# What goes wrong after a restore only is looked for where there are more of them.
_OFTEN = 7

MUTANTS: Mapping[str, Parts] = {
    "no-idempotency-row": Parts(central=NoIdempotencyRow),
    "idempotency-for-24-hours": Parts(central=IdempotencyForADay),
    "marked-before-the-work": Parts(central=MarkedBeforeTheWork),
    "no-if-match": Parts(central=NoIfMatch),
    "epoch-not-in-the-tag": Parts(central=EpochNotInTag, restores=_OFTEN),
    "restore-keeps-the-epoch": Parts(central=KeepsItsEpoch),
    "no-tombstones": Parts(central=NoTombstones),
    "number-outside-the-lock": Parts(central=NumberOutsideTheLock),
    "broken-lease-keeps-version": Parts(central=BreakKeepsVersion),
    "lapsed-lease-keeps-version": Parts(central=LapseKeepsVersion),
    "move-keeps-lease": Parts(central=MoveKeepsLease),
    "move-forgets-decision": Parts(central=MoveForgetsDecision),
    "cursor-before-rows": Parts(desk=CursorBeforeRows),
    "dropped-on-time-out": Parts(desk=DropsOnTimeOut),
    "any-answer-is-done": Parts(desk=AnyAnswerIsDone),
    "new-key-each-try": Parts(desk=NewKeyEachTry),
    "receipt-brings-back": Parts(desk=ReceiptBringsBack),
    "ledger-ignored": Parts(desk=LedgerIgnored),
    "version-is-enough": Parts(desk=VersionIsEnough, restores=_OFTEN),
    "swapped-before-whole": Parts(desk=SwapBeforeWhole),
    "tidies-too-early": Parts(desk=TidiesTooEarly, restores=_OFTEN),
    "digest-not-compared": Parts(desk=DigestNotCompared),
}
