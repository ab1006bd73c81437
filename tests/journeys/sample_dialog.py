"""A small dialog, run in its own process, on which the driver of the journeys proves itself."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QTableWidget, QTableWidgetItem, QVBoxLayout


def main() -> int:
    """Show a name field, a button that copies the name into a table, and the table."""
    application = QApplication(sys.argv)
    dialog = QDialog()
    dialog.setWindowTitle("Hộp thử")
    name = QLineEdit(objectName="nameInput", accessibleName="Họ và tên")
    button = QPushButton("Ghi", objectName="addButton", accessibleName="Ghi")
    table = QTableWidget(1, 2, objectName="table", accessibleName="Danh sách")
    button.clicked.connect(lambda: table.setItem(0, 1, QTableWidgetItem(name.text())))
    layout = QVBoxLayout(dialog)
    for widget in (name, button, table):
        layout.addWidget(widget)
    dialog.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
