"""Controls of the decision bar, each with its name and its label as accessible name."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QRadioButton, QSizePolicy, QSpinBox, QWidget

from officer_console.views.plain import Chip, PlainLabel, named
from officer_console.views.theme import Kind, Role

TEXT_LIMIT = 500
COUNT_WIDTH = 64


def button(name: str, label: str, pressed: Callable[[], object]) -> QPushButton:
    """Return a button that calls ``pressed``; Enter elsewhere never presses it."""
    made = QPushButton(label)
    named(made, name, label)
    made.setAutoDefault(False)
    made.clicked.connect(lambda: pressed())
    return made


def radio(name: str, label: str) -> QRadioButton:
    """Return a radio button."""
    made = QRadioButton(label)
    named(made, name, label)
    return made


def tick(name: str, label: str) -> QCheckBox:
    """Return a check box."""
    box = QCheckBox(label)
    named(box, name, label)
    return box


def line(name: str, label: str, hint: str) -> QLineEdit:
    """Return a text line with a hint."""
    made = QLineEdit()
    named(made, name, label)
    made.setPlaceholderText(hint)
    made.setMaxLength(TEXT_LIMIT)
    return made


def count(name: str, label: str, most: int) -> QSpinBox:
    """Return a number from 1; the arrow keys and the wheel change it."""
    made = QSpinBox()
    named(made, name, label)
    made.setRange(1, most)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    made.setMinimumWidth(COUNT_WIDTH)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def label(text: str, buddy: QWidget) -> PlainLabel:
    """Return the label in front of a control."""
    made = PlainLabel(text, Role.MUTED, name=f"label_{buddy.objectName()}")
    made.setBuddy(buddy)
    return made


def key(text: str) -> Chip:
    """Return the picture of a key."""
    return Chip(text, Kind.NEUTRAL, name=f"key{text}")
