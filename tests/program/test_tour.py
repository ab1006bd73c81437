"""The tour goes through the whole workflow with the real program and a real central."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from officer_console.tour.stage import SCREEN, Stage, TourError

# Everything the tour must have shown; a step that is left out is missed here.
STEPS = (
    "dang-nhap",
    "dang-nhap-sai-mat-khau",
    "danh-sach-ca-nhan",
    "mo-rong",
    "ma-so-thieu-chu-so",
    "tu-ngay-sau-den-ngay",
    "tra-cuu-ho-ten-khong-dau",
    "thiet-bi",
    "quet-the-mo-ho-so",
    "quet-the-doi-chieu",
    "chi-tiet-ho-so",
    "in-mau-01-dang-ky",
    "ket-qua-match",
    "in-thong-bao-chap-nhan",
    "ky-so",
    "in-thong-bao-da-ky-so",
    "in-thong-bao-da-gui-may-in",
    "in-huong-dan-vssid",
    "in-giay-tiep-nhan",
    "ket-qua-name-differs",
    "ket-qua-code-absent",
    "in-tk1-ts",
    "ket-qua-ambiguous",
    "ket-qua-hgd-chua-tra-loi",
    "hgd-tra-loi-sau",
    "ket-qua-chi-khac-dau",
    "chi-khac-dau-da-duyet",
    "khong-hop-le-thieu-ly-do",
    "doi-chieu",
    "doi-chieu-cho-da-doc",
    "ket-qua-tu-choi",
    "in-thong-bao-khong-chap-nhan",
    "in-mau-01-dieu-chinh",
    "xac-nhan-thay-doi",
    "ket-qua-thay-doi",
    "in-mau-01-ngung",
    "ket-qua-stop",
    "tep-khong-phai-anh",
    "da-thay-anh",
    "ban-anh",
    "ban-anh-chong-anh",
    "ban-anh-da-thay",
    "ban-anh-da-hoan-tac",
    "hai-mat-cua-the",
    "hai-mat-mot-trang",
    "da-dinh-kem-hai-mat",
    "ket-qua-da-thay-anh",
    "can-bo-khac-dang-xu-ly",
    "can-bo-khac-da-danh-gia",
    "in-danh-sach",
    "in-hang-loat",
    "in-hang-loat-da-dung",
    "phieu-lam-viec-trong-ngay",
    "chon-nhieu-ho-so",
    "in-cac-dong-da-chon",
    "chong-giay-in-do",
    "chong-giay-da-in-het",
    "luu-to-khai-theo-ma-trang-chua-ro",
    "luu-to-khai-theo-ma",
    "da-luu-to-khai",
    "to-khai-trong-ho-so",
    "ho-so-het-han",
    "bo-nhung-gi-da-nhap",
    "nhan-ho-so-lan-dau",
    "phim-tat",
    "chuot-phai",
    "tin-nhan",
    "ban-nhap",
    "ho-so-bi-nhan-lai",
    "can-xu-ly",
    "can-xu-ly-da-chap-nhan",
    "can-xu-ly-mat-quyen-giu",
    "danh-gia-lai",
    "can-xu-ly-trong",
    "nhan-lai-ho-so",
    "da-nhan-lai-ho-so",
    "hang-cho-gui",
    "hang-cho-gui-da-thu-lai",
    "ngoai-tuyen-cho-gui",
)
# Of these every page is there to be read.
PAPERS = (
    "in-mau-01-dang-ky",
    "in-mau-01-dieu-chinh",
    "in-mau-01-ngung",
    "in-tk1-ts",
    "in-thong-bao-chap-nhan",
    "in-thong-bao-da-ky-so",
    "in-thong-bao-khong-chap-nhan",
    "in-giay-tiep-nhan",
    "in-huong-dan-vssid",
    "in-danh-sach",
    "phieu-lam-viec-trong-ngay",
)


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_the_tour_shows_every_outcome_and_ends_well(tmp_path: Path) -> None:
    out = tmp_path / "tour"

    ended = subprocess.run(
        [sys.executable, "-m", "officer_console", "tour", "--out", str(out), "--dossiers", "240", "--persons", "800"],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    taken = {re.sub(r"^\d+-", "", path.stem): path for path in out.glob("*.png")}
    assert set(STEPS) <= set(taken)
    pages = {re.sub(r"^\d+-", "", path.stem): path for path in out.glob("giay/*.png")}
    assert {f"{name}-trang-1" for name in PAPERS} <= set(pages)
    assert "in-tk1-ts-trang-2" in pages
    for path in taken.values():
        with Image.open(path) as image:
            assert image.width <= 1366
            assert image.height <= 768
            assert len(image.getcolors(1 << 20) or ()) > 50


@pytest.mark.parametrize(("width", "height", "fits"), [(1366, 728, True), (1367, 300, False), (300, 729, False)])
def test_a_dialog_larger_than_its_window_ends_the_tour(
    qtbot: QtBot, tmp_path: Path, width: int, height: int, *, fits: bool
) -> None:
    dialog, shot = QDialog(), QPixmap(SCREEN)
    qtbot.addWidget(dialog)
    dialog.setObjectName("confirm")
    dialog.setFixedSize(width, height)
    shot.fill("white")
    stage = Stage("http://127.0.0.1:9", tmp_path, tmp_path, say=print)
    if fits:
        stage._lay_over(shot, dialog)
        return
    with pytest.raises(TourError, match="confirm"):
        stage._lay_over(shot, dialog)
