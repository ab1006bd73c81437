"""Numbers that name a person: mã số BHXH, CCCD, CMND, passport, phone (rules V01–V07)."""

from __future__ import annotations

from officer_console.domain.errors import RuleError


def social_code(text: str) -> str:
    """Return a mã số BHXH without blanks: 10 digits, or 12 since 01/08/2025 (CV 1804/BHXH-QLT).

    Raises:
        RuleError: ``social-code-length`` when it has neither form.
    """
    code = "".join(text.split())
    if not (code.isascii() and code.isdigit() and len(code) in (10, 12)):
        raise RuleError("social-code-length", field="social_code", length=len(code))
    return code
