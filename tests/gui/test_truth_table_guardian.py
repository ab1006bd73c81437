"""A guardian's card on the pictures of a minor's dossier is no evidence about the minor."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from officer_console.domain.person import Guardian
from officer_console.views import truth_table_words as said
from tests.gui.review_parts import FakeDesk
from tests.gui.review_samples import DECLARATION, dossier
from tests.gui.test_truth_table import button, desk_with, press
from tests.gui.truth_parts import BACK, FACTS, FRONT, FakeEvidence, on_front

MOTHER = Guardian(full_name="Phạm Thanh Thu", relation="Mẹ", paper_number="084184594236", phone="0866567848")
MINOR = replace(DECLARATION, guardian=MOTHER)
MOTHERS = on_front(number=MOTHER.paper_number, full_name=MOTHER.full_name)


def test_a_guardians_card_on_a_picture_is_not_compared_with_the_minor(qtbot: QtBot) -> None:
    desk = desk_with(qtbot, FakeEvidence(on={FRONT: (MOTHERS,)}), service=FakeDesk(dossier(declaration=MINOR)))

    press(desk, Qt.Key.Key_D)

    assert desk.model.guardian_card
    assert desk.model.cards == ()
    assert all(row.cards == () for row in desk.model.truth)
    assert said.GUARDIAN in desk.page.truth.told


def test_the_minors_own_card_beside_the_guardians_is_compared_and_alone_recorded(qtbot: QtBot) -> None:
    pictures = FakeEvidence(on={FRONT: (on_front(),), BACK: (MOTHERS,)})
    desk = desk_with(qtbot, pictures, service=FakeDesk(dossier(declaration=MINOR)))
    desk.page.setFocus()
    press(desk, Qt.Key.Key_1)
    for name in ("originalCompared", "signedFormReceived"):
        button(desk, name).click()

    assert [found.values for found in desk.model.cards] == [FACTS]
    desk.model.decision.record()

    (recorded,) = desk.service.recorded
    assert len(recorded.compared) == 1
    assert "paper_number=same" in recorded.compared[0]


def test_without_a_guardian_every_card_is_compared(qtbot: QtBot) -> None:
    desk = desk_with(qtbot, FakeEvidence(on={FRONT: (MOTHERS,)}))

    assert not desk.model.guardian_card
    assert [found.values for found in desk.model.cards] == [MOTHERS.values]
    assert said.GUARDIAN not in desk.page.truth.told
