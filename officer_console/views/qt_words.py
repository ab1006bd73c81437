"""Vietnamese for the words Qt itself shows or has read out: file dialog, menus, buttons, actions. Qt ships none."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTranslator

from officer_console.views.assets import asset


def translator(parent: QObject) -> QTranslator:
    """Return Qt's own translator with the compiled ``resources/translations/qt_vi.ts``.

    Not a translator in Python: Qt asks it from any thread, also while it holds locks of its own, and would then wait
    for Python's turn while Python waits for that lock.

    Raises:
        FileNotFoundError: the installation lacks the file.
        RuntimeError: the file is not a compiled translation.
    """
    words = QTranslator(parent)
    path = asset("translations", "qt_vi.qm")
    if not words.load(path.as_posix()):
        raise RuntimeError(f"{path.name} is not a compiled translation")
    return words
