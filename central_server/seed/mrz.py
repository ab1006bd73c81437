"""Machine-readable lines of identity papers (ICAO 9303): TD1 for cards, TD3 for passports."""

from __future__ import annotations

from datetime import date

from central_server.seed.names import folded
from officer_console.domain.person import BirthDate, Sex

_WEIGHTS = (7, 3, 1)
_LETTER = {Sex.MALE: "M", Sex.FEMALE: "F"}


def check_digit(text: str) -> str:
    """Return the check digit of a field: values times 7, 3, 1 … modulo 10; ``<`` counts 0, ``A`` counts 10."""
    total = sum((0 if c == "<" else int(c, 36)) * _WEIGHTS[n % 3] for n, c in enumerate(text))
    return str(total % 10)


def _name_field(full_name: str, width: int) -> str:
    surname, _, rest = folded(full_name).upper().partition(" ")
    kept = "".join(c if "A" <= c <= "Z" or c == "<" else "" for c in f"{surname}<<{rest.replace(' ', '<')}")
    return kept[:width].ljust(width, "<")


def _birth_field(birth: BirthDate) -> str:
    month = "<<" if birth.month is None else f"{birth.month:02d}"
    day = "<<" if birth.day is None else f"{birth.day:02d}"
    return f"{birth.year % 100:02d}{month}{day}"


def card_lines(personal_number: str, full_name: str, birth: BirthDate, sex: Sex, expires: date) -> tuple[str, str, str]:
    """Return the three 30-character lines on the back of a citizen card (12-digit number)."""
    document = personal_number[3:]
    first = f"IDVNM{document}{check_digit(document)}{personal_number}<<{check_digit(personal_number)}"
    born, until = _birth_field(birth), expires.strftime("%y%m%d")
    second = f"{born}{check_digit(born)}{_LETTER[sex]}{until}{check_digit(until)}VNM{'<' * 11}"
    composite = first[5:30] + second[:7] + second[8:15] + second[18:29]
    return first, second + check_digit(composite), _name_field(full_name, 30)


def passport_lines(number: str, full_name: str, birth: BirthDate, sex: Sex, expires: date) -> tuple[str, str]:
    """Return the two 44-character lines of a passport's data page (number of at most nine characters)."""
    document = number.ljust(9, "<")
    born, until = _birth_field(birth), expires.strftime("%y%m%d")
    head = f"{document}{check_digit(document)}VNM{born}{check_digit(born)}{_LETTER[sex]}{until}{check_digit(until)}"
    personal = "<" * 14
    second = f"{head}{personal}{check_digit(personal)}"
    composite = second[:10] + second[13:20] + second[21:43]
    return f"P<VNM{_name_field(full_name, 39)}", second + check_digit(composite)
