"""Code lists as rows of the dbt project: which code holds what, in which years, and what nobody stated."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.codes.held import HeldCode, advance, write_held
from orchestration.codes.tables import CodeListError
from orchestration.codes.taken import TakenList, write_taken
from orchestration.methods.crosswalk import CODE_LISTS, CODE_SUCCESSIONS, code_rows, listed_codes

Lists = dict[int, dict[str, str]]
Stated = dict[int, dict[str, tuple[str, ...]]]


def take(folder: Path, lists: Lists, stated: Stated | None = None) -> None:
    held: list[HeldCode] = []
    for year, published in lists.items():
        held = advance(held, published, year, f"{year}.csv", (stated or {}).get(year, {}))
    write_held(folder / "region.csv", held)
    write_taken(
        folder / "lists.csv",
        [TakenList("region", str(year), f"{year}.csv", "", str(len(lists[year]))) for year in lists],
    )


def successions(folder: Path) -> list[tuple[str, ...]]:
    return [
        tuple(
            row[name]
            for name in (
                "code",
                "valid_from",
                "valid_to",
                "successor_code",
                "holds_from",
                "holds_to",
                "successor_count",
            )
        )
        for row in code_rows(folder)[CODE_SUCCESSIONS]
    ]


def test_what_each_list_holds_and_what_it_holds_no_more(tmp_path: Path) -> None:
    first = {"1": "甲县", "2": "乙县", "4": "丁县"}
    take(tmp_path, {2012: first, 2014: {"3": "丙区", "2": "乙市"}}, {2014: {"1": ("3", "2")}})
    said = [tuple(row.values())[1:] for row in listed_codes(tmp_path)]
    assert said == [
        *((2012, code, True, "") for code in ("1", "2", "4")),
        (2014, "1", False, "3, 2"),
        *((2014, code, True, "") for code in ("2", "3")),
        (2014, "4", False, ""),
    ]


def test_no_lists_no_rows(tmp_path: Path) -> None:
    assert code_rows(tmp_path / "codes") == {CODE_LISTS: [], CODE_SUCCESSIONS: []}


def test_a_chain_of_successors_is_followed_year_by_year(tmp_path: Path) -> None:
    take(
        tmp_path,
        {2012: {"1": "甲县"}, 2014: {"2": "甲市"}, 2016: {"3": "甲区"}},
        {2014: {"1": ("2",)}, 2016: {"2": ("3",)}},
    )
    assert successions(tmp_path) == [
        ("1", "", "2013", "2", "2014", "2015", "1"),
        ("1", "", "2013", "3", "2016", "", "1"),
        ("2", "2014", "2015", "3", "2016", "", "1"),
    ]


def test_a_split_has_a_row_for_each_part_and_an_unstated_end_has_one_without_successor(
    tmp_path: Path,
) -> None:
    take(
        tmp_path,
        {2012: {"1": "甲县", "2": "乙县"}, 2013: {"3": "东区", "4": "西区"}},
        {2013: {"1": ("3", "4")}},
    )
    assert successions(tmp_path) == [
        ("1", "", "2012", "3", "2013", "", "2"),
        ("1", "", "2012", "4", "2013", "", "2"),
        ("2", "", "2012", "", "2013", "", "0"),
    ]


def test_a_new_name_ends_nothing(tmp_path: Path) -> None:
    take(tmp_path, {2012: {"1": "甲县"}, 2013: {"1": "甲市"}})
    assert successions(tmp_path) == []
    assert [
        (row["name_zh"], row["valid_from"], row["valid_to"], row["is_in_first_list"])
        for row in code_rows(tmp_path)[CODE_LISTS]
    ] == [("甲县", "2012", "2012", "true"), ("甲市", "2013", "", "false")]


def test_a_renamed_code_that_ends_keeps_its_whole_stretch(tmp_path: Path) -> None:
    take(
        tmp_path,
        {2012: {"1": "甲县"}, 2013: {"1": "甲市"}, 2015: {"9": "甲区"}},
        {2015: {"1": ("9",)}},
    )
    assert successions(tmp_path) == [("1", "", "2014", "9", "2015", "", "1")]


def test_a_code_given_again_to_another_place_does_not_inherit(tmp_path: Path) -> None:
    take(
        tmp_path,
        {2012: {"1": "甲县", "2": "乙县"}, 2013: {"2": "乙县"}, 2014: {"1": "丙县", "2": "乙县"}},
        {2013: {"1": ("2",)}},
    )
    assert successions(tmp_path) == [("1", "", "2012", "2", "2013", "", "1")]


def test_a_part_without_stated_successor_leaves_the_whole_open(tmp_path: Path) -> None:
    take(
        tmp_path,
        {2012: {"1": "甲县"}, 2013: {"3": "东区", "4": "西区"}, 2014: {"3": "东区"}},
        {2013: {"1": ("3", "4")}},
    )
    assert successions(tmp_path) == [
        ("1", "", "2012", "3", "2013", "2013", "2"),
        ("1", "", "2012", "4", "2013", "2013", "2"),
        ("1", "", "2012", "", "2014", "", "0"),
        ("4", "2013", "2013", "", "2014", "", "0"),
    ]


def test_a_successor_that_was_not_in_force_is_refused(tmp_path: Path) -> None:
    take(tmp_path, {2012: {"1": "甲县"}, 2013: {"2": "甲市"}}, {2013: {"1": ("2",)}})
    path = tmp_path / "region.csv"
    path.write_text(path.read_text("utf-8-sig").replace("2012,2012,2", "2012,2012,7"), "utf-8-sig")
    with pytest.raises(CodeListError, match="7 is stated to succeed 1"):
        code_rows(tmp_path)


def test_a_list_edited_into_nonsense_is_refused(tmp_path: Path) -> None:
    take(tmp_path, {2012: {"1": "甲县"}})
    path = tmp_path / "region.csv"
    path.write_text(path.read_text("utf-8-sig").replace("2012", "soon"), "utf-8-sig")
    with pytest.raises(CodeListError, match=r"region\.csv line 2"):
        code_rows(tmp_path)
