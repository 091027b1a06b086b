"""The sample province as `make run` makes it: what the README shows, every planted defect and no other."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

import duckdb
import pytest

from orchestration.resources.paths import PACKAGE_ROOT, WORKSPACE_VARIABLE, Workspace
from orchestration.sample.reference import load_yaml
from tests.support.quality_oracle import indices, results
from tests.support.readme import answer, examples

# The command as `make` writes it: its reader processes start by importing it again.
LAUNCHER = Path(sys.executable).with_name("bpw")
READMES = [PACKAGE_ROOT / "README.md", PACKAGE_ROOT / "README.zh-CN.md"]


def bpw(workspace: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LAUNCHER), *arguments],
        cwd=PACKAGE_ROOT,
        env={**os.environ, WORKSPACE_VARIABLE: str(workspace.root)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def default_province(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("default"))
    done = bpw(workspace, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "894" in done.stdout
    return workspace


@pytest.fixture(scope="module")
def release(default_province: Workspace) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(default_province.current / "budget_performance.duckdb"), read_only=True)
    connection.execute("use marts")
    return connection


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_worked_examples_give_what_the_readme_shows(readme: Path, release: duckdb.DuckDBPyConnection) -> None:
    shown = list(examples(readme))
    assert len(shown) >= 5
    for sql, table in shown:
        assert answer(release, sql) == table, sql


def planted(workspace: Workspace) -> list[dict[str, str]]:
    with (workspace.sample_truth / "defects.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_planted_defect_is_found_at_its_place(
    default_province: Workspace, release: duckdb.DuckDBPyConnection
) -> None:
    missed = []
    for defect in planted(default_province):
        found = release.execute(
            "select sheet, cell from fct_findings where check_code = ? and fiscal_year = ? "
            "and (relative_path = ? or submitter_code = ?)",
            [
                defect["check_code"],
                int(defect["fiscal_year"]),
                defect["relative_path"],
                defect["submitter_code"],
            ],
        ).fetchall()
        places = {(sheet or "", cell or "") for sheet, cell in found}
        if not found or (defect["cell"] and (defect["sheet"], defect["cell"]) not in places):
            missed.append((defect["defect_id"], defect["check_code"], defect["cell"], sorted(places)))
    assert not missed


def test_nothing_is_found_that_was_not_planted(
    default_province: Workspace, release: duckdb.DuckDBPyConnection
) -> None:
    allowed = set()
    for defect in planted(default_province):
        codes = {defect["check_code"], *defect["consequences"].split()}
        allowed |= {(code, int(defect["fiscal_year"])) for code in codes}
    rows = release.execute(
        "select distinct check_code, fiscal_year from fct_findings "
        "where severity in ('block', 'error', 'warning')"
    ).fetchall()
    assert set(rows) <= allowed


def test_a_second_run_opens_nothing_and_publishes_nothing(default_province: Workspace) -> None:
    before = sorted(path.name for path in default_province.releases.iterdir())
    done = bpw(default_province, "--language", "en", "run")
    assert done.returncode == 0
    assert "nothing changed" in done.stdout.lower()
    assert sorted(path.name for path in default_province.releases.iterdir()) == before


def test_sql_command_reads_the_release(default_province: Workspace) -> None:
    done = bpw(default_province, "sql", "--csv", "select count(*) as n from marts.dim_schemes")
    assert done.returncode == 0
    assert done.stdout.split() == ["n", "3"]


def test_the_index_of_a_submitter_follows_from_the_results_alone(release: duckdb.DuckDBPyConnection) -> None:
    published = release.execute(
        "select fiscal_year, submitter_code, quality_points, grade_code from rpt_data_quality"
    ).fetchall()
    assert {(year, code): (points, grade) for year, code, points, grade in published} == indices(
        results(release)
    )
    assert len({grade for *_, grade in published}) > 1


def test_every_result_is_published_passes_too(release: duckdb.DuckDBPyConnection) -> None:
    statuses = dict(
        release.execute("select check_status, count(*) from fct_check_results group by all").fetchall()
    )
    assert statuses["passed"] > statuses["failed"] > 0
    asked = release.execute("select count(distinct check_code) from fct_check_results").fetchone()
    assert asked is not None and asked[0] > 100
    strangers = release.execute(
        "select check_code from fct_check_results where check_code not in (select check_code from dim_checks)"
        " union select check_code from fct_findings"
        " where check_code not in (select check_code from dim_checks)"
    ).fetchall()
    assert strangers == []


def test_a_finding_about_a_cell_names_it(release: duckdb.DuckDBPyConnection) -> None:
    unplaced = release.execute(
        "select f.check_code, f.relative_path from fct_findings as f join dim_checks as c using (check_code)"
        " where c.checked_object = 'cell' and (coalesce(f.sheet, '') = '' or coalesce(f.cell, '') = '')"
    ).fetchall()
    assert unplaced == []


def test_the_board_counts_every_open_finding_once(release: duckdb.DuckDBPyConnection) -> None:
    shown = release.execute(
        "select fiscal_year, aspect, submitter_code, block_count, error_count, warning_count, note_count,"
        " worst_check_code from rpt_quality_board"
    ).fetchall()
    findings = release.execute(
        "select f.fiscal_year, c.aspect, f.submitter_code, f.severity, f.check_code from fct_findings as f"
        " join dim_checks as c using (check_code)"
        " where f.disposition = 'open' and f.fiscal_year is not null and f.submitter_code <> ''"
    ).fetchall()
    counted = Counter(row[:4] for row in findings)
    gravest: dict[tuple[object, ...], str] = {}
    for severity in ("note", "warning", "error", "block"):
        found = Counter((*row[:3], row[4]) for row in findings if row[3] == severity)
        for place in {key[:3] for key in found}:
            by_count = [(-number, key[3]) for key, number in found.items() if key[:3] == place]
            gravest[place] = min(by_count)[1]
    assert findings
    for year, aspect, submitter, *counts, worst in shown:
        place = (year, aspect, submitter)
        severities = ("block", "error", "warning", "note")
        assert counts == [counted[(*place, severity)] for severity in severities], place
        assert worst == gravest.get(place), place
    assert {row[:3] for row in findings} <= {row[:3] for row in shown}
    assert any(worst is None for *_, worst in shown), "who has nothing open is a row too"


def test_the_board_ranks_and_counts_late_forms(release: duckdb.DuckDBPyConnection) -> None:
    late = release.execute(
        "select fiscal_year, submitter_code, sum(late_form_count), sum(never_form_count), sum(due_form_count)"
        " from rpt_quality_board group by all having sum(due_form_count) > 0 order by all"
    ).fetchall()
    index = release.execute(
        "select fiscal_year, submitter_code, late_form_count, never_form_count, due_form_count"
        " from rpt_data_quality where due_form_count > 0 order by all"
    ).fetchall()
    assert late == index
    ranked = release.execute(
        "select fiscal_year, aspect, attention_rank, open_weight from rpt_quality_board"
        " order by fiscal_year, aspect, attention_rank"
    ).fetchall()
    for _, rows in groupby(ranked, key=lambda row: row[:2]):
        weights = [weight for *_, weight in rows]
        assert weights == sorted(weights, reverse=True)


def test_soft_evaluators_of_the_sample_are_signals(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        "select signal_code, subject_code from rpt_evaluation_signals where is_signal and fiscal_year = 2015"
    ).fetchall()
    softened = load_yaml("figures")["evaluation"]
    assert softened["lifted"]["threshold"] == 900
    (lenient,) = softened["lenient"]
    assert sorted(rows) == [("evaluator_effect", lenient), ("threshold_bunching", "score_90")]
    bins = release.execute(
        "select bin_from, case_count from fct_threshold_bins where fiscal_year = 2015 "
        "and threshold_code = 'score_90' and bin_from >= 88 and bin_from < 90 and case_count > 0"
    ).fetchall()
    assert not bins


def test_who_filed_nothing_is_a_row(default_province: Workspace, release: duckdb.DuckDBPyConnection) -> None:
    silent = [row for row in planted(default_province) if row["check_code"] == "receive.silent_submitter"]
    assert silent
    for row in silent:
        status = release.execute(
            "select is_due, is_received, filing_status from rpt_filing_status"
            " where fiscal_year = ? and submitter_code = ? and form_code = ?",
            [int(row["fiscal_year"]), row["submitter_code"], row["form_code"]],
        ).fetchall()
        assert status == [(True, False, "never")], row["defect_id"]


def test_sums_that_follow_point_to_the_finding_they_follow_from(release: duckdb.DuckDBPyConnection) -> None:
    """Every knock-on has its root among the findings of the same workbook."""
    lost = release.execute(
        "select f.finding_id from fct_findings as f left join fct_findings as r"
        " on f.root_finding_id = r.finding_id and f.submission_id = r.submission_id"
        " where f.check_code = 'identity.knock_on' and r.finding_id is null"
    ).fetchall()
    assert lost == []
    (told,) = release.execute("select count(*) from fct_findings where root_finding_id <> ''").fetchone() or (
        0,
    )
    assert told > 0
