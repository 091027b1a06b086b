"""Drift: each kind is named by its cell, and pasting the lines leaves none."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.drift.command import CannotCompareError, DriftReport, drift
from orchestration.ingest.forms import load_catalogue
from orchestration.ingest.read import read_bytes
from tests.support.workbooks import Rows, catalogue_of, xls, xlsx

YEAR = 2016
SUMMARY = """
# A comment that stays.
form: summary
title: {zh: 收支总表, en: Summary}
filed_by: {zh: 部门, en: Departments}

shared:
  classes: &classes
    - {code: "201", label: 一般公共服务支出}
    - {code: "205", label: 教育支出}

editions:
  - edition: "2012"
    valid_from: 2012
    terms: {GP: 公共财政预算}
    tables:
      - table: summary
        kind: matrix
        titles: [收支总表]
        layouts:
          - units: [万元]
            decimals: 2
            header_rows: 2
            blocks:
              - columns:
                  - {header: 收入/项目, role: label}
                  - {header: 收入/预算数, measure: budget}
                  - {header: 收入/决算数, measure: final}
                items:
                  - {code: appropriation, label: "{GP}拨款"}
                  # Written over several lines.
                  - code: business
                    label: 事业收入
                    note: as printed
                  - {code: carried, label: 其中：结转, kind: of_which}
                  - {code: other, label: 其他收入, from: 2013}
                  - {code: revenue_total, label: 总计, kind: total}
              - columns:
                  - {header: 支出/项目, role: label}
                  - {header: 支出/决算数, measure: final}
                items:
                  - *classes
                  - {code: expenditure_total, label: 总计, kind: total}
      - table: by_class
        kind: matrix
        titles: [分类表]
        layouts:
          - units: [万元]
            header_rows: 1
            blocks:
              - columns: [{header: 项目, role: label}, {header: 决算数, measure: final}]
                items: [*classes]
"""
PROJECTS = """
form: projects
title: {zh: 项目表, en: Projects}
filed_by: {zh: 部门, en: Departments}
fields:
  code: {zh: 编码, en: Code}
  amount: {zh: 金额, en: Amount}
  remark: {zh: 备注, en: Remark}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: projects
        kind: list
        titles: [项目表]
        layouts:
          - units: [万元]
            header_rows: 1
            blocks:
              - columns:
                  - {header: 编码, field: code}
                  - {header: 项目金额, field: amount}
                  - {header: 备注, field: remark}
"""
TARGET = """
form: target
title: {zh: 目标表, en: Target}
filed_by: {zh: 部门, en: Departments}
key: name
fields:
  name: {zh: 名称, en: Name}
  amount: {zh: 金额, en: Amount}
indicator_fields:
  indicator: {zh: 指标, en: Indicator}
  target_value: {zh: 指标值, en: Value}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: cards
        kind: card
        titles: [目标表]
        layouts:
          - unit_required: false
            fields:
              - {label: 项目名称, field: name}
              - {label: 申请金额, field: amount}
              - {label: 联系人}
            indicators:
              - anchor: 绩效指标
                columns: [{header: 指标内容, field: indicator}, {header: 指标值, field: target_value}]
"""
REGIONS = """
form: regions
title: {zh: 分地区表, en: Regions}
filed_by: {zh: 省, en: Province}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: regions
        kind: cross
        titles: [分地区表]
        layouts:
          - units: [亿元]
            header_rows: 1
            blocks:
              - columns:
                  - {header: 地区, role: subject}
                  - {header: 教育支出, item: "205", measure: amount}
                  - {header: 卫生支出, item: "210", measure: amount}
