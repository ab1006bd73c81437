"""Evidence: the truth table over several cards, and what of it goes into the journal."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from officer_console.domain.agreement import CardFacts, CardSource, Field, table
from officer_console.domain.comparing import Agreement
from officer_console.domain.evidence import CardEvidence, EvidenceSource, Pin, compared, truth
from officer_console.domain.person import BirthDate, Sex
from officer_console.domain.registry import RegistryVerdict
from tests.gui.review_samples import DECLARATION, registry

FACTS = CardFacts(
    source=CardSource.CITIZEN_QR,
    number="079190001234",
    full_name="Đặng Thị Uớc",
    birth=BirthDate(year=1990, month=2, day=1),
    sex=Sex.FEMALE,
    address="3 Nguyễn Huệ, Quận 1",
)
QR = CardEvidence(source=EvidenceSource.QR, values=FACTS)
SHOWN = CardEvidence(source=EvidenceSource.READER, values=replace(FACTS, number="079190001235"))


def test_each_card_has_its_own_cell_in_the_order_given() -> None:
    answer = registry(RegistryVerdict.MATCH, "Đặng Thị Ước")

    rows = {row.field: row for row in truth(DECLARATION, (SHOWN, QR), answer, DECLARATION)}

    numbers = [cell.agreement for cell in rows[Field.PAPER_NUMBER].cards if cell is not None]
    assert numbers == [Agreement.DIFFERENT, Agreement.SAME]
    alone = {row.field: row for row in table(DECLARATION, FACTS, answer, DECLARATION)}
    for field, row in rows.items():
        assert (row.declared, row.cards[1], row.registry, row.previous) == (
            alone[field].declared,
            alone[field].card,
            alone[field].registry,
            alone[field].previous,
        )


def test_without_a_card_the_other_sources_are_compared_all_the_same() -> None:
    rows = truth(DECLARATION, (), registry(RegistryVerdict.MATCH, "Đặng Thị Ước"), None)

    assert [row.cards for row in rows] == [()] * len(Field)
    assert [cell.agreement for row in rows for cell in row.cells()] == [Agreement.SAME, Agreement.SAME]


def test_the_journal_is_told_sources_and_verdicts_and_no_value() -> None:
    lines = compared((QR, SHOWN), truth(DECLARATION, (QR, SHOWN), None, None))

    assert lines == (
        "qr full_name=marks paper_number=same birth=same sex=same address=different?",
        "reader full_name=marks paper_number=different birth=same sex=same address=different?",
    )
    for value in ("Đặng", "Uớc", "0791", "1990", "Huệ"):
        assert all(value not in line for line in lines)


def test_a_pin_holds_in_every_size_of_its_picture() -> None:
    pin = Pin(sha256="0" * 64, width=640, height=400, quad=((320, 100), (480, 100), (480, 200), (320, 200)))

    assert pin.shares() == ((0.5, 0.25), (0.75, 0.25), (0.75, 0.5), (0.5, 0.5))


@given(
    st.integers(0, 5000),
    st.integers(0, 5000),
    st.none() | st.tuples(*[st.tuples(st.integers(-9000, 9000), st.integers(-9000, 9000))] * 4),
)
def test_no_pin_points_beside_its_picture(
    width: int, height: int, quad: tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]] | None
) -> None:
    shares = Pin(sha256="0" * 64, width=width, height=height, quad=quad).shares()

    assert len(shares) in (0, 4)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in shares)
