"""YAML that knows its lines: every value is text, a list or a map, and whatever does not fit names file and line."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

import yaml

from officer_console.documents.errors import DefinitionError
from officer_console.rights import others_write

BYTES_LIMIT = 256 * 1024
# No text of a form is longer than a page or two; the file with all of them may be.
TEXT_LIMIT = 8000
# How much of what was found an error repeats.
FOUND = 60

E = TypeVar("E", bound=StrEnum)


class Place:
    """A value of a definition and where it stands. Every reading method raises DefinitionError with that place."""

    def __init__(self, file: Path, node: yaml.Node) -> None:
        self._file = file
        self._node = node

    @property
    def line(self) -> int:
        """The line it begins in, from 1."""
        return int(self._node.start_mark.line) + 1

    def fail(self, code: str, **data: str | int) -> NoReturn:
        """Raise the error ``code`` for this place."""
        raise DefinitionError(code, self._file, self.line, **data)

    @property
    def is_text(self) -> bool:
        """Whether it is a scalar."""
        return isinstance(self._node, yaml.ScalarNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list."""
        return isinstance(self._node, yaml.SequenceNode)

    def text(self) -> str:
        """Return a scalar as the text it was written as."""
        if not isinstance(self._node, yaml.ScalarNode):
            self.fail("form-text-expected")
        text = str(self._node.value)
        if len(text) > TEXT_LIMIT:
            self.fail("form-text-too-long", limit=TEXT_LIMIT)
        return text

    def number(self, low: float, high: float) -> float:
        """Return a number within ``low``–``high``."""
        text = self.text()
        try:
            value = float(text)
        except ValueError:
            self.fail("form-number-expected", found=text)
        if not low <= value <= high:
            self.fail("form-number-out-of-range", found=text, low=f"{low:g}", high=f"{high:g}")
        return value

    def whole(self, low: int, high: int) -> int:
        """Return a whole number within ``low``–``high``."""
        value = self.number(low, high)
        if value != int(value):
            self.fail("form-number-expected", found=self.text())
        return int(value)

    def flag(self) -> bool:
        """Return ``true`` or ``false``."""
        text = self.text()
        if text not in {"true", "false"}:
            self.fail("form-flag-expected", found=text)
        return text == "true"

    def one_of(self, kind: type[E]) -> E:
        """Return a member of ``kind``."""
        text = self.text()
        try:
            return kind(text)
        except ValueError:
            self.fail("form-choice-unknown", found=text, allowed=" ".join(kind))

    def items(self) -> Iterator[Place]:
        """Yield the members of a list."""
        if not isinstance(self._node, yaml.SequenceNode):
            self.fail("form-list-expected")
        for node in self._node.value:
            yield Place(self._file, node)

    def pairs(self) -> dict[str, Place]:
        """Return a map; a name that stands twice is an error."""
        if not isinstance(self._node, yaml.MappingNode):
            self.fail("form-map-expected")
        found: dict[str, Place] = {}
        for key, value in self._node.value:
            name = Place(self._file, key)
            if name.text() in found:
                name.fail("form-name-twice", name=name.text())
            found[name.text()] = Place(self._file, value)
        return found

    def members(self, required: frozenset[str], optional: frozenset[str] = frozenset()) -> dict[str, Place]:
        """Return a map that has the required names and, besides, optional ones only."""
        found = self.pairs()
        for name, place in found.items():
            if name not in required | optional:
                place.fail("form-name-unknown", name=name, allowed=" ".join(sorted(required | optional)))
        for name in sorted(required - found.keys()):
            self.fail("form-name-missing", name=name)
        return found


def own(path: Path) -> None:
    """See that a deployment's folder or file, if it is there, is written by its owner only.

    Raises:
        DefinitionError: ``form-writable-by-others``; ``form-unreadable``.
    """
    try:
        if others_write(path):
            raise DefinitionError("form-writable-by-others", path, 1)
    except FileNotFoundError:
        return
    except OSError as error:
        raise DefinitionError("form-unreadable", path, 1) from error


def read_own(name: str, base: Path, override: Path | None) -> Place:
    """Read the file of that name in ``override``, which only its owner may write to, or else the one in ``base``.

    Raises:
        DefinitionError: as ``read`` and ``own``.
    """
    file = None if override is None else override / name
    if file is None or not file.is_file():
        return read(base / name)
    own(file)
    return read(file)


def read(file: Path) -> Place:
    """Read a YAML file (UTF-8, one document, no anchors) without giving its scalars other types than text.

    Raises:
        DefinitionError: unreadable, too large, not YAML, or with anchors.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(BYTES_LIMIT + 1)
    except OSError as error:
        raise DefinitionError("form-unreadable", file, 1) from error
    if len(data) > BYTES_LIMIT:
        raise DefinitionError("form-too-large", file, 1, limit=BYTES_LIMIT)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DefinitionError("form-not-utf8", file, data.count(b"\n", 0, error.start) + 1) from error
    try:
        # An alias would be the same node twice, and may contain itself.
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if getattr(event, "anchor", None) is not None:
                raise DefinitionError("form-anchor", file, event.start_mark.line + 1 if event.start_mark else 1)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        raise DefinitionError("form-not-yaml", file, mark.line + 1 if mark else 1) from error
    if node is None:
        raise DefinitionError("form-empty", file, 1)
    return Place(file, node)
