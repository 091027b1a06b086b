"""The answer goes back, is corrected where it is marked, and is filed again as it is."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.cli import main
from orchestration.drift.command import drift
from orchestration.ingest.forms import load_catalogue
from orchestration.ingest.read import read_bytes
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.resources.paths import SHIPPED_FORMS, Workspace
from orchestration.run import execute, failure_reasons
from orchestration.texts import text
from tests.integration.conftest import as_published
from tests.support.workspaces import change, replace_text, rows, workbook_of

YEAR = 2014


def bpw(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--workspace", str(workspace.root), "--language", "en", *arguments])


def run(workspace: Workspace) -> None:
    result = execute(workspace, [YEAR])
    assert result.success, failure_reasons(result)


def marts(workspace: Workspace, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(workspace.current / DATABASE_NAME), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def marked(workbook: Workbook) -> list[Cell]:
    """Cells with a comment."""
    return [
        cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row if cell.comment
    ]


def amount_as_text(sheet: Worksheet) -> None:
    """The first whole number of the sheet, in words."""
    cell = next(cell for row in sheet.iter_rows(min_row=4) for cell in row[2:] if isinstance(cell.value, int))
    cell.value = f"约{cell.value}"


@dataclass(frozen=True)
class Planted:
    """A province whose year was filed with faults, after the run that found them.

    Attributes:
        province: the workspace.
        base_data: a county's workbook with an amount in words.
        projects: a department's project list with a renamed column, and its management facts, without fault,
            in one workbook.
        filed: bytes of both as filed.
    """

    province: Workspace
    base_data: str
    projects: str
    filed: dict[str, bytes]


@pytest.fixture(scope="module")
def planted(published: tuple[Workspace, Path]) -> Planted:
    """One run for all tests of this module; the last one files the corrected workbooks."""
    province = as_published(published)
    base_data = workbook_of(province, "county_base_data", YEAR, "990123")
    projects = workbook_of(province, "project_list", YEAR, "302")
    facts = workbook_of(province, "department_management_facts", YEAR, "302")
    other = workbook_of(province, "project_list", YEAR, "301")
    change(province, base_data, amount_as_text)
    for path in (projects, other):
        change(province, path, replace_text("执行数", "执行金额"))
    put_together(province, projects, facts)
    filed = {path: (province.inbox / path).read_bytes() for path in (base_data, projects)}
    run(province)
    return Planted(province, base_data, projects, filed)


def put_together(province: Workspace, target: str, source: str) -> None:
    """Move the sheets of one workbook into another."""
    both = load_workbook(province.inbox / target)
    for moved in load_workbook(province.inbox / source).worksheets:
        sheet = both.create_sheet(moved.title)
        for row in moved.iter_rows():
            for cell in row:
                if cell.value is not None:
                    sheet.cell(cell.row, cell.column, cell.value)
        for area in moved.merged_cells.ranges:
            sheet.merge_cells(str(area))
    both.save(province.inbox / target)
    (province.inbox / source).unlink()


def test_the_list_of_findings_is_known_to_the_reader_by_its_title(planted: Planted, tmp_path: Path) -> None:
    """It may quote the title of a table, and is none."""
    catalogue = load_catalogue([SHIPPED_FORMS])
    title = " ".join(text("returned.title", language) for language in ("zh", "en"))
    assert title in catalogue.vocabulary.answer_titles

    year = YEAR - 1
    clean = workbook_of(planted.province, "project_list", year, "302")
    workbook = load_workbook(planted.province.inbox / clean)
    listed = workbook.create_sheet("核对意见 Findings 2", 0)
    listed["A1"], listed["F5"] = title, "项目支出预算及执行情况表"
    other = tmp_path / "answer.xlsx"
    workbook.save(other)
    read = read_bytes(other.read_bytes(), year, catalogue)
    assert (read.status, read.findings) == ("loaded", [])
    listed["A1"] = "别的说明"
    workbook.save(other)
    assert read_bytes(other.read_bytes(), year, catalogue).findings != []


def test_of_two_forms_in_a_workbook_only_the_one_that_drifts_is_held(planted: Planted) -> None:
    """And every workbook that was accepted is without drift, the one with drift is not."""
    province, projects = planted.province, planted.projects
    held = rows(
        province,
        "select q.form_code, q.check_code from quality.quarantine as q"
        f" join raw.submissions as s using (submission_id) where s.relative_path = '{projects}'",
    )
    assert held == [{"form_code": "project_list", "check_code": "layout.renamed_column"}]
    assert marts(
        province,
        f"select status, form_codes from marts.fct_submissions where relative_path = '{projects}'"
        " and status <> 'withdrawn'",
    ) == [("partly_quarantined", "department_management_facts,project_list")]
    assert marts(
        province,
        "select count(*) > 10 from marts.fct_score_trace where subject_code = '302'"
        f" and fiscal_year = {YEAR} and relative_path = '{projects}'",
    ) == [(True,)]
    present = "select relative_path, status from marts.fct_submissions where status <> 'withdrawn'"
    for path, status in marts(province, present):
        report = drift((province.inbox / str(path)).read_bytes(), [SHIPPED_FORMS], int(str(path)[:4]))
        kinds = [change.kind for change in report.changes]
        clean = status == "accepted" or path == planted.base_data
        assert kinds == ([] if clean else ["renamed_column"]), path


def test_answers_are_chosen_by_submitter_year_and_folder(planted: Planted, tmp_path: Path) -> None:
    province = planted.province
    everything = sorted(province.returned.rglob("*.xlsx"))
    hashes = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in everything}

    chosen = bpw(
        province, "return", "--submitter", "302", "--year", str(YEAR), "--out", str(tmp_path / "out")
    )
    assert chosen.exit_code == 0
    found = sorted((tmp_path / "out").rglob("*.xlsx"))
    assert found and {path.relative_to(tmp_path / "out").parts[1] for path in found} == {"302"}
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in everything} == hashes
    assert bpw(province, "return", "--submitter", "302").exit_code == 0
    assert sorted(province.returned.rglob("*.xlsx")) == everything, "the others' answers stay"
    none = bpw(province, "return", "--submitter", "000000", "--out", str(tmp_path / "none"))
    assert none.exit_code == 0 and "0 annotated workbooks" in none.output
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    assert bpw(province, "return", "--out", str(blocked / "below")).exit_code == 1


def test_an_answer_is_written_on_the_content_it_is_about(planted: Planted, tmp_path: Path) -> None:
    """Renamed since the release: on the workbook under its new name. Replaced since: on none."""
    province, original = planted.province, planted.province.inbox / planted.base_data

    def answer(out: Path) -> tuple[str, int]:
        told = bpw(province, "return", "--submitter", "990123", "--year", str(YEAR), "--out", str(out))
        assert told.exit_code == 0, told.output
        (copy,) = (path for path in out.rglob("*.xlsx") if "改名" in path.name or original.name in path.name)
        return copy.name, len(marked(load_workbook(copy)))

    renamed = original.rename(original.with_name("改名.xlsx"))
    assert answer(tmp_path / "renamed") == ("改名.xlsx.returned.xlsx", 1)
    renamed.rename(province.root / "kept.xlsx")
    original.write_bytes(b"another workbook")
    assert answer(tmp_path / "replaced") == (f"{original.name}.returned.xlsx", 0)
    (province.root / "kept.xlsx").replace(original)


def test_a_returned_workbook_corrected_and_filed_again_is_accepted(planted: Planted) -> None:
    province, filed = planted.province, planted.filed
    base_data, projects = planted.base_data, planted.projects
    held = (
        "select relative_path, status, reason from marts.fct_submissions where status like '%quarantined'"
        " and submitter_code in ('302', '990123') order by 1"
    )
    assert marts(province, held) == [
        (projects, "partly_quarantined", "layout.renamed_column"),
        (base_data, "quarantined", "content.text_in_amount"),
    ]

    answered = bpw(province, "return", "--year", str(YEAR))
    assert answered.exit_code == 0, answered.output
    copies = {path: province.returned / f"{path}.returned.xlsx" for path in filed}
    assert all(str(copy) in answered.output for copy in copies.values())
    assert {path: (province.inbox / path).read_bytes() for path in filed} == filed, "originals stay as filed"

    for path, copy in copies.items():
        workbook = load_workbook(copy)
        (cell,) = marked(workbook)
        wrong = str(cell.value)
        assert wrong == "执行金额" if path == projects else wrong.startswith("约")
        cell.value = "执行数" if path == projects else int(wrong.removeprefix("约"))
        again = province.inbox / path
        again = again.with_name(f"{again.stem}.returned.xlsx")
        workbook.save(again)
        before = (province.inbox / path).stat().st_mtime
        os.utime(again, (before + 60, before + 60))
    run(province)

    of_both = (
        "select relative_path, status from marts.fct_submissions where submitter_code in ('302', '990123')"
        f" and fiscal_year = {YEAR}"
        " and (form_codes like '%project_list' or form_codes like '%county_base_data%')"
        " and status <> 'withdrawn' order by 1"
    )
    expected = [
        (projects.replace(".xlsx", ".returned.xlsx"), "accepted"),
        (projects, "superseded"),
        (base_data.replace(".xlsx", ".returned.xlsx"), "accepted"),
        (base_data, "superseded"),
    ]
    assert marts(province, of_both) == sorted(expected)
    told = marts(
        province,
        f"select distinct check_code from marts.fct_findings where fiscal_year = {YEAR}"
        " and submitter_code in ('302', '990123')",
    )
    assert "layout.unknown_sheet" not in {code for (code,) in told}
    assert not {"content.text_in_amount", "layout.renamed_column"} & {code for (code,) in told}
    ids = "select submission_id from marts.fct_submissions where status = 'accepted'"
    of_accepted = f"select * from marts.fct_findings where submission_id in ({ids})"
    assert marts(province, f"{of_accepted} and severity in ('block', 'error')") == []
    # What was filed first stays queryable to the cell, and enters no figure.
    earlier = marts(
        province,
        "select c.value_text from marts.fct_cells as c join marts.fct_submissions as s using (submission_id)"
        f" where s.relative_path = '{base_data}' and c.form_status = 'superseded'"
        " and c.value_text like '约%'",
    )
    assert len(earlier) == 1
    assert marts(
        province,
        "select count(*) from marts.dim_projects as p join marts.fct_submissions as s using (submission_id)"
        " where s.status = 'superseded'",
    ) == [(0,)]
