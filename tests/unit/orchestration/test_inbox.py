"""Looking at the inbox: places, identity by content, and what is not hashed twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration import inbox

YEARS = (2012, 2013)
LONG_AGO = 1_500_000_000


def file_workbook(folder: Path, relative: str, content: bytes = b"content", modified: int = LONG_AGO) -> Path:
    path = folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (modified, modified))
    return path


def test_place_gives_year_and_submitter(tmp_path: Path) -> None:
    file_workbook(tmp_path, "2012/999001/部门决算.xls")

    (found,) = inbox.scan(tmp_path, YEARS)

    assert (found.fiscal_year, found.submitter_code, found.file_name) == (2012, "999001", "部门决算.xls")
    assert found.submission_id == found.content_sha256[:16]


@pytest.mark.parametrize(
    "relative",
    ["workbook.xlsx", "2012/workbook.xlsx", "2012/999001/deeper/workbook.xlsx", "1999/999001/workbook.xlsx"],
)
def test_other_places_are_outside_the_layout(tmp_path: Path, relative: str) -> None:
    file_workbook(tmp_path, relative)

    (found,) = inbox.scan(tmp_path, YEARS)

    assert (found.fiscal_year, found.submitter_code) == (None, "")


def test_a_path_that_is_not_utf8_is_outside_the_layout_and_shown_readably(tmp_path: Path) -> None:
    folder = tmp_path / "2012" / "999001"
    folder.mkdir(parents=True)
    Path(os.fsdecode(os.fsencode(folder) + b"/" + "决算.xls".encode("gb18030"))).write_bytes(b"content")

    (found,) = inbox.scan(tmp_path, YEARS)

    assert (found.fiscal_year, found.relative_path) == (None, "2012/999001/决算.xls")


@pytest.mark.parametrize("name", ["README.md", ".DS_Store", "~$部门决算.xlsx", "Thumbs.db"])
def test_files_nobody_filed_are_not_seen(tmp_path: Path, name: str) -> None:
    file_workbook(tmp_path, f"2012/999001/{name}")

    assert inbox.scan(tmp_path, YEARS) == []
    assert inbox.is_empty(tmp_path)


def test_an_inbox_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert inbox.is_empty(tmp_path / "raw")


def test_an_unchanged_file_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memo = tmp_path / "memo.json"
    file_workbook(tmp_path / "raw", "2012/a/one.xlsx")
    first = inbox.scan(tmp_path / "raw", YEARS, memo)
    monkeypatch.setattr(inbox, "hash_file", lambda path: pytest.fail(f"{path} was opened"))

    assert inbox.scan(tmp_path / "raw", YEARS, memo) == first


def test_a_changed_file_is_hashed_again(tmp_path: Path) -> None:
    memo = tmp_path / "memo.json"
    file_workbook(tmp_path / "raw", "2012/a/one.xlsx", b"before")
    (before,) = inbox.scan(tmp_path / "raw", YEARS, memo)
    file_workbook(tmp_path / "raw", "2012/a/one.xlsx", b"after!", LONG_AGO + 1)

    (after,) = inbox.scan(tmp_path / "raw", YEARS, memo)

    assert after.submission_id != before.submission_id


def test_a_file_still_being_written_is_not_remembered(tmp_path: Path) -> None:
    memo = tmp_path / "memo.json"
    path = file_workbook(tmp_path / "raw", "2012/a/one.xlsx", b"before")
    path.touch()
    inbox.scan(tmp_path / "raw", YEARS, memo)

    assert "one.xlsx" not in (memo.read_text() if memo.exists() else "")


def test_a_broken_memo_is_no_memo(tmp_path: Path) -> None:
    memo = tmp_path / "memo.json"
    memo.write_text("[half")
    file_workbook(tmp_path / "raw", "2012/a/one.xlsx")

    assert len(inbox.scan(tmp_path / "raw", YEARS, memo)) == 1


def test_fingerprints_move_with_content_and_place_of_their_year_only(tmp_path: Path) -> None:
    file_workbook(tmp_path, "2012/a/one.xlsx", b"1")
    file_workbook(tmp_path, "2013/a/one.xlsx", b"2")
    before = inbox.inbox_fingerprints(inbox.scan(tmp_path, YEARS))
    file_workbook(tmp_path, "2013/a/one.xlsx", b"3")
    after = inbox.inbox_fingerprints(inbox.scan(tmp_path, YEARS))

    assert before["2012"] == after["2012"]
    assert before["2013"] != after["2013"]


def test_links_are_told_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("root:x:0")
    folder = tmp_path / "raw" / "2012" / "301"
    folder.mkdir(parents=True)
    (folder / "link.xlsx").symlink_to(outside)
    (folder / "dangling.xlsx").symlink_to(tmp_path / "nowhere")
    (folder / "folder").symlink_to(tmp_path)
    files = inbox.scan(tmp_path / "raw", YEARS)
    assert [file.relative_path for file in files] == [
        "2012/301/dangling.xlsx",
        "2012/301/folder",
        "2012/301/link.xlsx",
    ]
    assert all(file.fiscal_year is None for file in files)
    assert inbox.hash_file(outside) not in {file.content_sha256 for file in files}


def test_the_later_version_is_the_one_changed_later_then_the_one_named_later(tmp_path: Path) -> None:
    first, second = "2012/a/表.xlsx", "2012/a/表（更正）.xlsx"
    for relative in (first, second):
        file_workbook(tmp_path, relative, relative.encode())
    pairs = [(first, second)]

    def order(first_at: float, second_at: float) -> list[inbox.Version]:
        os.utime(tmp_path / first, (first_at, first_at))
        os.utime(tmp_path / second, (second_at, second_at))
        return inbox.current_order(pairs, inbox.scan(tmp_path, YEARS))

    assert order(1_500_000_000, 1_500_000_001) == pairs
    assert order(1_500_000_000.9, 1_500_000_000.1) == pairs
    assert order(1_500_000_001, 1_500_000_000) == [(second, first)]
    (tmp_path / second).unlink()
    assert inbox.current_order(pairs, inbox.scan(tmp_path, YEARS)) == pairs