"""
TOP: Rows = [
    ["收支总表"],
    ["单位：万元"],
    ["收入", None, None, "支出"],
    ["项目", "预算数", "决算数", "项目", "决算数"],
]
BODY: list[list[str | int | None]] = [
    ["公共财政预算拨款", 1, 2, "一般公共服务支出", 5],
    ["事业收入", 1, 2, "教育支出", 5],
    ["其中：结转", 1, 2, None, None],
    ["其他收入", 1, 2, None, None],
    ["总计", 3, 6, "总计", 10],
]
BY_CLASS: Rows = [["分类表"], ["单位：万元"], ["项目", "决算数"], ["一般公共服务支出", 5], ["教育支出", 5]]
MERGES = {"总表": ["A3:C3", "D3:E3"]}


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    folder = tmp_path / "maps"
    catalogue_of(folder, summary=SUMMARY, projects=PROJECTS, target=TARGET, regions=REGIONS)
    return folder


def summary(
    top: Rows = TOP, body: Rows = BODY, by_class: Rows = BY_CLASS, merges: dict[str, list[str]] | None = None
) -> bytes:
    return xlsx({"总表": [*top, *body], "分类": by_class}, merges or MERGES)


def replaced(rows: Rows, **texts: str) -> list[list[str | int | None]]:
    """The rows with texts replaced by others; names of arguments are cells."""
    copy = [list(row) for row in rows]
    for cell, text in texts.items():
        column, row = ord(cell[0]) - 65, int(cell[1:]) - 1
        copy[row][column] = text
    return copy


def paste(report: DriftReport) -> None:
    for path, text in report.written().items():
        path.write_text(text, encoding="utf-8")


def settle(book: bytes, forms: Path, year: int = YEAR) -> DriftReport:
    """The report of a workbook, after making sure that pasting its lines leaves no drift."""
    before = {path: path.read_text("utf-8") for path in forms.glob("*.yml")}
    report = drift(book, [forms], year)
    assert report.is_drift
    paste(report)
    again = drift(book, [forms], year)
    assert [(change.kind, change.cell, change.given) for change in again.changes] == []
    result = read_bytes(book, year, load_catalogue([forms]))
    assert [finding for finding in result.findings if finding.check_code.startswith("layout.")] == []
    for path, text in before.items():
        kept = [line for line in text.splitlines() if line.lstrip().startswith("#")]
        assert [line for line in path.read_text("utf-8").splitlines() if line in kept] == kept
    return report


def named(report: DriftReport) -> list[tuple[str, str, str]]:
    return [(change.kind, change.cell, change.given) for change in report.changes]


def test_a_workbook_as_mapped_has_no_drift(forms: Path) -> None:
    report = drift(summary(), [forms], YEAR)
    assert not report.is_drift and report.changes == []


ALL = [*TOP, *BODY]
CASES: dict[str, tuple[Rows, list[tuple[str, str, str]]]] = {
    "renamed column of labels": (replaced(ALL, A4="项目名称"), [("renamed_column", "A4", "收入/项目名称")]),
    "renamed row": (replaced(ALL, A5="财政拨付"), [("renamed_row", "A5", "财政拨付")]),
    "typo in a row": (replaced(ALL, A6="亊业收入"), [("renamed_row", "A6", "亊业收入")]),
    "renamed row of a shared list": (replaced(ALL, D6="教育类"), [("renamed_row", "D6", "教育类")]),
    "renamed column": (replaced(ALL, C4="决算金额"), [("renamed_column", "C4", "收入/决算金额")]),
    "typo in a column": (replaced(ALL, C4="决祘数"), [("renamed_column", "C4", "收入/决祘数")]),
    "new row": ([*ALL[:7], ["捐赠收入", 1, 2, None, None], *ALL[7:]], [("new_row", "A8", "捐赠收入")]),
    "new first row": ([*ALL[:4], ["上年结转", 1, 2, None, None], *ALL[4:]], [("new_row", "A5", "上年结转")]),
    "two new rows": (
        [*ALL[:7], ["捐赠收入", 1, 2, None, None], ["利息收入", 1, 2, None, None], *ALL[7:]],
        [("new_row", "A8", "捐赠收入"), ("new_row", "A9", "利息收入")],
    ),
    "vanished row": ([*ALL[:7], *ALL[8:]], [("missing_row", "A7", "")]),
    "vanished row written in a block": (
        replaced([*ALL[:5], *ALL[6:]], D6="教育支出"),
        [("missing_row", "A5", "")],
    ),
    "moved row": (
        [*ALL[:4], *(row[:3] + own[3:] for row, own in zip(
            [BODY[0], BODY[3], BODY[1], BODY[2], BODY[4]], BODY, strict=True))],
        [("moved_row", "A6", "其他收入")],
    ),
    "two moved rows": (
        [*ALL[:4], *(row[:3] + own[3:] for row, own in zip(
            [BODY[2], BODY[3], BODY[0], BODY[1], BODY[4]], BODY, strict=True))],
        [("moved_row", "A5", "其中：结转"), ("moved_row", "A6", "其他收入")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_drift_in_a_matrix_is_settled_by_its_lines(case: str, forms: Path) -> None:
    rows, expected = CASES[case]
    report = settle(xlsx({"总表": rows, "分类": BY_CLASS}, MERGES), forms)
    assert named(report) == expected


def test_earlier_years_are_read_as_before(forms: Path) -> None:
    settle(xlsx({"总表": CASES["vanished row"][0], "分类": BY_CLASS}, MERGES), forms)
    assert drift(summary(), [forms], YEAR - 1).changes == []
    assert named(drift(summary(), [forms], YEAR)) == [("new_row", "A8", "其他收入")]


def test_a_typo_holds_for_its_year_only(forms: Path) -> None:
    book = xlsx({"总表": CASES["typo in a row"][0], "分类": BY_CLASS}, MERGES)
    settle(book, forms)
    assert named(drift(book, [forms], YEAR + 1)) == [("renamed_row", "A6", "亊业收入")]
    assert drift(summary(), [forms], YEAR).changes == [], "the right spelling stays right"


def column(rows: Rows, at: int, header: str, value: str | int = 7) -> list[list[str | int | None]]:
    """Rows with a further column at a place: its header in the lower header row."""
    made = []
    for number, row in enumerate(rows):
        padded = [*row, *[None] * (5 - len(row))]
        said = header if number == 3 else value if number > 3 else None
        made.append([*padded[:at], said, *padded[at:]])
    return made


@pytest.mark.parametrize(
    ("rows", "merges", "expected"),
    [
        (column(ALL, 3, "调整数"), ["A3:D3", "E3:F3"], [("new_column", "D4", "收入/调整数")]),
        (column(ALL, 3, "说明", "见附注"), ["A3:D3", "E3:F3"], [("new_column", "D4", "收入/说明")]),
        (column(ALL, 2, "调整数"), ["A3:D3", "E3:F3"], [("new_column", "C4", "收入/调整数")]),
        (
            [[*row[:1], *row[2:]] for row in ([*r, *[None] * (5 - len(r))] for r in ALL)],
            ["A3:B3", "C3:D3"],
            [("missing_column", "A4", "")],
        ),
        (
            [
                [row[0], row[2], row[1], *row[3:]] if number > 2 else row
                for number, row in enumerate([*r, *[None] * (5 - len(r))] for r in ALL)
            ],
            ["A3:C3", "D3:E3"],
            [("moved_column", "B4", "收入/决算数")],
        ),
    ],
)
def test_columns_of_a_matrix(rows: Rows, merges: list[str], expected: object, forms: Path) -> None:
    report = settle(xlsx({"总表": rows, "分类": BY_CLASS}, {"总表": merges}), forms)
    found = named(report)
    if expected[0][0] == "moved_column":  # type: ignore[index]
        assert [kind for kind, _, _ in found] == ["moved_column"]
        return
    assert found == expected


def test_a_row_new_in_two_tables_that_share_their_list_is_written_once(forms: Path) -> None:
    rows = replaced(ALL, D6="国防支出", D7="教育支出")
    rows[6][4] = 3
    by_class = [*BY_CLASS[:4], ["国防支出", 1], BY_CLASS[4]]
    report = settle(xlsx({"总表": rows, "分类": by_class}, MERGES), forms)
    assert [(change.kind, change.hint) for change in report.changes] == [
        ("new_row", "added_shared"),
        ("new_row", "added_already"),
    ]
    assert (forms / "summary.yml").read_text("utf-8").count("国防支出") == 1
    assert drift(summary(), [forms], YEAR).changes == [], "tables of others need not have it"


def test_a_row_behind_a_shared_list_is_written_for_its_own_table(forms: Path) -> None:
    rows = replaced(ALL, D7="国防支出")
    rows[6][4] = 3
    settle(xlsx({"总表": rows, "分类": BY_CLASS}, MERGES), forms)


LIST: Rows = [["项目表"], ["单位：万元"], ["编码", "项目金额", "备注"], ["a1", 3, "x"], ["a2", 4, "y"]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (replaced(LIST, B3="金额合计"), [("renamed_column", "B3", "金额合计")]),
        (replaced(LIST, B3="项目金頟"), [("renamed_column", "B3", "项目金頟")]),
        ([row[:2] for row in LIST], [("missing_column", "B3", "")]),
        ([[*row[:1], *(["开始日期"] if n == 2 else ["2015"] if n > 2 else []), *row[1:]]
          for n, row in enumerate(LIST)], [("new_column", "B3", "开始日期")]),
        ([[row[1], row[0], *row[2:]] if n > 1 else row for n, row in enumerate(LIST)],
         [("moved_column", "B3", "编码")]),
    ],
)  # fmt: skip
def test_columns_of_a_list(rows: Rows, expected: list[tuple[str, str, str]], forms: Path) -> None:
    report = settle(xls({"表": rows}), forms)
    assert [kind for kind, _, _ in named(report)] == [kind for kind, _, _ in expected]
    if expected[0][0] != "moved_column":
        assert named(report) == expected


CARD: Rows = [
    ["目标表"], ["项目名称", "甲"], ["申请金额", 3], ["联系人", "乙"], ["绩效指标", "指标内容", "指标值"],
    [None, "数量", 5], [None, "质量", 6],
]  # fmt: skip
CARD_MERGES = {"表": ["A5:A7"]}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (replaced(CARD, A3="申请资金额度"), ("renamed_label", "A3", "申请资金额度")),
        (replaced(CARD, A4="联糸人"), ("renamed_label", "A4", "联糸人")),
        ([*CARD[:4], ["起止时间", "2016"], *CARD[4:]], ("new_label", "A5", "起止时间")),
        ([*CARD[:3], *CARD[4:]], ("missing_label", "A3", "")),
        (replaced(CARD, C5="目标值"), ("renamed_column", "C5", "目标值")),
        ([*CARD[:4], [*CARD[4], "备注"], *CARD[5:]], ("new_column", "D5", "备注")),
    ],
)
def test_labels_of_a_card(rows: Rows, expected: tuple[str, str, str], forms: Path) -> None:
    top = next(number for number, row in enumerate(rows, 1) if row[0] == "绩效指标")
    report = settle(xlsx({"表": rows}, {"表": [f"A{top}:A{top + 2}"]}), forms)
    assert named(report) == [expected]


REGION: Rows = [["分地区表"], ["单位：亿元"], ["地区", "教育支出", "卫生支出"], ["甲", 1, 2], ["乙", 3, 4]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (replaced(REGION, C3="卫生健康支出"), ("renamed_column", "C3", "卫生健康支出")),
        ([[*row, *(["节能环保支出"] if n == 2 else [9] if n > 2 else [])] for n, row in enumerate(REGION)],
         ("new_column", "D3", "节能环保支出")),
    ],
)  # fmt: skip
def test_columns_of_a_cross_table(rows: Rows, expected: tuple[str, str, str], forms: Path) -> None:
    report = settle(xlsx({"表": rows}), forms)
    assert named(report) == [expected]


def test_a_renamed_title_is_settled(forms: Path) -> None:
    book = xlsx({"表": replaced(LIST, A1="2016年度项目一览")})
    assert [change.kind for change in settle(book, forms).changes] == ["renamed_title"]


NEW_LIST: Rows = [
    ["项目表"],
    ["单位：万元"],
    ["编码", "申报单位", "总投资", "年度", "说明"],
    ["a", "b", 3, 2016, "x"],
]
NEW_SUMMARY: Rows = [
    ["收支总表"], ["单位：万元"], ["科目", "年初", "年末"], ["税收收入", 1, 2], ["非税收入", 3, 4],
    ["转移收入", 3, 4], ["合计数", 7, 10],
]  # fmt: skip


@pytest.mark.parametrize(("book", "form"), [
    (xlsx({"表": NEW_LIST}), "projects"), (xlsx({"总表": NEW_SUMMARY, "分类": BY_CLASS}), "summary"),
])  # fmt: skip
def test_a_table_printed_anew_gets_an_edition(book: bytes, form: str, forms: Path) -> None:
    report = settle(book, forms)
    assert [change.kind for change in report.changes] == ["printed_anew"]
    editions = load_catalogue([forms]).forms[form].editions
    assert [(one.valid_from, one.valid_to) for one in editions] == [(2012, 2015), (2016, None)]
    records = read_bytes(book, YEAR, load_catalogue([forms])).forms[0].tables[form]
    assert records
    assert drift(summary(), [forms], 2014).changes == []


def test_in_the_first_year_of_an_edition_it_becomes_a_layout(forms: Path) -> None:
    settle(xlsx({"表": NEW_LIST}), forms, 2012)
    assert drift(xlsx({"表": LIST}), [forms], 2012).changes == []


@pytest.mark.parametrize("year", [2010, 2020])
def test_a_year_without_edition_gets_one(year: int, forms: Path) -> None:
    path = forms / "projects.yml"
    text = path.read_text("utf-8").replace(
        "    valid_from: 2012\n", "    valid_from: 2012\n    valid_to: 2015\n"
    )
    path.write_text(text, "utf-8")
    report = drift(xlsx({"表": LIST}), [forms], year)
    assert [change.kind for change in report.changes] == ["no_edition"] and report.is_drift
    paste(report)
    assert drift(xlsx({"表": LIST}), [forms], year).changes == []
    assert drift(xlsx({"表": LIST}), [forms], 2014).changes == []


@pytest.mark.parametrize("book", [b"", b"nothing", xlsx({"表": [["完全无关"], ["甲", 1]]})])
def test_what_is_no_form_cannot_be_compared(book: bytes, forms: Path) -> None:
    with pytest.raises(CannotCompareError):
        drift(book, [forms], YEAR)


def test_the_year_is_that_of_the_titles(forms: Path) -> None:
    assert drift(xlsx({"表": replaced(LIST, A1="2015年度项目表")}), [forms]).year == 2015
    with pytest.raises(CannotCompareError) as told:
        drift(xlsx({"表": LIST}), [forms])
    assert told.value.key == "no_year"


def bpw(workspace: Path, *arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["--workspace", str(workspace), "--language", language, *arguments])


def paste_printed(output: str) -> None:
    """Paste as a person would: by file and line number, from the bottom up."""
    path, todo = None, []
    for line in output.splitlines():
        if found := re.search(r"are right, into (.*\.yml):$", line):
            path = Path(found.group(1))
        elif found := re.match(r"Insert behind line (\d+):$", line):
            todo.append((int(found.group(1)), int(found.group(1)), []))
        elif found := re.match(r"Replace lines (\d+) to (\d+) by:$", line):
            todo.append((int(found.group(1)) - 1, int(found.group(2)), []))
        elif todo:
            todo[-1][2].append(line)
    assert path is not None and todo
    lines = path.read_text("utf-8").splitlines()
    for start, end, new in reversed(todo):
        lines[start:end] = new
    path.write_text("\n".join([*lines, ""]), "utf-8")


@pytest.mark.parametrize(
    "case", ["renamed row", "two new rows", "vanished row", "moved row", "two moved rows", "typo in a column"]
)
def test_the_command_prints_lines_that_can_be_pasted(case: str, tmp_path: Path) -> None:
    workspace = tmp_path / "bureau"
    catalogue_of(workspace / "forms", summary=SUMMARY)
    book = tmp_path / str(YEAR) / "301" / "总表.xlsx"
    book.parent.mkdir(parents=True)
    book.write_bytes(xlsx({"总表": CASES[case][0], "分类": BY_CLASS}, MERGES))

    told = bpw(workspace, "drift", str(book))
    assert told.exit_code == 1, told.output
    for _, cell, given in CASES[case][1]:
        assert f"总表 › {cell}" in told.output and given in told.output
    paste_printed(told.output)

    settled = bpw(workspace, "drift", str(book))
    assert (settled.exit_code, "nothing differs" in settled.output) == (0, True), settled.output


def test_the_command_answers_as_json_and_as_a_patch(tmp_path: Path) -> None:
    workspace = tmp_path / "bureau"
    catalogue_of(workspace / "forms", summary=SUMMARY)
    book = tmp_path / "总表.xlsx"
    book.write_bytes(xlsx({"总表": CASES["renamed row"][0], "分类": BY_CLASS}, MERGES))
    said = bpw(workspace, "drift", str(book), "--year", str(YEAR), "--json")
    assert said.exit_code == 1
    assert json.loads(said.output)["changes"][0]["kind"] == "renamed_row"
    patch = bpw(workspace, "drift", str(book), "--year", str(YEAR), "--diff")
    assert patch.exit_code == 1 and "\n+ " in patch.output and patch.output.startswith("---")
    chinese = bpw(workspace, "drift", str(book), "--year", str(YEAR), language="zh")
    assert "行改名" in chinese.output and "替换为" in chinese.output


def test_the_command_tells_what_cannot_be_compared(tmp_path: Path) -> None:
    for name, content in {
        "broken.xlsx": b"PK\x03\x04 cut",
        "other.xlsx": xlsx({"表": [["无关"], ["x", 1]]}),
    }.items():
        (tmp_path / name).write_bytes(content)
        told = bpw(tmp_path, "drift", str(tmp_path / name), "--year", "2015")
        assert told.exit_code == 2 and name in told.output, told.output
    assert bpw(tmp_path, "drift", str(tmp_path / "absent.xlsx")).exit_code == 2
    (tmp_path / "forms").mkdir()
    broken = SUMMARY.replace("kind: matrix", "kind: heap")
    (tmp_path / "forms" / "summary.yml").write_text(broken, "utf-8")
    told = bpw(tmp_path, "drift", str(tmp_path / "other.xlsx"), "--year", "2015")
    assert told.exit_code == 2 and "summary.yml" in told.output and "kind" in told.output


def test_a_member_of_an_archive_is_compared_under_the_path_that_findings_print(tmp_path: Path) -> None:
    place = tmp_path / "报表.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("a.txt", "说明文字")
    for path, code, said in (
        (f"{place}!/a.txt", 2, "text"),
        (f"{place}!/b.txt", 2, "Invalid value"),
        (f"{tmp_path}/none.xlsx", 2, "Invalid value"),
    ):
        result = CliRunner().invoke(
            main, ["drift", path, "--year", "2015"], env={"BPW_WORKSPACE": str(tmp_path)}
        )
        assert (result.exit_code, said in result.output) == (code, True), result.output


@pytest.mark.parametrize("rows", [[["2016年度收支总表"]], [["2016年度收支总表"], ["单位：万元"]]])
def test_a_title_with_nothing_below_it_has_no_header_and_nothing_is_proposed(
    rows: Rows, tmp_path: Path
) -> None:
    workspace = tmp_path / "bureau"
    catalogue_of(workspace / "forms", summary=SUMMARY)
    book = tmp_path / "min.xlsx"
    book.write_bytes(xlsx({"表": rows}))
    told = bpw(workspace, "drift", str(book), "--year", str(YEAR))
    assert told.exit_code == 1 and isinstance(told.exception, SystemExit)
    assert "Header not found" in told.output and "nothing can be proposed" in told.output
    assert drift(book.read_bytes(), [workspace / "forms"], YEAR).edits() == {}


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        (replaced(ALL, A7="事业收入"), "A7"),
        (replaced(ALL, A5="其他收入"), "A8"),
        (replaced(ALL, B4="决算数"), "C4"),
        (replaced([*ALL[:7], ["捐赠", 1, 2], ["捐赠", 1, 2], *ALL[7:]]), "A9"),
    ],
)
def test_what_is_printed_twice_is_named_and_nothing_is_proposed(rows: Rows, cell: str, forms: Path) -> None:
    report = drift(xlsx({"总表": rows, "分类": BY_CLASS}, MERGES), [forms], YEAR)
    assert report.is_drift and report.edits() == {}
    assert [one.cell for one in report.changes if one.kind == "printed_twice"] == [cell]
