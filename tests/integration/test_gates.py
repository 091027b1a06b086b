"""Each gate with its fault planted: the next stage does not run for what it concerns, and the last release
stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from expectations.catalogue import load
from expectations.validation import EmptySuiteError
from orchestration.assets.catalogue_answers import check_name
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.publish.releases import current_release, verify_release
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.run import execute, failure_reasons
from tests.support.workspaces import change, release_bytes, replace_text, rows, workbook_of

YEAR = 2014
PROJECT_OF = """
select min(project_code) as project_code
from intermediate.int_projects where fiscal_year = ? and department_code = ?
"""


def steps_that_ran(result: object) -> set[str]:
    return {event.step_key for event in result.all_events if event.is_step_success}  # type: ignore[attr-defined]


def test_faults_in_workbooks_hold_back_their_own_form_and_nothing_else(province: Workspace) -> None:
    """G0, G1 and G2: one submission each; everyone else's figures are published."""
    unit_account = workbook_of(province, "department_final_account", YEAR, "301")
    project_list = workbook_of(province, "project_list", YEAR, "302")
    base_data = workbook_of(province, "county_base_data", YEAR, "990123")
    claimed = f"{YEAR}/302/claimed.xlsx"
    change(province, unit_account, lambda sheet: None, claimed)
    change(province, project_list, replace_text("执行数", "执行金额"))
    change(province, base_data, text_for_the_first_number)

    old = current_release(province.marts)
    assert old is not None
    with duckdb.connect(str(old / DATABASE_NAME), read_only=True) as reader:
        counted = "select count(*) from marts.fct_final_accounts"
        before = reader.execute(counted).fetchone()

        result = execute(province, [YEAR])

        assert result.success, failure_reasons(result)
        assert current_release(province.marts) != old
        assert reader.execute(counted).fetchone() == before, "a reader of the old release was disturbed"
    assert verify_release(old) == []
    held = rows(
        province,
        "select s.relative_path, q.form_code, q.check_code from quality.quarantine q"
        " join raw.submissions s using (submission_id) order by all",
    )
    assert [tuple(row.values()) for row in held] == [
        (claimed, "department_final_account", "receive.two_submitters_one_unit"),
        (project_list, "project_list", "layout.renamed_column"),
        (base_data, "county_base_data", "content.text_in_amount"),
    ]
    for form in ("department_final_account", "project_list", "county_base_data"):
        assert staged(province, form) == loaded(province, form) - {
            row["relative_path"] for row in held if row["form_code"] == form
        }
    findings = rows(
        province,
        "select check_code, sheet, cell, given, expected, message_zh, message_en from quality.findings"
        " where severity = 'block'",
    )
    assert {row["check_code"] for row in findings} == {row["check_code"] for row in held}
    assert all(row["message_zh"] and row["message_en"] for row in findings)
    told = {check.check_name: check for check in result.get_asset_check_evaluations()}
    failed = rows(
        province,
        "select distinct check_code from quality.check_results where is_in_force and status = 'failed'"
        " and gate in ('G0', 'G1', 'G2')",
    )
    every = [code for code, check in load().items() if check.gate != "G4"]
    assert {check_name(code) for code in every} < set(told)
    assert {check_name(code) for code in every if not told[check_name(code)].passed} == {
        check_name(row["check_code"]) for row in failed
    }
    offenders = told[check_name("content.text_in_amount")].metadata
    assert offenders["violations"].value == 1
    assert f"| {base_data.split('/')[1]} | {YEAR} | 1 |" in str(offenders["worst"].value)
    assert verify_release(current_release(province.marts) or Path()) == []


