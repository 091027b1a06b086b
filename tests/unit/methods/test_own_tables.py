"""A bureau's own rows of method tables: taken as they are meant, or refused by file and cell."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from orchestration.cli import main
from orchestration.fingerprint import methods_hash, run_fingerprint
from orchestration.methods.own_tables import OwnTableError, read_own_table
from orchestration.methods.project import own_tables, project_in_use
from orchestration.methods.seed_tables import seed_tables
from orchestration.resources.paths import DBT_PROJECT, Workspace

TARGETS = seed_tables(DBT_PROJECT)["coverage_targets"]
HEADER = list(TARGETS.columns)
OWN_TARGET = {
    "coverage_code": "C1",
    "valid_from": "2014",
    "target_ratio": "0.15",
    "reach": "at_least",
    "counted_in": "money",
    "name_zh": "部门绩效评价资金占本部门公共财政支出比例",
    "name_en": "Evaluated share of the department's expenditure",
    "status": "source",
    "citation": "示例省文件",
}


def row(**values: str) -> list[str]:
    return [{**OWN_TARGET, **values}.get(column, "") for column in HEADER]


def write_csv(root: Path, lines: list[list[str]], name: str = "targets/coverage_targets.csv") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(lines)
    return path


def in_use(root: Path) -> Path:
    return project_in_use(Workspace(root), DBT_PROJECT, methods_hash())


def rows_of(project: Path) -> list[dict[str, str]]:
    with TARGETS.path(project).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_without_own_tables_the_shipped_rows_are_used(tmp_path: Path) -> None:
    assert rows_of(in_use(tmp_path)) == rows_of(DBT_PROJECT)


def test_own_rows_replace_what_bears_their_key_as_a_whole_and_nothing_else(tmp_path: Path) -> None:
    shuffled = sorted(HEADER)
    given = dict(zip(HEADER, row(), strict=True))
    write_csv(tmp_path, [shuffled, [given[column] for column in shuffled]])
    found = rows_of(in_use(tmp_path))
    assert [one for one in found if one["coverage_code"] == "C1"] == [given]
    others = [one for one in rows_of(DBT_PROJECT) if one["coverage_code"] != "C1"]
    assert [one for one in found if one["coverage_code"] != "C1"] == others
    assert len(others) < len(rows_of(DBT_PROJECT))


def test_a_new_key_adds_to_the_shipped_rows(tmp_path: Path) -> None:
    write_csv(tmp_path, [HEADER, row(coverage_code="C90")])
    assert len(rows_of(in_use(tmp_path))) == len(rows_of(DBT_PROJECT)) + 1


def test_a_workbook_serves_as_well_as_a_text_table(tmp_path: Path) -> None:
    (tmp_path / "targets").mkdir()
    book = Workbook()
    book.active.append(HEADER)
    book.active.append([0.15 if value == "0.15" else value or None for value in row()])
    book.save(tmp_path / "targets" / "coverage_targets.xlsx")
    (found,) = (one for one in rows_of(in_use(tmp_path)) if one["coverage_code"] == "C1")
    assert found["target_ratio"] == "0.15"


def test_a_ratio_may_be_formatted_as_a_percentage(tmp_path: Path) -> None:
    (tmp_path / "targets").mkdir()
    book = Workbook()
    book.active.append(HEADER)
    book.active.append([0.15 if value == "0.15" else value or None for value in row()])
    book.active.cell(2, HEADER.index("target_ratio") + 1).number_format = "0%"
    book.save(tmp_path / "targets" / "coverage_targets.xlsx")
    (found,) = (one for one in rows_of(in_use(tmp_path)) if one["coverage_code"] == "C1")
    assert found["target_ratio"] == "0.15"


def test_gb18030_is_read(tmp_path: Path) -> None:
    path = tmp_path / "targets" / "coverage_targets.csv"
    path.parent.mkdir()
    path.write_bytes("\n".join(",".join(line) for line in (HEADER, row())).encode("gb18030"))
    (found,) = (one for one in rows_of(in_use(tmp_path)) if one["coverage_code"] == "C1")
    assert found["citation"] == OWN_TARGET["citation"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([HEADER[:-1], row()[:-1]], HEADER[-1]),
        ([[*HEADER, "weight"], [*row(), "1"]], "weight"),
        ([[*HEADER[:-1], HEADER[0]], row()], HEADER[0]),
        ([HEADER, row(target_ratio="15%")], "D2"),
        (
            [HEADER, row(target_ratio="0.1234567")],
            "a number (at most 3 digits before the point and 6 after it)",
        ),
        ([HEADER, row(target_ratio="1e3")], "a number (at most 3 digits before the point and 6 after it)"),
        ([HEADER, row(target_ratio="NaN")], "a number (at most 3 digits before the point and 6 after it)"),
        ([HEADER, row(valid_from="二〇一四")], "二〇一四"),
        ([HEADER, row(target_ratio="40")], "D2: “target_ratio” must lie between 0 and 1"),
        ([HEADER, row(target_ratio="-0.1")], "D2"),
        ([HEADER, row(valid_from="2012"), [], row(valid_from="2015")], "rows 4 and 2 (C1) are both in force"),
        ([HEADER, row(valid_from="2014", valid_to="2013")], "row 2 begins after it ends"),
        ([HEADER, row(coverage_code="")], "A2"),
        ([HEADER, [*row(), "beyond"]], "coverage_targets.csv"),
        ([HEADER, row(), row()], "coverage_targets.csv"),
        ([HEADER], "coverage_targets.csv"),
        ([], "coverage_targets.csv"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, lines: list[list[str]], said: str
) -> None:
    write_csv(tmp_path, lines)
    with pytest.raises(OwnTableError, match="coverage_targets") as refused:
        in_use(tmp_path)
    assert said in str(refused.value)
    assert not list((tmp_path / "work").glob("methods/*"))


def test_a_table_nobody_knows_or_may_change_is_refused(tmp_path: Path) -> None:
    for name in ("coverage_goals", "coverage_reasons"):
        path = write_csv(tmp_path, [["a"], ["1"]], f"targets/{name}.csv")
        with pytest.raises(OwnTableError, match=f"{name}.csv.*coverage_targets"):
            in_use(tmp_path)
        path.unlink()


@pytest.mark.parametrize("name", ["coverage_targets.CSV", "coverage_targets.xlsm"])
def test_endings_are_read_however_they_are_written(tmp_path: Path, name: str) -> None:
    path = write_csv(tmp_path, [HEADER, row()], f"targets/{name}")
    if name.endswith("xlsm"):
        book = Workbook()
        for line in (HEADER, row()):
            book.active.append(line)
        book.save(path)
    (found,) = (one for one in rows_of(in_use(tmp_path)) if one["coverage_code"] == "C1")
    assert found["citation"] == OWN_TARGET["citation"]


def test_a_file_that_is_no_table_is_refused_and_a_note_is_not(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [HEADER, row()], "targets/coverage_targets.txt")
    with pytest.raises(OwnTableError, match=r"coverage_targets.txt.*\.csv"):
        in_use(tmp_path)
    path.rename(path.with_suffix(".md"))
    assert rows_of(in_use(tmp_path)) == rows_of(DBT_PROJECT)


def test_two_files_of_one_table_are_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, [HEADER, row()])
    write_csv(tmp_path, [HEADER, row()], "targets/coverage_targets.xls")
    with pytest.raises(OwnTableError, match="keep one of them"):
        in_use(tmp_path)


def test_a_formula_without_a_result_is_refused_by_cell(tmp_path: Path) -> None:
    (tmp_path / "targets").mkdir()
    book = Workbook()
    book.active.append(HEADER)
    book.active.append([*row()[:2], None, "=1/10", *row()[4:]])
    book.save(tmp_path / "targets" / "coverage_targets.xlsx")
    with pytest.raises(OwnTableError, match="D2"):
        in_use(tmp_path)


def test_a_change_of_own_rows_is_a_change_of_method(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    seen = [run_fingerprint(workspace, [], [])["methods"]]
    for value in ("0.15", "0.16"):
        write_csv(tmp_path, [HEADER, row(target_ratio=value)])
        seen.append(run_fingerprint(workspace, [], [])["methods"])
    assert len(set(seen)) == 3
    first, second = in_use(tmp_path), in_use(tmp_path)
    assert first == second != DBT_PROJECT


def test_every_replaceable_table_names_columns_it_has_and_no_code_list_bears_its_name() -> None:
    tables = seed_tables(DBT_PROJECT)
    for table in tables.values():
        assert {*table.replaced_by, *table.bounds, *table.one_in_force_by} <= set(table.columns)
        if table.replaced_by:
            assert read_own_table(table.path(DBT_PROJECT), table).rows, "the shipped rows pass as well"
        if table.is_composed or table.from_texts:
            continue
        with table.path(DBT_PROJECT).open(encoding="utf-8", newline="") as stream:
            assert next(csv.reader(stream)) == list(table.columns), table.name
    assert not {"region", "function", "economic", "unit", "lists"} & set(tables)


def test_the_command_lists_tables_with_own_rows_and_refuses_with_a_sentence(tmp_path: Path) -> None:
    write_csv(tmp_path, [HEADER, row()])
    told = CliRunner().invoke(main, ["--language", "en", "--workspace", str(tmp_path), "methods"])
    assert told.exit_code == 0, told.output
    assert "targets/coverage_targets" in told.output and "1 are your own" in told.output
    printed = CliRunner().invoke(main, ["--workspace", str(tmp_path), "methods", "targets/coverage_targets"])
    assert [one["valid_from"] for one in csv.DictReader(printed.output.splitlines())].count("2014") == 1
    unknown = CliRunner().invoke(main, ["--workspace", str(tmp_path), "methods", "schemes/coverage_targets"])
    assert unknown.exit_code == 2 and "schemes/coverage_targets" in unknown.output
    assert [one.rows[0][0] for one in own_tables(Workspace(tmp_path), DBT_PROJECT)] == ["C1"]
    write_csv(tmp_path, [HEADER, row(valid_from="soon")])
    for command in ("methods", "status", "run"):
        refused = CliRunner().invoke(main, ["--workspace", str(tmp_path), command])
        if command == "status" and refused.exit_code == 0:
            continue
        assert refused.exit_code == 2, refused.output
        assert "coverage_targets.csv" in refused.output and "soon" in refused.output
        assert "Traceback" not in refused.output
