"""The codes of forms as this desk makes and reads them, with the keys in its sealed store."""

from __future__ import annotations

from officer_console.codes.forms import FormRing, PageCode
from officer_console.domain.dossier import Dossier
from officer_console.domain.form import FormKind
from officer_console.domain.officer import Officer
from officer_console.store.store import Store


class FormCodes:
    """One officer's codes. Reads the store: not for the thread of the window."""

    def __init__(self, store: Store, officer: Officer) -> None:
        self._store = store
        self._officer = officer

    def ring(self) -> FormRing:
        """Return the keys as they are now.

        Raises:
            StoreError: the store cannot be read.
        """
        with self._store.read() as tx:
            return FormRing(tx.form_keys.all(), self._officer.scopes)

    def page_code(self, dossier: Dossier, kind: FormKind) -> PageCode | None:
        """Return what makes the codes of the pages of a form of ``dossier``; ``None``: print it without any.

        Raises:
            StoreError: the store cannot be read.
        """
        return self.ring().page_code(dossier, kind)

    def form_code(self, dossier: Dossier, kind: FormKind) -> str | None:
        """Return the text of a code of ``dossier`` that names no page; ``None``: there is none.

        Raises:
            StoreError: the store cannot be read.
        """
        return self.ring().code(dossier, kind)
