"""Code lists: taken in year by year, told apart, followed through renamings, mergers and splits."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from rich.console import Console

from orchestration.codes.command import CodesCommand
from orchestration.codes.compare import Change, changes
from orchestration.codes.held import in_force, read_held, successor_of
from orchestration.codes.kinds import kinds
from orchestration.codes.published import read_code_list
from orchestration.codes.tables import CodeListError
from orchestration.voice import voice
from tests.support.workbooks import xlsx

REAL = Path(__file__).resolve().parents[3].parent / "shared" / "real" / "region_codes"
REGION = kinds()["region"]
FIRST = {"990101": "禾岭县", "990102": "苔渚县", "990103": "桥东区", "990104": "桥西区"}


class Bureau:
    """A workspace's code lists, and what the command printed last."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.held = folder / "codes" / "region.csv"

    def command(self) -> CodesCommand:
        self.console, self.errors = (
            Console(record=True, width=200),
            Console(record=True, width=200, stderr=True),
        )
        return CodesCommand(self.folder / "codes", self.console, self.errors, voice("en"))

    def take(
        self,
        year: int,
        rows: dict[str, str],
        stated: str = "",
        *,
        accept: bool = False,
        accept_vanished: bool = True,
    ) -> str:
        file = self.folder / f"{year}.csv"
        lines = [f"{code},{name}" for code, name in rows.items()]
        file.write_text("\n".join(["区划代码,名称", *lines]), encoding="utf-8")
        successors = self.folder / "successors.csv" if stated else None
        if successors is not None:
            successors.write_text("code,successor\n" + stated, encoding="utf-8")
        self.command().take(REGION, file, year, successors, accept=accept, accept_vanished=accept_vanished)
        return self.console.export_text()

    def names(self, year: int) -> dict[str, str]:
        return in_force(read_held(self.held), year)

    def follow(self, code: str, year: int) -> tuple[str, ...]:
        return successor_of(read_held(self.held), code, year)


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    return Bureau(tmp_path)


def test_a_list_in_any_format_with_any_heading(tmp_path: Path) -> None:
    rows = [
        ["行政区划代码表"],
        ["序号", "行政区划代码", "单位名称"],
        [1, "990101", "禾岭县"],
        [2, 990102, "苔渚 县"],
    ]
    workbook = tmp_path / "list.xlsx"
    workbook.write_bytes(xlsx({"代码": rows}))
    text = tmp_path / "list.txt"
    text.write_bytes("Code\tName\n990101\t禾岭县\n990102\t苔渚县\n\n".encode("gb18030"))
    titled = tmp_path / "list.csv"
    titled.write_text("行政区划代码表\n代码,名称\n990101,禾岭县\n990102,苔渚县\n", encoding="utf-8")
    expected = {"990101": "禾岭县", "990102": "苔渚县"}
    assert read_code_list(workbook, REGION) == read_code_list(text, REGION) == expected
    assert read_code_list(titled, REGION) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("代码,说明\n990101,禾岭县\n", "no row has a heading"),
        ("代码,名称\n", "no code below the headings"),
        ("代码,名称\n9901,禾岭县\n", "list.csv A2: '9901' is no code"),
        ("代码,名称\n990101,\n", "list.csv A2: code 990101 has no name"),
        ("代码,名称\n990101,禾岭县\n990101,苔渚县\n", "list.csv A3: code 990101 is both"),
        ("代码,名称\n=cmd|x,禾岭县\n", "list.csv A2: '=cmd|x' is no code"),
    ],
)
def test_a_list_that_cannot_be_taken_names_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CodeListError, match=re.escape(said)):
        read_code_list(file, REGION)


def test_bytes_that_are_no_text_are_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(b"\xff\xfe\xff\xff\xff")
    with pytest.raises(CodeListError, match=r"list\.csv"):
        read_code_list(file, REGION)


def test_what_changed_is_named_and_successors_are_only_proposed() -> None:
    after = {"990111": "禾岭区", "990102": "苔渚市", "990105": "梁溪区", "990104": "桥西区"}
    assert changes(FIRST, after, REGION) == [
        Change("vanished", "990101", "禾岭县", proposed="990111", proposed_name="禾岭区"),
        Change("renamed", "990102", "苔渚县", new_name="苔渚市"),
        Change("vanished", "990103", "桥东区"),
        Change("new", "990105", "梁溪区"),
        Change("new", "990111", "禾岭区"),
    ]