def test_statements_that_contradict_each_other_stop_nobody_else(province: Workspace) -> None:
    """G0 and G2: what would be stated twice behind the gate is held back before it, as little as possible."""
    misprinted = f"{YEAR}/301/示例省示例师范大学{YEAR}年部门决算.xlsx"
    account = f"{YEAR}/302/示例省科学技术厅{YEAR}年部门决算.xlsx"
    unnamed = f"{YEAR}/302/unnamed.xlsx"
    twice = f"{YEAR}/990121/禾岭县{YEAR}年财政总决算.xlsx"
    other_name = f"{YEAR}/990123/bureau.xlsx"
    unit_of_two_names = f"{YEAR}/302/示例省科学技术厅本级{YEAR}年部门决算.xlsx"
    spaced = f"{YEAR}/302/spaced.xlsx"
    change(
        province,
        misprinted,
        replace_text("编制单位：示例省示例师范大学", "编制单位：示例省示例师范大学（新址）"),
    )
    change(province, account, without_reporting_unit, unnamed)
    change(province, twice, repeat_a_code)
    change(
        province,
        workbook_of(province, "county_base_data", YEAR, "990123"),
        replace_text("填报单位：砚渡县", "填报单位：砚渡县财政局"),
        other_name,
    )
    change(
        province,
        unit_of_two_names,
        replace_text("编制单位：示例省科学技术厅本级", "编制单位：示例省科学技术厅　本级"),
        spaced,
    )
    theirs, own = (
        str(rows(province, PROJECT_OF, YEAR, department)[0]["project_code"]) for department in ("301", "302")
    )
    change(
        province,
        workbook_of(province, "project_list", YEAR, "302"),
        replace_text(own, theirs),
    )
    change(
        province, workbook_of(province, "unit_register", YEAR, "990121"), replace_text("990121201", "990121")
    )
    change(province, workbook_of(province, "evaluation_register", YEAR, "990121"), repeat_an_evaluation_code)

    result = execute(province, [YEAR])

    assert result.success, failure_reasons(result)
    held = rows(
        province,
        "select s.relative_path, q.form_code, q.check_code from quality.quarantine q"
        " join raw.submissions s using (submission_id) order by all",
    )
    assert [tuple(row.values()) for row in held] == [
        (misprinted, "department_final_account", "register.unknown_reporting_unit"),
        (unnamed, "department_final_account", "receive.unit_filed_twice"),
        (unnamed, "department_final_account", "register.missing_reporting_unit"),
        (twice, "government_final_account", "content.conflicting_item"),
    ]
    places = rows(
        province,
        "select check_code, sheet, cell, message_zh, message_en from quality.findings"
        " where check_code in ('register.unknown_reporting_unit', 'receive.unit_filed_twice') order by all",
    )
    first_table = "01 收入支出决算总表"
    assert [(row["sheet"], row["cell"]) for row in places] == [(first_table, ""), (first_table, "A2")]
    assert all(row["message_zh"] and row["message_en"] for row in places)
    replaced = rows(
        province, "select given from quality.findings where check_code = 'receive.superseded' order by all"
    )
    assert {row["given"] for row in replaced} == {
        Path(unit_of_two_names).name,
        f"砚渡县{YEAR}年县级基础数据.xlsx",
    }
    told = {row["check_code"] for row in rows(province, "select check_code from quality.findings")}
    assert {"register.duplicate_project", "register.duplicate_evaluation"} <= told
    form = "department_final_account"
    gone = {misprinted, unnamed, unit_of_two_names}
    assert staged(province, form) == loaded(province, form) - gone


