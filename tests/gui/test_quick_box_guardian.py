"""The card of who acts for a minor: whose dossier opens, what is said, and that it is no evidence about the child."""

from __future__ import annotations

import pytest

from officer_console.domain.agreement import Field
from officer_console.domain.dossier import Status
from officer_console.domain.search import Criteria, Order
from officer_console.services.code_outcome import Decided, Found, Outcome, Several, Shown
from officer_console.views.theme import Kind
from tests.gui.reader_parts import AT, Readers

WARDS = Criteria(guardian="001090012345", order=Order.DECLARED)
NAME = (Field.FULL_NAME,)


def test_a_guardians_card_is_not_compared_with_the_child(readers: Readers) -> None:
    readers.page.dossier_id = "d1"
    readers.read(Shown(dossier_id="d1", guardian=True))
    assert readers.page.cards == []
    assert readers.title == "Thẻ của người giám hộ Nguyễn Văn An trong hồ sơ đang mở"
    assert readers.text == "Thẻ không được so với thông tin của người được đăng ký."


def test_a_guardians_card_opens_the_minors_dossier_and_says_whose_it_is(readers: Readers) -> None:
    readers.read(Found(dossier_id="d7", guardian=True))
    assert readers.opened == ["d7"]
    assert readers.page.cards == []
    assert readers.title == "Thẻ của người giám hộ Nguyễn Văn An: đã mở hồ sơ của người được giám hộ"
    assert readers.kind == Kind.INFO.value


@pytest.mark.parametrize("outcome", [Found(dossier_id="d1", guardian=True), Shown(dossier_id="d1", guardian=True)])
def test_a_card_with_the_guardians_number_and_another_name_is_called_that(readers: Readers, outcome: Outcome) -> None:
    kind = type(outcome)
    readers.page.dossier_id = "d1" if isinstance(outcome, Shown) else None
    readers.read(kind(dossier_id="d1", guardian=True, differs=NAME))  # type: ignore[call-arg]  # both have them
    assert readers.title == "Số của người giám hộ nhưng thẻ ghi tên khác: Nguyễn Văn An"
    assert readers.kind == Kind.BAD.value
    readers.read(kind(dossier_id="d1", guardian=True, unsure=NAME))  # type: ignore[call-arg]
    assert readers.title == "Thẻ của người giám hộ, họ và tên chưa khớp hẳn: Nguyễn Văn An"
    assert readers.kind == Kind.WARN.value
    assert readers.page.cards == []


def test_the_minors_of_one_guardian_are_listed(readers: Readers) -> None:
    readers.read(Several(criteria=WARDS, count=2, guardian=True))
    assert readers.searched == [WARDS]
    assert readers.title == "Thẻ của người giám hộ Nguyễn Văn An: 2 hồ sơ đang xử lý"


def test_minors_no_search_lists_together_are_named(readers: Readers) -> None:
    readers.read(Found(dossier_id="d7", others=("1000124/07906",), guardian=True))
    assert readers.opened == ["d7"]
    assert readers.title == "Thẻ của người giám hộ Nguyễn Văn An, có cả trong hồ sơ 1000124/07906"


def test_a_minors_finished_dossier_says_that_the_card_is_the_guardians(readers: Readers) -> None:
    readers.read(Decided(dossier_id="d7", status=Status.APPROVED, by="Võ Quang Minh", at=AT, guardian=True))
    assert readers.title.startswith("Hồ sơ đã xử lý bởi Võ Quang Minh")
    assert "Thẻ vừa quét là của người giám hộ trong hồ sơ này." in readers.text


def test_the_bearers_own_dossier_opens_and_those_of_his_wards_are_offered(readers: Readers) -> None:
    readers.read(Found(dossier_id="d7", wards=Several(criteria=WARDS, count=2, guardian=True)))
    assert readers.opened == ["d7"]
    assert readers.title == "Đã mở hồ sơ của Nguyễn Văn An"
    assert readers.text == "Người này còn là người giám hộ trong 2 hồ sơ đang xử lý."
    readers.accept()
    assert readers.searched == [WARDS]
    readers.read(Found(dossier_id="d7", wards=Found(dossier_id="d8", guardian=True)))
    assert readers.text == "Người này còn là người giám hộ trong 1 hồ sơ đang xử lý."
    readers.accept()
    assert readers.opened == ["d7", "d7", "d8"]


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Found(dossier_id="d2", guardian=True), ""),
        (Found(dossier_id="d2", guardian=True, differs=NAME), "khác tên người giám hộ"),
        (Found(dossier_id="d2", guardian=True, others=("1000124/07906",)), "1000124/07906"),
        (Several(criteria=WARDS, count=2, guardian=True), "là người giám hộ trong 2 hồ sơ đang xử lý"),
        (
            Decided(dossier_id="d2", status=Status.APPROVED, by="Võ Quang Minh", at=AT, guardian=True),
            "Hồ sơ đã xử lý bởi Võ Quang Minh",
        ),
    ],
)
def test_a_guardian_of_somebody_else_changes_nothing_on_the_dossier_that_is_worked_on(
    readers: Readers, outcome: Outcome, word: str
) -> None:
    readers.page.dossier_id = "d1"
    readers.read(outcome)
    assert (readers.opened, readers.searched, readers.page.cards) == ([], [], [])
    assert readers.title == "Thẻ của người giám hộ trong hồ sơ khác: Nguyễn Văn An"
    assert word in readers.text
    assert "giữ nguyên" in readers.text
    readers.accept()
    assert readers.opened == ["d2"] or readers.searched == [WARDS]
