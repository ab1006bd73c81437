"""Small fakes behind the detail page: a desk with one dossier, jobs that run at once, news."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject, Signal

from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.checks import Finding, Level, decision_findings, declaration_findings
from officer_console.domain.decision import Decision
from officer_console.domain.dossier import Dossier, Status
from officer_console.domain.errors import RuleError
from officer_console.domain.lease import Lease
from officer_console.domain.officer import Officer
from officer_console.domain.reference import Reference
from officer_console.domain.registry import RegistryAnswer, RegistryVerdict
from officer_console.services.decide import Draft
from officer_console.services.drafts import Entries, KeptDraft
from tests.gui.review_samples import HA, NOW, REFERENCE, TODAY, digest, dossier, picture_bytes, registry


@dataclass(kw_only=True)
class Refusal:
    """A decision central refused."""

    op_id: str
    decision: Decision
    error_code: str | None
    error_data: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class OpenedDossier:
    """What the review service answers."""

    dossier: Dossier
    pending: Decision | None = None
    attention: Refusal | None = None
    findings: tuple[Finding, ...] = ()
    reference: Reference = REFERENCE
    lease_by_other: Lease | None = None
    offline: bool = False


class CodedError(Exception):
    """An error as the services raise them."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


class DirectJob:
    """A job that can be dropped."""

    def __init__(self) -> None:
        self.dropped = False

    def cancel(self) -> None:
        """Drop it."""
        self.dropped = True


class DirectJobs:
    """Runs work at once, or keeps it until :meth:`finish` when ``held``."""

    def __init__(self) -> None:
        self.held = False
        self._waiting: list[Callable[[], None]] = []

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[Exception], None]
    ) -> DirectJob:
        """Run or keep."""

        def go() -> None:
            try:
                result = work()
            except (CodedError, RuleError, OSError) as error:
                failed(error)
            else:
                done(result)

        if self.held:
            self._waiting.append(go)
        else:
            go()
        return DirectJob()

    def finish(self) -> None:
        """Let what was kept run."""
        self.held = False
        waiting, self._waiting = self._waiting, []
        for go in waiting:
            go()


@dataclass
class Told:
    """A change of the store."""

    ids: frozenset[str] = frozenset({"d1"})

    def concerns(self, dossier_id: str) -> bool:
        """Whether the dossier is named."""
        return dossier_id in self.ids


@dataclass
class Line:
    """Whether central can be reached, and serves."""

    online: bool = True
    serving: bool = True


class FakeNews(QObject):
    """The two signals of the news."""

    changed = Signal(object)
    status = Signal(object)


