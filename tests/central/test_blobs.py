"""The folder of pictures: what was confirmed is there after a power cut."""

from __future__ import annotations

from pathlib import Path

from central_server.blobs import BlobFolder, settle
from tests import builders


def test_a_picture_is_confirmed_when_its_name_and_its_folder_are_safe(tmp_path: Path) -> None:
    settled: list[tuple[str, list[str]]] = []

    def noted(folder: Path) -> None:
        settle(folder)
        settled.append((folder.name, sorted(path.name for path in folder.iterdir())))

    pictures = BlobFolder(tmp_path / "pictures", noted)
    sha256 = pictures.put(builders.JPEG)
    assert settled == [("pictures", [sha256[:2]]), (sha256[:2], [sha256])]
    assert pictures.put(builders.JPEG) == sha256
    assert settled[2:] == [(sha256[:2], [sha256])]
    assert pictures.has(sha256)
    assert pictures.get(sha256) == builders.JPEG
