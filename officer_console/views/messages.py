"""From an error's code to Vietnamese: what happened, what it means for the citizen at the counter, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from officer_console.domain.checks import Finding, Level
from officer_console.domain.errors import bug_number
from officer_console.domain.reference import Reference
from officer_console.views import device_sentences, findings, words
from officer_console.views.field_sentences import FIELDS
from officer_console.views.picture_sentences import PICTURES
from officer_console.views.printing_sentences import PRINTING
from officer_console.views.sentences import CENTRAL, RULES, SIGN_IN, STORE
from officer_console.views.signing_sentences import SIGNING
from officer_console.views.upload_sentences import UPLOADS

_TABLE: dict[str, tuple[str, str, str]] = {
    **RULES,
    **SIGN_IN,
    **CENTRAL,
    **UPLOADS,
    **PICTURES,
    **STORE,
    **device_sentences.DEVICES,
    **SIGNING,
    **PRINTING,
}
# Where support needs central's request number; elsewhere the sentence says all there is to do.
QUOTED = frozenset(
    {
        "internal",
        "unavailable",
        "protocol",
        "validation",
        "malformed",
        "not-found",
        "method-not-allowed",
        "idempotency-mismatch",
        "precondition-required",
        "unsupported-version",
        "wrong-media-type",
    }
)
_BUG = (
    "Chương trình gặp lỗi ngoài dự kiến",
    "Hồ sơ đã lưu không bị ảnh hưởng; thao tác vừa rồi có thể chưa được thực hiện.",
    "Hãy thử lại. Nếu vẫn lỗi, báo bộ phận hỗ trợ kèm mã tra cứu dưới đây.",
)
_UNKNOWN_CODE = (
    "Thao tác không được chấp nhận",
    "Hồ sơ của công dân giữ nguyên như trước.",
    "Hãy mở lại hồ sơ và thử lại; nếu vẫn vậy, báo bộ phận hỗ trợ kèm mã tra cứu dưới đây.",
)

_REFUSED_BY_RULE = (
    "Kết quả chưa được ghi nhận; hồ sơ giữ nguyên như trước.",
    "Xem lại mục này rồi Ghi nhận lại.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """An error in words. ``reference`` is the number to quote to support, empty when none is needed."""

    title: str
    meaning: str = ""
    action: str = ""
    reference: str = ""

    @property
    def body(self) -> str:
        """Meaning and action as one paragraph."""
        return " ".join(part for part in (self.meaning, self.action) if part)


class _Values(dict[str, str]):
    """Values for a sentence; a missing one reads as a dash instead of failing."""

    def __missing__(self, _key: str) -> str:
        return words.NOTHING


def sentence(error: Exception, reference: Reference | None = None) -> Sentence:
    """Return the words for an error of any kind; one without a known code is a bug and gets a number to quote."""
    code = getattr(error, "code", None)
    if not isinstance(code, str):
        title, meaning, action = _BUG
        return Sentence(title=title, meaning=meaning, action=action, reference=bug_number(error))
    data: dict[str, Any] = dict(getattr(error, "data", None) or {})
    problem = getattr(error, "problem", None)
    for name in ("by", "at", "until", "status_now", "version", "request_id", "code", "pointer"):
        value = getattr(problem, name, None)
        if value is not None:
            data[name] = value
    return tell(code, data, reference)


def tell(code: str, data: Mapping[str, Any] | None = None, reference: Reference | None = None) -> Sentence:
    """Return the words for a code and its data.

    ``data`` may hold ``by``, ``at``, ``until`` (aware times or RFC 3339 text), ``status_now``, ``request_id`` and, for
    ``validation``, the rule's own ``code``.
    """
    values = dict(data or {})
    inner = values.get("rule", values.get("code"))
    if code == "validation" and isinstance(inner, str) and known(inner):
        code = inner
    parts = _TABLE.get(code) or _from_findings(code, values, reference or Reference())
    quoted = str(values.get("request_id") or "") if code in QUOTED or parts is None else ""
    if parts is None:
        parts, quoted = _UNKNOWN_CODE, quoted or code
    ready = _Values({name: _shown(name, value, reference or Reference()) for name, value in values.items()})
    title, meaning, action = (part.format_map(ready) for part in parts)
    return Sentence(title=title, meaning=meaning, action=action, reference=quoted)


def field_sentence(error: Exception) -> str:
    """Return one short line for beside a field."""
    code = getattr(error, "code", "")
    text = FIELDS.get(code)
    if text is None:
        return sentence(error).title
    data = getattr(error, "data", None) or {}
    return text.format_map(_Values({name: str(value) for name, value in data.items()}))


def known(code: str) -> bool:
    """Whether there are words for ``code``."""
    return code in _TABLE or code in findings.TEXTS


def _from_findings(code: str, data: Mapping[str, Any], reference: Reference) -> tuple[str, str, str] | None:
    if code not in findings.TEXTS:
        return None
    told = {name: value for name, value in data.items() if isinstance(value, str | int)}
    line = findings.text(Finding(code=code, field=None, level=Level.ERROR, data=told), reference)
    return line.rstrip(".").replace("{", "{{").replace("}", "}}"), *_REFUSED_BY_RULE


def _shown(name: str, value: object, reference: Reference) -> str:
    if name in ("at", "until"):
        moment = _moment(value)
        return words.moment_text(moment) if moment else str(value)
    if name in ("status_now", "status"):
        return words.label(reference, "status", str(value))
    if name == "seen":
        return device_sentences.grouped(str(value))
    return str(value)


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None
