"""What the training data show: pictures, QR codes, machine-readable lines, names, the mix."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import zxingcpp
from PIL import Image
from sqlalchemy import select

from central_server.accounts import obstacle
from central_server.schema import blob
from central_server.seed.cards import SEX_WORDS
from central_server.seed.chance import stream
from central_server.seed.drafts import draft
from central_server.seed.guide import GUIDE, MISMATCH
from central_server.seed.mrz import card_lines, check_digit, passport_lines
from central_server.seed.names import draw_name
from central_server.seed.plans import plans
from central_server.seed.portraits import age_group
from officer_console.domain import identifiers
from officer_console.domain.attachment import AttachmentKind
from officer_console.domain.dossier import DECIDABLE, DossierKind, Status, number_key
from officer_console.domain.names import Likeness, compare
from officer_console.domain.person import BirthDate, PaperKind, Sex
from tests.central.seeded import SEED, TODAY, Planted


def test_every_picture_a_dossier_names_is_there(planted: Planted) -> None:
    with planted.database.read() as connection:
        known = {(row.scope_id, row.sha256): row for row in connection.execute(select(blob)).all()}
    sizes = []
    for one in planted.dossiers:
        for picture in one.attachments:
            data = planted.blobs.get(picture.sha256)
            assert data is not None
            assert hashlib.sha256(data).hexdigest() == picture.sha256
            row = known[one.scope_id, picture.sha256]
            assert (row.size, row.media_type) == (len(data), picture.media_type)
            sizes.append(len(data))
    assert sum(sizes) / len(sizes) < 12_000


def test_the_qr_code_of_a_card_says_what_was_declared(planted: Planted) -> None:
    read = 0
    for one in planted.dossiers:
        declared = one.declaration
        front = next((p for p in one.attachments if p.kind is AttachmentKind.ID_FRONT), None)
        if front is None or declared.paper_kind is not PaperKind.CITIZEN_CARD or read == 60:
            continue
        if number_key(one.number) == GUIDE[MISMATCH]:
            continue
        data = planted.blobs.get(front.sha256)
        assert data is not None
        found = zxingcpp.read_barcode(Image.open(BytesIO(data)).convert("L"))
        assert found is not None, one.number
        fields = found.text.split("|")
        assert fields[:1] + fields[2:6] == [
            declared.paper_number,
            declared.full_name,
            declared.birth.text().replace("/", ""),
            SEX_WORDS[declared.sex],
            declared.address.text(),
        ]
        assert len(fields) == 7
        assert fields[1] == "" or identifiers.old_identity_number(fields[1])
        assert datetime.strptime(fields[6], "%d%m%Y").replace(tzinfo=UTC).date() <= one.declared_on
        read += 1
    assert read == 60


def test_no_account_stands_in_the_way_of_an_open_dossier(planted: Planted) -> None:
    open_ones = [one for one in planted.dossiers if one.status in DECIDABLE]
    assert {one.kind for one in open_ones} == set(DossierKind)
    with planted.database.read() as connection:
        assert [one.number for one in open_ones if obstacle(connection, one) is not None] == []


def test_machine_readable_lines_have_the_right_check_digits() -> None:
    # the worked example of ICAO 9303 part 4 and a published synthetic card
    assert [check_digit(field) for field in ("L898902C3", "740812", "120415")] == ["6", "2", "9"]
    birth = BirthDate(year=1990, month=1, day=1)
    assert card_lines("001090012345", "Nguyễn Văn An", birth, Sex.MALE, date(2030, 1, 1)) == (
        "IDVNM0900123450001090012345<<1",
        "9001011M3001019VNM<<<<<<<<<<<2",
        "NGUYEN<<VAN<AN<<<<<<<<<<<<<<<<",
    )
    first, second = passport_lines("B1234567", "Đỗ Thị Hoà", birth, Sex.FEMALE, date(2030, 1, 1))
    assert first == "P<VNMDO<<THI<HOA".ljust(44, "<")
    assert second[-1] == check_digit(second[:10] + second[13:20] + second[21:43])
    assert (len(first), len(second)) == (44, 44)


def test_a_long_name_and_a_year_of_birth_alone_fit_on_the_machine_readable_lines() -> None:
    name = "Công Tằng Tôn Nữ Thị Phương Khánh Quỳnh"
    lines = card_lines("046172000001", name, BirthDate(year=1972), Sex.FEMALE, date(2099, 12, 31))
    assert [len(line) for line in lines] == [30, 30, 30]
    assert lines[1].startswith("72<<<<" + check_digit("72<<<<"))


def test_names_are_as_frequent_and_as_spelt_in_viet_nam() -> None:
    random = stream(SEED, "names")
    names = [draw_name(random, sex) for sex in Sex for _ in range(2000)]
    surnames = Counter(name.split(" ")[0] for name in names)
    assert 0.34 < surnames["Nguyễn"] / len(names) < 0.43
    assert all(unicodedata.is_normalized("NFC", name) for name in names)
    assert any("đ" in name.lower() for name in names)
    given = {name.split(" ")[-1] for name in names}
    assert {"Hoà", "Hòa", "Thuỷ", "Thủy"} <= given
    assert compare("Lê Thị Hoà", "Lê Thị Hòa") is Likeness.SAME
    assert max(map(len, names)) > 35


def test_dossiers_of_a_large_planting_have_the_wanted_mix() -> None:
    made = plans(SEED, 5000, TODAY)
    kinds = Counter(plan.kind for plan in made)
    assert 0.66 < kinds[DossierKind.REGISTER] / 5000 < 0.74
    assert 0.19 < kinds[DossierKind.CHANGE] / 5000 < 0.25
    unfinished = [plan for plan in made if plan.status not in {Status.APPROVED, Status.REJECTED, Status.EXPIRED}]
    assert 0.17 < len(unfinished) / 5000 < 0.24
    assert min(plan.declared_on for plan in unfinished) >= TODAY - timedelta(days=16)
    recent = [plan for plan in made if plan.declared_on >= TODAY - timedelta(days=547)]
    assert len(recent) > 4850
    drafts = [draft(SEED, plan, TODAY).dossier.declaration for plan in made]
    papers = Counter(declared.paper_kind for declared in drafts)
    assert set(papers) == {None, *PaperKind}
    assert {len(declared.social_code) for declared in drafts} == {10, 12}
    assert any(declared.email is None for declared in drafts)
    assert any(declared.birth.month is None for declared in drafts)
    assert all((declared.guardian is None) == (declared.paper_kind is not None) for declared in drafts)
    assert {declared.address.vintage.value for declared in drafts} == {"before_2025_07", "since_2025_07"}


def test_each_age_has_its_group_of_faces() -> None:
    assert [age_group(years) for years in (0, 17, 18, 54, 55, 101)] == [0, 0, 1, 1, 2, 2]
