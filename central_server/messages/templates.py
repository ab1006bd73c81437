"""Message texts from data files, checked when they are loaded.

One file per kind and channel: ``refused.sms.txt``, ``refused.email.txt``. ``{name}`` is a placeholder.
A mail begins with ``Subject: …`` and an empty line.
``guidance.txt`` has one ``verdict = words`` per line for ``awaiting_registry``, and one per obstacle in the accounts
for ``awaiting_account``, which is sent in its place when such an obstacle is why the dossier waits.
``account_issued_again`` is what a channel sends when the other one has carried the password already.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from officer_console.domain.message import Channel, MessageKind
from officer_console.domain.registry import RegistryVerdict

FOLDER = Path(__file__).resolve().parent.parent / "templates"
SMS_LIMIT = 160
AGAIN = "account_issued_again"
ACCOUNT = "awaiting_account"

_COMMON = frozenset({"full_name", "social_code", "number", "office", "hotline"})
_SPECIAL: dict[str, str] = {
    MessageKind.ACCOUNT_ISSUED.value: "password",
    MessageKind.REFUSED.value: "reason",
    MessageKind.AWAITING_REGISTRY.value: "guidance",
    ACCOUNT: "guidance",
}
_NAMES = (*(kind.value for kind in MessageKind), AGAIN, ACCOUNT)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OBSTACLES = frozenset({"account_exists", "account_missing", "phone_taken"})
_GUIDED = frozenset(RegistryVerdict) - {RegistryVerdict.SILENT, RegistryVerdict.MATCH} | _OBSTACLES
# What may be shortened when an SMS grows too long; never a code, a number or a password.
_SHORTENED = ("reason", "guidance", "office", "full_name")
# ASCII that GSM 7-bit writes as two characters or not at all (3GPP TS 23.038).
_NOT_GSM = str.maketrans(dict.fromkeys("^{}[]~\\|`", " "))


class TemplateError(ValueError):
    """A template file is missing or wrong; the message names file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A finished message; ``subject`` is empty for an SMS."""

    subject: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """All templates, by file stem (``refused.sms``), and the guidance by registry verdict or obstacle."""

    texts: Mapping[str, str]
    guidance: Mapping[str, str]
    hotline: str = "19009068"

    def text(self, name: str, channel: Channel, data: Mapping[str, str]) -> Text:
        """Return the message ``name`` (a ``MessageKind`` value or ``AGAIN``) with ``data`` in its places.

        Control characters and line breaks in ``data`` are dropped; an SMS is ASCII and at most 160 characters long.
        """
        values = {key: one_line(value) for key, value in data.items()}
        values["hotline"] = self.hotline
        obstacle = data.get("obstacle", "")
        values["guidance"] = self.guidance.get(obstacle or data.get("registry", ""), "")
        if obstacle and name == MessageKind.AWAITING_REGISTRY.value:
            name = ACCOUNT
        template = self.texts[f"{name}.{channel.value}"]
        if channel is Channel.SMS:
            return Text(subject="", body=_short(template.strip(), values))
        head, _, body = _filled(template, values).partition("\n")
        return Text(subject=head.removeprefix("Subject:").strip(), body=body.strip() + "\n")


def load(folder: Path = FOLDER, *, hotline: str = "19009068") -> Templates:
    """Read and check every template.

    Raises:
        TemplateError: a file is missing, has an unknown placeholder, a stray brace, or lacks what it must say.
    """
    texts = {}
    for name in _NAMES:
        for channel in Channel:
            stem = f"{name}.{channel.value}"
            texts[stem] = _checked(folder / f"{stem}.txt", name, channel)
    guidance = _guidance(folder / "guidance.txt")
    return Templates(texts=texts, guidance=guidance, hotline=hotline)


def one_line(text: str) -> str:
    """Return ``text`` without control, format and line-breaking characters, blanks collapsed."""
    kept = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    return " ".join("".join(kept).split())


def gsm_text(text: str) -> str:
    """Return ``text`` in the ASCII that GSM 7-bit has: no marks, đ as d, other signs as blanks."""
    bare = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D").replace("–", "-"))
    ascii_only = "".join(letter for letter in bare if letter.isascii() and (letter.isprintable() or letter == " "))
    return " ".join(ascii_only.translate(_NOT_GSM).split())


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), template)


def _short(template: str, values: Mapping[str, str]) -> str:
    kept = {key: gsm_text(value) for key, value in values.items()}
    text = _filled(_gsm_template(template), kept)
    for key in _SHORTENED:
        over = len(text) - SMS_LIMIT
        if over > 0 and f"{{{key}}}" in template and len(kept[key]) > 3:
            kept[key] = kept[key][: max(0, len(kept[key]) - over - 3)].rstrip() + "..."
            text = _filled(_gsm_template(template), kept)
    return text[:SMS_LIMIT]


def _gsm_template(template: str) -> str:
    """Return an SMS template in GSM text, its placeholders left alone."""
    parts = re.split(r"(\{[a-z_]+\})", template)
    return "".join(part if part.startswith("{") else _gsm_keeping_ends(part) for part in parts)


def _gsm_keeping_ends(part: str) -> str:
    before = " " if part[:1].isspace() else ""
    after = " " if part[-1:].isspace() and part.strip() else ""
    return before + gsm_text(part) + after


def _checked(path: Path, name: str, channel: Channel) -> str:
    text = _read(path)
    special = _SPECIAL.get(name)
    allowed = _COMMON | ({special} if special else set())
    for number, line in enumerate(text.splitlines(), start=1):
        for found in _PLACEHOLDER.findall(line):
            if found not in allowed:
                raise TemplateError(f"{path.name}:{number}: unknown placeholder {{{found}}}")
        rest = _PLACEHOLDER.sub("", line)
        if "{" in rest or "}" in rest:
            raise TemplateError(f"{path.name}:{number}: a brace without its other half")
    if special and f"{{{special}}}" not in text:
        raise TemplateError(f"{path.name}:1: {{{special}}} must stand in this text")
    if channel is Channel.EMAIL and not re.match(r"Subject: *\S[^\n]*\n\n", text):
        raise TemplateError(f"{path.name}:1: a mail begins with a Subject line and an empty line")
    if channel is Channel.EMAIL and "{password}" in text.partition("\n")[0]:
        raise TemplateError(f"{path.name}:1: a subject must not carry the password")
    return text


def _guidance(path: Path) -> dict[str, str]:
    words: dict[str, str] = {}
    for number, line in enumerate(_read(path).splitlines(), start=1):
        key, equals, value = (part.strip() for part in line.partition("="))
        if not line.strip():
            continue
        if not equals or key not in _GUIDED or not value:
            raise TemplateError(f"{path.name}:{number}: not a line 'verdict = words'")
        words[key] = value
    missing = sorted(str(key) for key in _GUIDED if key not in words)
    if missing:
        raise TemplateError(f"{path.name}:1: no words for {', '.join(missing)}")
    return words


def _read(path: Path) -> str:
    try:
        return unicodedata.normalize("NFC", path.read_text(encoding="utf-8")).replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path.name}:1: cannot be read ({type(error).__name__})") from None
