"""Looking at the inbox: places, identity by content, and what is not hashed twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration import inbox
from tests.support.archives import archive, raw_archive
from tests.support.workbooks import xlsx

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


def test_fingerprints_do_not_know_names_of_files(tmp_path: Path) -> None:
    file_workbook(tmp_path, "2012/a/one.xlsx", b"1")
    before = inbox.inbox_fingerprints(inbox.scan(tmp_path, YEARS))
    (tmp_path / "2012/a/one.xlsx").rename(tmp_path / "2012/a/two.xlsx")
    assert inbox.inbox_fingerprints(inbox.scan(tmp_path, YEARS)) == before
    file_workbook(tmp_path, "2012/a/copy.xlsx", b"1")
    assert inbox.inbox_fingerprints(inbox.scan(tmp_path, YEARS)) != before


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
    ids = {file.relative_path: file.submission_id for file in inbox.scan(tmp_path, YEARS)}
    pairs = [(ids[first], ids[second])]

    def order(first_at: float, second_at: float) -> list[inbox.Version]:
        os.utime(tmp_path / first, (first_at, first_at))
        os.utime(tmp_path / second, (second_at, second_at))
        return inbox.current_order(pairs, inbox.scan(tmp_path, YEARS))

    assert order(1_500_000_000, 1_500_000_001) == pairs
    assert order(1_500_000_000.9, 1_500_000_000.1) == pairs
    assert order(1_500_000_001, 1_500_000_000) == [(ids[second], ids[first])]
    file_workbook(tmp_path, "2012/a/again.xlsx", first.encode())
    os.utime(tmp_path / "2012/a/again.xlsx", (1_500_000_009, 1_500_000_009))
    assert order(1_500_000_000, 1_500_000_001) == [(ids[second], ids[first])]
    (tmp_path / second).unlink()
    assert inbox.current_order(pairs, inbox.scan(tmp_path, YEARS)) == pairs


# Archives ---------------------------------------------------------------------------------------------------


def test_members_of_an_archive_are_files_of_their_own(tmp_path: Path) -> None:
    book = xlsx({"表": [["甲"]]})
    packed = archive({"决算/部门决算.xlsx": book, "Thumbs.db": b"x", "二.xls": b"other"})
    file_workbook(tmp_path, "2012/a/报表.zip", packed)
    file_workbook(tmp_path, "2012/a/部门决算.xlsx", book)

    files = inbox.scan(tmp_path, YEARS)

    assert [(file.relative_path, file.file_name) for file in files] == [
        ("2012/a/报表.zip!/二.xls", "二.xls"),
        ("2012/a/报表.zip!/决算/部门决算.xlsx", "部门决算.xlsx"),
        ("2012/a/部门决算.xlsx", "部门决算.xlsx"),
    ]
    assert {(file.fiscal_year, file.submitter_code, file.modified_seconds) for file in files} == {
        (2012, "a", LONG_AGO)
    }
    assert files[1].submission_id == files[2].submission_id, "a copy is the submission it is a copy of"
    assert files[0].size_bytes == 5


def test_names_in_archives_of_chinese_windows_are_read(tmp_path: Path) -> None:
    file_workbook(tmp_path, "2012/a/b.zip", raw_archive({"决算/支出表.xls".encode("gb18030"): b"1"}))
    assert [file.relative_path for file in inbox.scan(tmp_path, YEARS)] == ["2012/a/b.zip!/决算/支出表.xls"]


def test_a_workbook_named_zip_and_an_archive_named_xlsx_are_what_they_hold(tmp_path: Path) -> None:
    file_workbook(tmp_path, "2012/a/book.zip", xlsx({"表": [["甲"]]}))
    file_workbook(tmp_path, "2012/a/many.xlsx", archive({"a.csv": b"1"}))
    found = [file.relative_path for file in inbox.scan(tmp_path, YEARS)]
    assert found == ["2012/a/book.zip", "2012/a/many.xlsx!/a.csv"]


@pytest.mark.parametrize(
    ("members", "cut"), [({}, 0), ({"a": 40 << 20}, 0), ({"a": 1}, 9)], ids=["empty", "bomb", "cut off"]
)
def test_an_archive_refused_as_a_whole_is_one_file(tmp_path: Path, members: dict[str, int], cut: int) -> None:
    packed = archive({name: bytes(size) for name, size in members.items()})
    path = file_workbook(tmp_path, "2012/a/b.zip", packed[: len(packed) - cut])
    (file,) = inbox.scan(tmp_path, YEARS)
    assert (file.relative_path, file.content_sha256) == ("2012/a/b.zip", inbox.hash_file(path))


def test_an_archive_out_of_place_is_not_unpacked(tmp_path: Path) -> None:
    file_workbook(tmp_path, "2012/b.zip", archive({"a/x.xlsx": b"1"}))
    (file,) = inbox.scan(tmp_path, YEARS)
    assert (file.relative_path, file.fiscal_year) == ("2012/b.zip", None)


def test_an_unchanged_archive_is_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memo = tmp_path / "memo.json"
    members = {"a.csv": b"1", "x/b.csv": b"2"}
    path = file_workbook(tmp_path / "raw", "2012/a/b.zip", archive(members))
    first = inbox.scan(tmp_path / "raw", YEARS, memo)
    for name in ("hash_file", "is_archive", "Archive"):
        monkeypatch.setattr(inbox, name, lambda *_: pytest.fail("the archive was opened"))

    assert inbox.scan(tmp_path / "raw", YEARS, memo) == first
    assert len(first) == 2

    monkeypatch.undo()
    file_workbook(tmp_path / "raw", "2012/a/b.zip", archive({**members, "c.csv": b"3"}), LONG_AGO + 1)
    assert len(inbox.scan(tmp_path / "raw", YEARS, memo)) == 3
    path.rename(path.with_name("renamed.zip"))
    renamed = inbox.scan(tmp_path / "raw", YEARS, memo)
    assert {file.submission_id for file in first} < {file.submission_id for file in renamed}


def test_a_year_that_becomes_known_finds_the_members_of_a_remembered_archive(tmp_path: Path) -> None:
    memo = tmp_path / "memo.json"
    file_workbook(tmp_path / "raw", "2014/a/b.zip", archive({"a.csv": b"1"}))
    (before,) = inbox.scan(tmp_path / "raw", YEARS, memo)
    (after,) = inbox.scan(tmp_path / "raw", (*YEARS, 2014), memo)
    assert (before.relative_path, after.relative_path) == ("2014/a/b.zip", "2014/a/b.zip!/a.csv")


def test_a_memo_of_other_rules_is_no_memo(tmp_path: Path) -> None:
    memo = tmp_path / "memo.json"
    file_workbook(tmp_path / "raw", "2012/a/b.zip", archive({"a.csv": b"1"}))
    (first,) = inbox.scan(tmp_path / "raw", YEARS, memo)
    memo.write_text('{"2012/a/b.zip": [1, 2, "3"]}')
    assert inbox.scan(tmp_path / "raw", YEARS, memo) == [first]
