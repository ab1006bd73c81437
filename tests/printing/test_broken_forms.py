"""A deployment's form that does not hold: named with file and line, its paper cannot be made, all others can."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from officer_console import data
from officer_console.__main__ import main
from officer_console.domain.dossier import Status
from officer_console.domain.papers import Paper
from officer_console.services.stationery import PaperError, Stationery
from tests.documents import poppler
from tests.printing.parts import office

SHIPPED = data.folder("forms")
posix_only = pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a deployment's folder with a receipt of its own that holds."""
    shutil.copytree(SHIPPED / "receipt", tmp_path / "own" / "receipt")
    return tmp_path / "own"


def spoiled(own: Path) -> Path:
    """Put a mistake into the fourth line of the receipt; return the file."""
    file = own / "receipt" / "form.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("version: 1", "version: one"), encoding="utf-8")
    return file


def test_only_the_paper_of_the_broken_form_cannot_be_made(
    tmp_path: Path, own: Path, expect_log: Callable[[str], None]
) -> None:
    file = spoiled(own)
    expect_log("form-broken receipt/form.yaml line 4: form-number-expected")
    desk = office(tmp_path, forms=own)
    dossier = desk.of(Status.APPROVED)
    assert desk.printing.make(Paper.ACCEPTED, dossier.id).pages
    assert desk.lists.day_sheet().pages
    for _ in range(2):
        with pytest.raises(PaperError) as caught:
            desk.printing.make(Paper.RECEIPT, dossier.id)
        assert caught.value.code == "form-broken"
        assert caught.value.data == {
            "file": str(file),
            "line": 4,
            "rule": "form-number-expected",
            "paper": "receipt",
        }
    desk.store.close()


def test_every_broken_form_is_found_at_once(own: Path, expect_log: Callable[[str], None]) -> None:
    spoiled(own)
    shutil.copytree(SHIPPED / "vssid_guide", own / "second_guide")
    (own / "queue_list").mkdir()
    expect_log("receipt/form.yaml line 4")
    expect_log("second_guide/form.yaml line 1: form-kind-twice")
    expect_log("queue_list/form.yaml line 1: form-unreadable")
    faults = Stationery(lambda: SHIPPED, own).faults()
    assert [fault.data["paper"] for fault in faults] == ["queue_list", "receipt", "second_guide"]


def test_forms_that_hold_and_a_folder_that_is_not_there_are_no_faults(own: Path) -> None:
    assert Stationery(lambda: SHIPPED, own).faults() == ()
    assert Stationery(lambda: SHIPPED, own / "nowhere").faults() == ()
    assert Stationery(lambda: SHIPPED).faults() == ()


@pytest.mark.parametrize("name", ["words.yaml", "letterhead.yaml"])
def test_words_and_letterheads_that_do_not_hold_keep_every_paper_back(
    tmp_path: Path, own: Path, name: str, expect_log: Callable[[str], None]
) -> None:
    (own / name).write_text("nonsense: [\n", encoding="utf-8")
    expect_log(f"form-broken own/{name} line")
    desk = office(tmp_path, forms=own)
    with pytest.raises(PaperError) as caught:
        desk.printing.make(Paper.ACCEPTED, desk.of(Status.APPROVED).id)
    assert caught.value.data["file"] == str(own / name)
    assert caught.value.data["paper"] == ""
    desk.store.close()


def test_an_administrator_checks_the_forms_and_reads_file_and_line(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check-forms", str(own)]) == 0
    assert "receipt: đúng (mẫu của đơn vị)" in capsys.readouterr().out
    file = spoiled(own)
    (own / "letterhead.yaml").write_text("usual:\n  plece: x\n", encoding="utf-8")
    assert main(["check-forms", str(own)]) == 1
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        f"{file}:4: form-number-expected found=one",
        f"{own / 'letterhead.yaml'}:2: form-name-unknown name=plece "
        "allowed=address capacity hours office parent_office place signer",
    ]
    assert "declaration: đúng (mẫu kèm chương trình)" in said.out
    assert "receipt" not in said.out