@dataclass
class FakeDesk:
    """Review and Decide over one dossier in memory."""

    dossier: Dossier = field(default_factory=dossier)
    officer: Officer = HA
    attention: Refusal | None = None
    pending: Decision | None = None
    holder: Lease | None = None
    offline: bool = False
    answer: RegistryAnswer = field(default_factory=lambda: registry(RegistryVerdict.MATCH, "Đặng Thị Ước"))
    recorded: list[Draft] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    broken: list[tuple[str, str | None]] = field(default_factory=list)
    drafts: dict[str, Entries] = field(default_factory=dict)
    keep_error: Exception | None = None
    record_error: Exception | None = None
    picture_error: Exception | None = None
    open_error: Exception | None = None

    def open(self, dossier_id: str) -> OpenedDossier:
        """Return the dossier."""
        if self.open_error is not None:
            raise self.open_error
        shown = replace(self.dossier, id=dossier_id)
        return OpenedDossier(
            dossier=shown,
            pending=self.pending,
            attention=self.attention,
            findings=declaration_findings(shown, TODAY),
            lease_by_other=self.holder,
            offline=self.offline,
        )

    def take(self, dossier_id: str, *, break_other: bool = False, reason: str | None = None) -> OpenedDossier:
        """Take the lease unless somebody has it."""
        if break_other:
            self.broken.append((dossier_id, reason))
            self.holder = None
        if self.holder is None and not self.offline:
            mine = Lease(
                officer_id=self.officer.id,
                officer_name=self.officer.full_name,
                expires_at=NOW + timedelta(minutes=15),
            )
            self.dossier = replace(self.dossier, lease=mine, status=self._processing())
        return self.open(dossier_id)

    def _processing(self) -> Status:
        return Status.PROCESSING if self.dossier.status is Status.PENDING else self.dossier.status

    def release(self, dossier_id: str) -> None:
        """Note it."""
        self.released.append(dossier_id)

    def picture(self, _dossier_id: str, sha256: str) -> bytes:
        """Return a picture that tells which it is."""
        if self.picture_error is not None:
            raise self.picture_error
        names = {digest(kind.value): kind.value for kind in AttachmentKind}
        if sha256 in names and names[sha256] in ("portrait", "signed_form"):
            return picture_bytes(names[sha256], width=600, height=800)
        return picture_bytes(names.get(sha256, "new"), "#D9EAC9" if sha256 not in names else "#C9D9EA")

    def check_household(self, _dossier_id: str) -> RegistryAnswer:
        """Answer."""
        return self.answer

    def needs(self, shown: Dossier, draft: Draft, reference: Reference) -> tuple[Finding, ...]:
        """Ask the real rules."""
        if draft.verdict is None:
            return (Finding(code="verdict-missing", field="verdict", level=Level.ERROR),)
        return decision_findings(shown, self._decision(draft), reference, TODAY)

    def record(self, draft: Draft, replaces: str | None = None) -> Decision:
        """Keep it as waiting; a refused one it stands for leaves the desk with it."""
        if self.record_error is not None:
            raise self.record_error
        if draft.base_version != self.dossier.version:
            raise RuleError("version-changed")
        if replaces is not None:
            self.withdrawn.append(replaces)
        self.recorded.append(draft)
        self.drafts.pop(draft.dossier_id, None)
        self.pending = self._decision(draft)
        self.attention = None
        return self.pending

    def withdraw(self, op_id: str) -> None:
        """Forget a refused decision."""
        self.withdrawn.append(op_id)
        self.attention = None

    def keep(self, dossier_id: str, entries: Entries) -> None:
        """Keep a draft."""
        if self.keep_error is not None:
            raise self.keep_error
        self.drafts[dossier_id] = entries

    def find(self, dossier_id: str) -> KeptDraft | None:
        """Return a draft kept at 09:42 in Vietnam."""
        found = self.drafts.get(dossier_id)
        return None if found is None else KeptDraft(entries=found, at=NOW - timedelta(minutes=18))

    def drop(self, dossier_id: str) -> None:
        """Forget a draft."""
        self.drafts.pop(dossier_id, None)

    def answered(self, **values: Any) -> None:
        """Central has answered: the decision left the outbox, the dossier is what central says."""
        self.pending = None
        self.dossier = replace(self.dossier, **values)

    def refused(self, code: str, **data: Any) -> None:
        """Central has refused the waiting decision."""
        assert self.pending is not None
        self.attention = Refusal(op_id="op-1", decision=self.pending, error_code=code, error_data=data)
        self.pending = None

    def _decision(self, draft: Draft) -> Decision:
        assert draft.verdict is not None
        return Decision(
            op_id="op-1",
            dossier_id=draft.dossier_id,
            scope_id="07906",
            base_version=draft.base_version,
            verdict=draft.verdict,
            reason_code=draft.reason_code,
            reason_text=draft.reason_text,
            note=draft.note,
            ticks=draft.ticks,
            photos=draft.photos,
            marks_confirmed=draft.marks_confirmed,
            change_confirmed=draft.change_confirmed,
            decided_at=NOW,
        )


def clock() -> datetime:
    """Return the time of the tests."""
    return NOW