def test_a_suite_that_cannot_be_evaluated_stops_the_run(
    province: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G2: no quarantine, no dbt, no release."""
    before = release_bytes(province)

    def nothing_to_evaluate(*arguments: object, **settings: object) -> None:
        raise EmptySuiteError("county_base_data 2014: a suite without expectations proves nothing")

    monkeypatch.setattr("expectations.runner.check_raw", nothing_to_evaluate)

    result = execute(province, [YEAR], force=True)

    assert not result.success
    assert steps_that_ran(result) == {"receive_workbooks", "load_workbooks"}
    assert any("proves nothing" in reason for reason in failure_reasons(result))
    assert release_bytes(province) == before
    monkeypatch.undo()
    # What was not judged stays unjudged: no stage alone can carry it on.
    refused = execute(province, job="compute")
    assert not refused.success
    assert any("check" in reason for reason in failure_reasons(refused))


def test_a_failed_model_test_stops_before_the_audit(province: Workspace, tmp_path: Path) -> None:
    """G3: raw tables cannot break the models, methods can: here C5 has two targets for one year."""
    before = release_bytes(province)
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, project)
    targets = project / "seeds" / "targets" / "coverage_targets.csv"
    lines = targets.read_text(encoding="utf-8").splitlines()
    overlapping = next(line for line in lines if line.startswith("C5,")).replace(",0.50,", ",0.60,")
    targets.write_text("\n".join([*lines, overlapping, ""]), encoding="utf-8")

    result = execute(province, [YEAR], dbt_project=project)

    assert not result.success
    ran = steps_that_ran(result)
    assert not ran & {"release__candidate", "release__current", "release__returned_workbooks"}
    audits = [check for check in result.get_asset_check_evaluations() if check.check_name == "audit"]
    assert audits == []
    failed = rows(
        province,
        "select check_code from quality.check_results where gate = 'G3' and status = 'failed' order by all",
    )
    shipped = {path.stem for path in (DBT_PROJECT / "tests").glob("*.sql")}
    assert failed
    assert all(
        row["check_code"] in shipped or row["check_code"].startswith("unique_combination_") for row in failed
    )
    assert any(failed[0]["check_code"] in reason for reason in failure_reasons(result))
    assert release_bytes(province) == before


def test_a_candidate_that_breaks_a_promise_is_not_published(province: Workspace) -> None:
    """G4, and the stages as jobs of their own."""
    before = release_bytes(province)
    with duckdb.connect(str(province.warehouse)) as connection:
        connection.execute(
            "update marts.fct_coverage_ratios set coverage_ratio = 2 where coverage_ratio is not null"
        )

    audited = execute(province, job="audit")

    assert not audited.success
    assert any("audit" in reason for reason in failure_reasons(audited))
    published = execute(province, job="publish")
    assert not published.success
    assert any("did not pass its audit" in reason for reason in failure_reasons(published))
    assert release_bytes(province) == before

    # Built anew, the candidate keeps the promise, and what was said about the other one is not published.
    assert rows(province, "select 1 as n from quality.findings where gate = 'G4'")
    assert execute(province, job="compute").success
    assert not rows(province, "select 1 as n from marts.fct_findings where gate = 'G4'")


def text_for_the_first_number(sheet: Worksheet) -> None:
    """The total population, in words."""
    for cells in sheet.iter_rows():
        if any(cell.value == "年末总人口" for cell in cells):
            number = next(cell for cell in cells[2:] if isinstance(cell.value, int))
            number.value = "约二十万"
            return
    raise AssertionError("no total population")


def without_reporting_unit(sheet: Worksheet) -> None:
    """No table of the workbook says whose it is."""
    for each in sheet.parent.worksheets:
        each["A2"].value = None


def repeat_a_code(sheet: Worksheet) -> None:
    """Two rows of the detailed table bear one code, with different amounts."""
    detail = sheet.parent.worksheets[1]
    coded = [
        cells
        for cells in detail.iter_rows()
        if str(cells[0].value or "").isdigit() and len(str(cells[0].value)) == 3
    ]
    coded[-1][0].value = coded[-2][0].value


def repeat_an_evaluation_code(sheet: Worksheet) -> None:
    """The second evaluation bears the code of the first."""
    coded = [cells[1] for cells in sheet.iter_rows() if str(cells[1].value or "").startswith(f"{YEAR}-")]
    coded[1].value = coded[0].value


def staged(workspace: Workspace, form: str) -> set[str]:
    found = rows(
        workspace,
        f"select distinct relative_path from staging.stg_{form} join raw.submissions using (submission_id)",
    )
    return {row["relative_path"] for row in found}


def loaded(workspace: Workspace, form: str) -> set[str]:
    found = rows(
        workspace,
        f"select distinct s.relative_path from raw.{form} r"
        " join raw.submissions s on r._submission_id = s.submission_id",
    )
    return {row["relative_path"] for row in found}