def test_two_places_of_one_name_are_not_proposed() -> None:
    both = changes({"990101": "城县"}, {"990111": "城区", "990112": "城市"}, REGION)
    assert both[0].proposed == ""
    nearer = changes({"990101": "城县"}, {"990111": "城区", "990211": "城市"}, REGION)
    assert nearer[0].proposed == "990111"


def test_history_is_kept_and_joined_to_the_successor(bureau: Bureau) -> None:
    bureau.take(2011, FIRST)
    after = {"990111": "禾岭区", "990102": "苔渚市", "990105": "梁溪区", "990106": "梁东区"}
    said = bureau.take(2014, after, stated="990103,990105\n990103,990106\n990104,990105\n")
    assert "3 new, 1 renamed, 3 vanished, 1 of them without a stated successor" in said
    assert bureau.names(2013) == FIRST
    assert bureau.names(2014) == after
    assert bureau.follow("990103", 2014) == ("990105", "990106")
    assert bureau.follow("990104", 2014) == ("990105",)
    assert bureau.follow("990102", 2014) == ("990102",)
    assert bureau.follow("990103", 2013) == ("990103",)
    assert bureau.follow("990101", 2014) == ()


def test_chains_are_followed_and_circles_end(bureau: Bureau) -> None:
    bureau.take(2011, {"990101": "甲县"})
    bureau.take(2012, {"990102": "乙县"}, stated="990101,990102\n")
    bureau.take(2013, {"990103": "丙县"}, stated="990102,990103\n")
    assert bureau.follow("990101", 2013) == ("990103",)
    text = bureau.held.read_text(encoding="utf-8-sig")
    assert ",2012,990103,2012.csv" in text
    bureau.held.write_text(text.replace(",2012,990103,", ",2012,990101,"), encoding="utf-8-sig")
    assert bureau.follow("990101", 2013) == ()


def test_proposals_count_only_when_accepted(bureau: Bureau) -> None:
    bureau.take(2011, {"990101": "禾岭县"})
    bureau.take(2012, {"990111": "禾岭区"}, accept=True)
    assert bureau.follow("990101", 2012) == ("990111",)


def test_the_same_list_again_changes_nothing(bureau: Bureau) -> None:
    bureau.take(2011, FIRST)
    before = bureau.held.read_bytes()
    assert "nothing was changed" in bureau.take(2011, FIRST)
    assert bureau.held.read_bytes() == before


def test_successors_stated_later_are_taken_in_with_the_list_they_belong_to(bureau: Bureau) -> None:
    bureau.take(2011, FIRST)
    after = {"990111": "禾岭区", "990102": "苔渚县", "990105": "梁溪区"}
    bureau.take(2012, after)
    bureau.take(2013, after)
    stated = "990103,990105\n990103,990105\n"
    assert "successors added to it: 1" in bureau.take(2012, after, stated=stated)
    assert bureau.follow("990103", 2013) == ("990105",)
    assert "successors added to it: 1" in bureau.take(2012, after, accept=True)
    assert bureau.follow("990101", 2013) == ("990111",)
    assert "nothing was changed" in bureau.take(2012, after, stated=stated, accept=True)
    before = bureau.held.read_bytes()
    with pytest.raises(click.exceptions.Exit):
        bureau.take(2012, after, stated="990103,990111\n")
    assert "990105 is stated to succeed it already" in bureau.errors.export_text()
    assert bureau.held.read_bytes() == before


def test_a_list_of_something_else_is_refused_until_it_is_confirmed(bureau: Bureau) -> None:
    bureau.take(2011, FIRST)
    before = bureau.held.read_bytes()
    other = {"990101": "禾岭县", "990102": "苔渚县"}
    with pytest.raises(click.exceptions.Exit):
        bureau.take(2012, other, accept_vanished=False)
    assert "2 of the 4 codes in force are not in this list" in bureau.errors.export_text()
    with pytest.raises(click.exceptions.Exit):
        bureau.take(2041, FIRST)
    assert bureau.held.read_bytes() == before
    bureau.take(2012, {code: name for code, name in FIRST.items() if code != "990104"}, accept_vanished=False)


