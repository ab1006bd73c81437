"""What poppler reads on a paper, word by word and where it stands, held against what has to stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tests.documents import poppler
from tests.documents.poppler import Word
from tests.documents.wanted import DOTS, Wanted

# Words whose middles are no farther apart stand on one line, points.
_LINE = 3.0
# The line below begins within so many.
_PITCH = 20.0
_DOTTED = re.compile(r"\.{5,}")


def differences(pdf: bytes, wanted: Wanted) -> list[str]:
    """Return what stands on the paper and should not, or the other way round, or stands in the wrong place."""
    pages = poppler.placed(pdf)
    found: list[str] = []
    said = ""
    for number, page in enumerate(pages, 1):
        text = squeezed("".join(word.text for word in page))
        foot = squeezed(wanted.foot.format(page=number, pages=len(pages)))
        foot = foot if number == 1 else f"{number}{foot}"
        if not text.endswith(foot):
            found.append(f"page {number} ends with {text[-len(foot) :]!r} and not with {foot!r}")
        text = text.removesuffix(foot)
        said += text.removesuffix(squeezed(wanted.repeated)) if number > 1 else text
    found += _first_difference(said, squeezed(wanted.text))
    words = [word for page in pages for word in page]
    found += [
        f"{value!r} is not right of {label!r}"
        for label, value in wanted.beside
        if value and not _right_of(words, squeezed(label), squeezed(value))
    ]
    return [*found, *_in_columns(words, wanted)]


def squeezed(text: str) -> str:
    """Return a text without spaces, a dotted line as one sign."""
    return _DOTTED.sub(DOTS, "".join(text.split()))


def _first_difference(said: str, wanted: str) -> Iterator[str]:
    if said != wanted:
        pairs = enumerate(zip(said, wanted, strict=False))
        at = next((place for place, (one, other) in pairs if one != other), min(len(said), len(wanted)))
        start = max(0, at - 20)
        yield f"{said[start : at + 40]!r} stands there and not {wanted[start : at + 40]!r}"


def _right_of(words: Sequence[Word], label: str, value: str) -> bool:
    """Whether the value, or as much of it as the line holds, is what stands right of a label on its line.

    A long word that finds no room there stands on the line below.
    """
    for place in _ends(words, label):
        last, after = words[place], words[place + 1]
        line = sorted(
            (word for word in words if abs(word.middle - last.middle) < _LINE and word.page == last.page),
            key=lambda word: word.left,
        )
        rest = "".join(word.text for word in line if word.left >= last.right - 0.1)
        if not rest and _LINE < after.middle - last.middle < _PITCH:
            rest = after.text
        if rest and (rest.startswith(value) or value.startswith(rest)):
            return True
    return False


def _ends(words: Sequence[Word], label: str) -> Iterator[int]:
    """Yield where the last word stands of every place where a label is read."""
    joined, owner = _joined(words)
    at = joined.find(label)
    while at >= 0:
        yield owner[at + len(label) - 1]
        at = joined.find(label, at + 1)


def _joined(words: Sequence[Word]) -> tuple[str, list[int]]:
    """Return all letters, and for each the index of its word."""
    return "".join(word.text for word in words), [place for place, word in enumerate(words) for _ in word.text]


def _in_columns(words: Sequence[Word], wanted: Wanted) -> Iterator[str]:
    """Yield the cells of a table that do not stand below their head."""
    if not wanted.below:
        return
    joined, owner = _joined(words)
    at = joined.find(squeezed("".join(wanted.heads)))
    if at < 0:
        yield f"no table with the heads {wanted.heads}"
        return
    edges = []
    for head in wanted.heads:
        parts = [words[owner[place]] for place in range(at, at + len(squeezed(head)))]
        edges.append((min(word.left for word in parts), max(word.right for word in parts)))
        at += len(squeezed(head))
    for number, row in enumerate(wanted.below, 1):
        begun = joined.find(squeezed(f"{number}{''.join(row)}"), at)
        if begun < 0:
            yield f"row {number} {row} is not there"
            continue
        at = begun + len(str(number))
        for place, cell in enumerate(row):
            letters = range(at, at + len(squeezed(cell)))
            at = letters.stop
            low = edges[place - 1][1] if place else 0.0
            high = edges[place + 1][0] if place + 1 < len(edges) else float("inf")
            if not all(low < words[owner[one]].left and words[owner[one]].right < high for one in letters):
                yield f"row {number}: {cell!r} does not stand below {wanted.heads[place]!r}"
