"""Rules about the source that no linter knows: what may stand where, read from the syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIETNAMESE = "ăâđêôơư" + "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
# Small letters only: HGĐ and BHXH are names, not sentences.
SENTENCE = re.compile(rf"(?=.*[{VIETNAMESE}])\w+\s+\w+", re.DOTALL)

LINES_LIMIT = 350

Rule = Callable[[ast.Module], Iterator[ast.AST]]


def sources(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def breaches(rule: Rule, files: list[Path]) -> list[str]:
    found = []
    for path in files:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 1)}" for node in rule(tree)]
    return found


def called(node: ast.AST) -> str:
    """Return the last name of what a call calls: ``time.sleep(1)`` gives ``sleep``; not a call gives nothing."""
    if not isinstance(node, ast.Call):
        return ""
    target = node.func
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def harmless(argument: ast.expr) -> bool:
    """Tell whether a tool tip's text is the program's own: written there, a named constant, or made plain."""
    if isinstance(argument, ast.Attribute | ast.Name):
        return (argument.attr if isinstance(argument, ast.Attribute) else argument.id).isupper()
    return isinstance(argument, ast.Constant) or called(argument) == "plain_tip"


def rich_text(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield message boxes, HTML, labels that may carry text, and tool tips made of data."""
    # A label without text may show a picture; once it is given text it has to be a PlainLabel.
    bare = {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and called(node.value) == "QLabel"
        for target in node.targets
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and renders(node, bare):
            yield node
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("QLabel") for base in node.bases):
            yield node


def renders(call: ast.Call, bare: set[str]) -> bool:
    """Tell whether the call shows text that could be data; ``bare`` names the labels that are not plain."""
    name, owner = called(call), ast.unparse(call.func).rpartition(".")[0]
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return (
        "QMessageBox" in ast.unparse(call.func)
        or name == "setHtml"
        or (name == "QLabel" and bool(given))
        or (name == "setText" and owner in bare)
        or (name in {"setToolTip", "setWhatsThis"} and not all(map(harmless, given)))
    )


def sleeps(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) == ("time", "sleep"):
                yield node
        elif (
            isinstance(node, ast.ImportFrom)
            and node.module == "time"
            and any(name.name == "sleep" for name in node.names)
        ):
            yield node


def python_that_qt_asks_under_its_locks(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield translators and message handlers in Python: a thread of Qt's that waits for Python's turn stops all."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("QTranslator") for base in node.bases):
            yield node
        if called(node) == "qInstallMessageHandler":
            yield node


def unverified_tls(tree: ast.Module) -> Iterator[ast.AST]:
    switches = {"verify", "check_hostname"}
    for node in ast.walk(tree):
        named: set[str | None] = {node.arg} if isinstance(node, ast.keyword) else set()
        if isinstance(node, ast.Assign):
            named = {target.attr for target in node.targets if isinstance(target, ast.Attribute)}
        value = getattr(node, "value", None)
        if named & switches and isinstance(value, ast.Constant) and value.value is False:
            yield node


def requests_imports(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        modules = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            modules = [node.module]
        if any(module.split(".")[0] == "requests" for module in modules):
            yield node


def docstrings(tree: ast.Module) -> set[int]:
    """Return the ids of the nodes that are docstrings."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def vietnamese_sentences(tree: ast.Module) -> Iterator[ast.AST]:
    spared = docstrings(tree)
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in spared else None
        if isinstance(text, str) and SENTENCE.search(text):
            yield node


def protocol(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).startswith(("Protocol", "typing.Protocol")) for base in node.bases)


def bare_public_functions(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield public functions and methods without a docstring, Qt's own overridden names excepted."""
    for node in ast.walk(tree):
        body = node.body if isinstance(node, ast.Module | ast.ClassDef) else []
        if isinstance(node, ast.ClassDef) and (node.name.startswith("_") or protocol(node)):
            continue
        for item in body:
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and not item.name.startswith("_"):
                camel = re.search(r"[a-z][A-Z]", item.name) is not None
                overload = any(getattr(d, "id", "") in {"overload", "override"} for d in item.decorator_list)
                if not camel and not overload and ast.get_docstring(item) is None:
                    yield item


def opens_without_saying_what_it_is(tree: ast.Module) -> Iterator[ast.AST]:
    if tree.body and ast.get_docstring(tree) is None:
        yield tree


def outside(files: list[Path], *allowed: str) -> list[Path]:
    return [path for path in files if not path.relative_to(ROOT).as_posix().startswith(allowed)]


PROGRAM = sources("officer_console")
EVERYTHING = sources("officer_console", "central_server", "bench")

RULES = {
    "a label or box that would render HTML found in data": (
        rich_text,
        outside(PROGRAM, "officer_console/views/plain.py"),
    ),
    "a sleep": (sleeps, EVERYTHING),
    "Python that Qt asks while it holds locks": (
        python_that_qt_asks_under_its_locks,
        outside(PROGRAM, "officer_console/tour"),
    ),
    "TLS without verification": (unverified_tls, EVERYTHING),
    "requests outside its one place on each side": (
        requests_imports,
        outside(
            EVERYTHING, "officer_console/central/", "central_server/messages/", "officer_console/devices/escl_http.py"
        ),
    ),
    "a Vietnamese sentence outside the views": (
        vietnamese_sentences,
        outside(
            sources("officer_console", "central_server"),
            "officer_console/views/",
            "officer_console/__main__.py",
            "officer_console/demo",
            "officer_console/tour",
            "officer_console/domain/provinces.py",  # proper names
            "central_server/seed/",
            "central_server/templates/",
        ),
    ),
    "a public function without a docstring": (bare_public_functions, PROGRAM),
    "a module that does not say what it is": (opens_without_saying_what_it_is, EVERYTHING),
}


@pytest.mark.parametrize("name", RULES)
def test_the_source_is_free_of(name: str) -> None:
    rule, files = RULES[name]
    assert breaches(rule, files) == []


EXAMPLES = {
    "a label or box that would render HTML found in data": (
        "box = QtWidgets.QMessageBox(self)",
        "label = QLabel(name)",
        "self._label = QLabel()\nself._label.setText(name)",
        "w.setToolTip(name)",
        "w.setHtml('x')",
    ),
    "a sleep": ("import time\ntime.sleep(1)", "from time import sleep"),
    "Python that Qt asks while it holds locks": (
        "class Words(QTranslator): pass",
        "QtCore.qInstallMessageHandler(print)",
    ),
    "TLS without verification": ("session.get(url, verify=False)", "session.verify = False"),
    "requests outside its one place on each side": ("import requests.adapters", "from requests import Session"),
    "a Vietnamese sentence outside the views": ("text = f'Hồ sơ {number}'", "raise Error('không tìm thấy')"),
    "a public function without a docstring": ("def f(): pass", "class A:\n    def f(self): pass"),
    "a module that does not say what it is": ("import os",),
}


@pytest.mark.parametrize(("name", "example"), [(name, text) for name, texts in EXAMPLES.items() for text in texts])
def test_the_rule_notices(name: str, example: str) -> None:
    rule, _ = RULES[name]
    assert list(rule(ast.parse(example)))


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    files = sources("officer_console", "central_server", "bench", "tests", "installer")
    lines = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n") for path in files}
    assert {name: count for name, count in lines.items() if count > LINES_LIMIT} == {}
    assert len(lines) > 500


def test_tables_of_letters_and_docstrings_are_no_sentences() -> None:
    tree = ast.parse('"""Trạng thái hồ sơ."""\nTONES = "àáảãạ"\nPLAIN = "two words"')
    assert list(vietnamese_sentences(tree)) == []