def test_the_newest_list_can_be_taken_back(bureau: Bureau) -> None:
    bureau.take(2011, FIRST)
    bureau.take(2012, {**FIRST, "990104": "桥西新区"})
    before, lists = bureau.held.read_bytes(), (bureau.held.parent / "lists.csv").read_bytes()
    bureau.take(2015, {"990111": "禾岭区", "990102": "苔渚县"}, stated="990101,990111\n")
    for year in (2012, 2014):
        with pytest.raises(click.exceptions.Exit):
            bureau.command().take_back(REGION, year)
        assert "Only the newest list can be taken back, that of 2015" in bureau.errors.export_text()
    bureau.command().take_back(REGION, 2015)
    assert "taken back" in bureau.console.export_text()
    assert (bureau.held.read_bytes(), (bureau.held.parent / "lists.csv").read_bytes()) == (before, lists)


def test_an_unchanged_list_of_a_later_year_is_noted(bureau: Bureau) -> None:
    bureau.take(2011, FIRST)
    bureau.take(2013, FIRST)
    with pytest.raises(click.exceptions.Exit):
        bureau.take(2012, {"990101": "禾岭县"})
    assert "lists are taken in the order of their years" in bureau.errors.export_text()
    assert bureau.names(2012) == FIRST


@pytest.mark.parametrize("stated", ["990104,990111\n", "990101,999999\n"])
def test_successors_must_fit_the_lists(bureau: Bureau, stated: str) -> None:
    bureau.take(2011, FIRST)
    before = bureau.held.read_bytes()
    with pytest.raises(click.exceptions.Exit):
        bureau.take(2012, {"990111": "禾岭区", "990104": "桥西区"}, stated=stated)
    assert "successors.csv line 2" in bureau.errors.export_text()
    assert bureau.held.read_bytes() == before


def test_a_held_list_spoilt_by_hand_is_refused_by_line(bureau: Bureau) -> None:
    bureau.take(2011, FIRST)
    text = bureau.held.read_text(encoding="utf-8-sig")
    for spoilt in ("990109,坏行\n", "990109,坏行,²,,,x\n"):
        bureau.held.write_text(text + spoilt, encoding="utf-8-sig")
        with pytest.raises(click.exceptions.Exit):
            bureau.take(2012, FIRST)
        assert "region.csv line 6" in bureau.errors.export_text()
        with pytest.raises(click.exceptions.Exit):
            bureau.command().follow(REGION, "990101", 2012)
    bureau.held.write_bytes(b"\xff\xfe\xff\xff\xff")
    with pytest.raises(click.exceptions.Exit):
        bureau.command().follow(REGION, "990101", 2012)
    assert "neither UTF-8 nor GB18030" in bureau.errors.export_text()


def test_lists_held_open_in_excel_and_are_listed(bureau: Bureau) -> None:
    bureau.take(2011, FIRST)
    assert bureau.held.read_bytes().startswith(b"\xef\xbb\xbf")
    bureau.command().lists()
    assert "2011-2011" in bureau.console.export_text()


@pytest.mark.skipif(not REAL.is_dir(), reason="real code lists (../shared/real) are not here")
def test_published_lists_of_four_years(bureau: Bureau) -> None:
    lists = {year: read_code_list(REAL / f"mca_{year}12.tsv", REGION) for year in (2011, 2013, 2014, 2015)}
    for year in lists:
        bureau.command().take(REGION, REAL / f"mca_{year}12.tsv", year, None, accept=True)
    for year, codes in lists.items():
        assert bureau.names(year) == codes
    assert bureau.follow("441421", 2015) == ("441403",)  # 梅县 → 梅县区
    assert bureau.follow("510811", 2015) == ("510811",)  # 元坝区, renamed 昭化区
    assert bureau.follow("330621", 2015) == ()  # 绍兴县 → 柯桥区 bears another name: nobody stated it
