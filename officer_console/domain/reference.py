"""Lists a deployment edits: labels, refusal reasons, offices, thresholds."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A coded reason for a refusal. ``needs_text`` asks for the officer's own words beside it."""

    code: str
    label: str
    needs_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A BHXH office, the scope of work."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Thresholds. Days are calendar days."""

    processing_days: int = 10
    due_soon_days: int = 2
    lease_minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """All lists together. ``labels`` maps a group (``kind``, ``status``, ``condition``…) to value → words."""

    settings: Settings = Settings()
    reasons: tuple[Reason, ...] = ()
    offices: tuple[Office, ...] = ()
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def label(self, group: str, value: str) -> str:
        """Return the words for a value; the value itself when the list does not know it."""
        return self.labels.get(group, {}).get(value, value)
