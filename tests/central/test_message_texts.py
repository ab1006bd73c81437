"""The texts of the messages: templates, what they may hold, first passwords."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from central_server.messages.passwords import PASSWORD_LETTERS, first_password
from central_server.messages.templates import FOLDER, TemplateError, Templates, load
from officer_console.domain.message import Channel


def test_a_first_password_has_ten_letters_that_cannot_be_misread() -> None:
    drawn = {first_password() for _ in range(200)}
    assert len(drawn) == 200
    assert {len(password) for password in drawn} == {10}
    assert not set("Il1O0oiL") & set(PASSWORD_LETTERS)


DATA = {
    "full_name": "Công Tằng Tôn Nữ Thị Phương Khánh Quỳnh",
    "social_code": "046172000001",
    "number": "1000001/07906",
    "office": "BHXH cơ sở Bến Thành (dữ liệu huấn luyện)",
    "password": "ABCDEFGHJK",
    "registry": "code_absent",
    "reason": "Lý do khác: " + "giấy tờ đã nhoè và không đọc được ở quầy, " * 12,
}


@pytest.fixture(scope="module")
def templates() -> Templates:
    return load()


def test_every_sms_is_plain_ascii_and_fits_into_one_message(templates: Templates) -> None:
    for stem in templates.texts:
        name, _, channel = stem.partition(".")
        text = templates.text(name, Channel(channel), DATA)
        assert "{" not in text.body + text.subject
        if channel == "sms":
            assert text.body.isascii()
            assert len(text.body) <= 160
            assert DATA["number"] in text.body
            assert text.body.endswith("19009068"), stem
        else:
            assert text.subject


def test_control_characters_in_the_data_reach_neither_header_nor_sms(templates: Templates) -> None:
    data = {**DATA, "number": "1\r\nBcc: x@example.com\x00\u2028", "reason": "a\r\nb\x1b[0m{password}\u202ec"}
    mail = templates.text("refused", Channel.EMAIL, data)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "\nBcc" not in mail.body
    sms = templates.text("refused", Channel.SMS, data)
    assert re.fullmatch(r"[ -~]*", sms.body)
    assert DATA["password"] not in mail.body + sms.body, "placeholders in the data stay text"


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("refused.sms.txt", lambda text: text + "\n{ly_do}", r"refused\.sms\.txt:3: unknown placeholder \{ly_do\}"),
        ("refused.sms.txt", lambda text: text.replace("{reason}", ""), r"refused\.sms\.txt:1: \{reason\} must"),
        ("refused.email.txt", lambda text: text + "{office", r"refused\.email\.txt:\d+: a brace"),
        ("refused.email.txt", lambda text: "x" + text, r"refused\.email\.txt:1: a mail begins"),
        ("account_issued_again.sms.txt", lambda text: text + "{password}", r"again\.sms\.txt:2: unknown placeholder"),
        ("guidance.txt", lambda text: text + "silent = x", r"guidance\.txt:8: not a line"),
        ("guidance.txt", lambda text: text.partition("\n")[2], r"guidance\.txt:1: no words for code_absent"),
        ("account_closed.email.txt", lambda _: None, r"account_closed\.email\.txt:1: cannot be read"),
    ],
)
def test_a_wrong_template_is_named_with_file_and_line(
    tmp_path: Path, file: str, change: Callable[[str], str | None], message: str
) -> None:
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    changed = change((tmp_path / file).read_text(encoding="utf-8"))
    (tmp_path / file).unlink() if changed is None else (tmp_path / file).write_text(changed, encoding="utf-8")
    with pytest.raises(TemplateError, match=message):
        load(tmp_path)