def test_a_form_of_a_name_that_no_paper_has_is_not_called_printable(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own / "receipt").rename(own / "receit")
    file = own / "receit" / "form.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("kind: 5\n", "kind: 55\n", 1), encoding="utf-8")
    assert main(["check-forms", str(own)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert "receit: đúng, nhưng chương trình không có giấy nào tên như vậy nên không in được" in said
    assert "receipt: đúng (mẫu kèm chương trình)" in said


def test_a_paper_with_another_papers_number_is_told_before_it_is_installed(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = own / "receipt" / "form.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("kind: 5\n", "kind: 77\n", 1), encoding="utf-8")
    assert main(["check-forms", str(own)]) == 1
    assert capsys.readouterr().err.splitlines() == [f"{file}:3: form-kind-unfit found=77 kind=5"]


def test_a_sample_that_does_not_fit_its_form_is_named(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = own / "receipt" / "sample.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "nothing_of_the_form: x\n", encoding="utf-8")
    assert main(["check-forms", str(own)]) == 1
    assert f"{file}:1: field-unknown" in capsys.readouterr().err


def test_a_folder_that_is_asked_for_has_to_be_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-forms", str(tmp_path / "nowhere")]) == 2
    assert "không có thư mục mẫu giấy" in capsys.readouterr().err


@posix_only
def test_a_folder_that_others_may_write_to_keeps_every_paper_back_and_the_administrator_is_told(
    own: Path, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None]
) -> None:
    own.chmod(0o777)
    assert main(["check-forms", str(own)]) == 1
    assert f"{own}:1: form-writable-by-others" in capsys.readouterr().err
    expect_log("form-writable-by-others")
    assert [fault.data["paper"] for fault in Stationery(lambda: SHIPPED, own).faults()] == [""]
    own.chmod(0o755)
    (own / "receipt" / "form.yaml").chmod(0o666)
    assert main(["check-forms", str(own)]) == 1
    assert "form-writable-by-others" in capsys.readouterr().err


def test_a_date_written_with_an_expression_is_named_with_file_and_line(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = own / "receipt" / "form.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("ngày {day} ", "{day:>3000000000} ", 1), encoding="utf-8")
    assert main(["check-forms", str(own)]) == 1
    assert f"{file}:13: form-brace" in capsys.readouterr().err


def declaration_without(own: Path, field: str, row: str) -> Path:
    """Give the deployment a Mẫu 01 that has no such field; ``row`` is where the shipped one shows it."""
    shutil.copytree(SHIPPED / "declaration", own / "declaration")
    file = own / "declaration" / "form.yaml"
    text = file.read_text(encoding="utf-8")
    lines = [line for line in text.replace(row, "").splitlines() if not line.startswith(f"  {field}:")]
    file.write_text("\n".join(lines), encoding="utf-8")
    sample = own / "declaration" / "sample.yaml"
    told = sample.read_text(encoding="utf-8").splitlines()
    sample.write_text("\n".join(line for line in told if not line.startswith(f"{field}:")), encoding="utf-8")
    return file


SEX = """  - checks:
      label: "5. Giới tính:"
      options:
        - {text: Nam, ticked: {field: sex, equals: male}}
        - {text: Nữ, ticked: {field: sex, equals: female}}
"""


def test_a_form_without_a_field_the_program_has_is_printed_without_it(
    tmp_path: Path, own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    declaration_without(own, "sex", SEX)
    assert main(["check-forms", str(own)]) == 0
    assert "declaration: đúng (mẫu của đơn vị)" in capsys.readouterr().out
    desk = office(tmp_path, forms=own)
    dossier = desk.of(Status.PENDING)
    said = poppler.text(desk.printing.make(Paper.DECLARATION, dossier.id).pdf)
    assert "Giới tính" not in said
    assert dossier.declaration.full_name.upper() in said
    desk.store.close()


def test_a_required_field_that_nothing_fills_is_a_fault_at_start_and_for_the_administrator(
    tmp_path: Path, own: Path, capsys: pytest.CaptureFixture[str], expect_log: Callable[[str], None]
) -> None:
    file = declaration_without(own, "sex", SEX)
    text = file.read_text(encoding="utf-8").replace("  reprint:\n", "  reprint:\n  hotline: {required: true}\n")
    file.write_text(text.replace('"Mẫu số: 01"', '"Mẫu số: 01 {hotline}"'), encoding="utf-8")
    line = next(n for n, each in enumerate(file.read_text("utf-8").splitlines(), start=1) if "hotline:" in each)
    with (own / "declaration" / "sample.yaml").open("a", encoding="utf-8") as sample:
        sample.write('\nhotline: "1900"\n')
    assert main(["check-forms", str(own)]) == 1
    assert capsys.readouterr().err.splitlines() == [f"{file}:{line}: form-field-unfilled name=hotline"]
    expect_log(f"form-broken declaration/form.yaml line {line}: form-field-unfilled")
    desk = office(tmp_path, forms=own)
    with pytest.raises(PaperError) as caught:
        desk.printing.make(Paper.DECLARATION, desk.of(Status.PENDING).id)
    assert caught.value.data["line"] == line
    assert desk.printing.make(Paper.RECEIPT, desk.of(Status.PENDING).id).pages
    desk.store.close()
