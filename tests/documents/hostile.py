"""Texts nobody should write on a form, from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

SEED = 20261123
COUNT = 300
_VIETNAMESE = "ăâđêôơưĂÂĐÊÔƠƯếữợẵỹỷọ"
_MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323\u20dd\u0489"
_MARKUP = (
    "<b>Nguyễn</b>",
    "<para><font size=40>An</font></para>",
    "&amp;&lt;&#0;",
    "{full_name}",
    "{0!r}",
    "%s%n",
    "[link](file:///etc/passwd)",
    "]]>--><script>alert(1)</script>",
    "\\(Tj\\) ET Q",
    ") Tj /F9 99 Tf (",
    "<img src='x'/>",
    "*** _ ~~~",
)
_RIGHT_TO_LEFT = "אבגדהابتثج٠١٢"
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
_EMOJI = "😀👩\u200d👩\u200d👧🇻🇳❤\ufe0f"
_CONTROLS = "\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x85\x9f\ufeff\u00ad\u200b\ufffe\ud800"
_SCRIPTS = "中文字ไทยहिन्दीΩЖ﷽𝒜"


def texts() -> Iterator[str]:
    """Yield them: markup, endless words, stacked marks, right to left, emoji, controls, line ends, and mixtures."""
    source = Random(SEED)
    for number in range(COUNT):
        kind = number % 10
        if kind == 0:
            yield source.choice(_MARKUP) + " " + "".join(source.sample(_VIETNAMESE, 5))
        elif kind == 1:
            yield source.choice("WMỮiđ.") * source.randint(50, 900)
        elif kind == 2:
            yield "".join(letter + "".join(source.choices(_MARKS, k=source.randint(0, 12))) for letter in "Nguyen An")
        elif kind == 3:
            yield "An " + "".join(source.choices(_RIGHT_TO_LEFT + _BIDI, k=12)) + " Bình"
        elif kind == 4:
            yield "".join(source.choices(_EMOJI, k=8)) + "Hạnh"
        elif kind == 5:
            yield "".join(source.choices(_CONTROLS + "abcĐỗ ", k=30))
        elif kind == 6:
            yield "\r\n".join("".join(source.choices(_VIETNAMESE, k=9)) for _ in range(source.randint(2, 9)))
        elif kind == 7:
            yield " ".join("".join(source.choices(_VIETNAMESE, k=source.randint(1, 12))) for _ in range(120))
        elif kind == 8:
            yield "".join(source.choices(_SCRIPTS, k=15)) + "\t\t Quý"
        else:
            everything = _VIETNAMESE + _MARKS + _BIDI + _EMOJI + _CONTROLS + _SCRIPTS + "<>&{}%\\() \n"
            yield "".join(source.choices(everything, k=source.randint(1, 200)))
