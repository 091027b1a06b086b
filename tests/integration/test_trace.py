"""From any figure of a release back to its cell, and the cell read again by other libraries."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from openpyxl.utils.cell import coordinate_from_string

from orchestration.cli import main
from orchestration.publish.releases import current_database
from orchestration.resources.paths import Workspace
from orchestration.trace.rows import Filter, Marts
from orchestration.trace.ways import Step, trace
from tests.support.other_reader import agrees, cell_value

FACTS = 1000
# Every form, table and container gets its share; within it the sample is random, and the same each time.
SAMPLE = f"""
    with numbered as (
        select c.*, s.relative_path, s.container_format,
            row_number() over (
                partition by c.form_code, c.table_code, s.container_format
                order by hash(c.submission_id || c.sheet || c.cell || 'seed 396')
            ) as place
        from marts.fct_cells as c join marts.fct_submissions as s using (submission_id)
    )
    select *, (
        select max(f.amount_cny) from marts.fct_final_accounts as f
        where f.submission_id = n.submission_id and f.sheet = n.sheet and f.cell = n.cell
    ) as amount_cny
    from numbered as n order by place, form_code, table_code, container_format, submission_id limit {FACTS}
"""


@pytest.fixture
def database(province: Workspace) -> Path:
    found = current_database(province.marts)
    assert found is not None
    return found


def rows(database: Path, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def disagreements(facts: list[dict[str, Any]], inbox: Path) -> list[str]:
    """Facts whose cell, read by another library, says something else."""
    factors = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
    found = []
    for fact in facts:
        value = cell_value(inbox / fact["relative_path"], fact["sheet"], fact["cell"])
        text = fact["value_text"]
        # A code printed in several columns stands joined at its first one; lost zeros are filled up.
        said = text[: len(str(value))] if fact["measure_code"] == "function_code" and value else text
        if not agrees(value, said):
            found.append(f"{fact['relative_path']} {fact['sheet']} {fact['cell']}: {text!r}, there {value!r}")
        amount = fact["amount_cny"]
        if amount is not None and amount != Decimal(text) * factors[fact["unit_as_published"]]:
            found.append(f"{fact['relative_path']} {fact['sheet']} {fact['cell']}: {amount} from {text!r}")
    return found


def test_a_thousand_facts_are_what_another_library_reads(province: Workspace, database: Path) -> None:
    facts = rows(database, SAMPLE)
    kinds = {(fact["form_code"], fact["table_code"]) for fact in facts}
    filed = {(row["form_code"], row["table_code"]) for row in rows(database, "from marts.fct_cells")}

    assert len(facts) == FACTS
    assert kinds == filed
    assert {fact["container_format"] for fact in facts} == {"xlsx", "xls"}
    assert sum(fact["amount_cny"] is not None for fact in facts) > 100
    assert disagreements(facts, province.inbox) == []


@pytest.mark.parametrize(("right", "down"), [(1, 0), (0, 1)])
def test_a_shifted_address_is_seen(province: Workspace, database: Path, right: int, down: int) -> None:
    facts = [fact for fact in rows(database, SAMPLE) if fact["value_text"]]
    for fact in facts:
        letters, row = coordinate_from_string(fact["cell"])
        fact["cell"] = f"{letters[:-1]}{chr(ord(letters[-1]) + right)}{row + down}"

    assert len(disagreements(facts, province.inbox)) > 0.8 * len(facts)


def test_any_mart_row_with_a_cell_joins_the_macro(database: Path) -> None:
    (joined,) = rows(
        database,
        "select count(*) as facts, count(t.raw_text) as traced, bool_and(t.raw_text = f.value_as_published)"
        " as equal from marts.fct_final_accounts as f"
        " left join lateral marts.trace_cell(f.submission_id, f.sheet, f.cell) as t on true",
    )
    assert joined["facts"] == joined["traced"] > 5000
    assert joined["equal"]
    (one,) = rows(
        database,
        "from marts.trace_cell((select min(submission_id) from marts.dim_projects),"
        " (select arg_min(sheet, submission_id) from marts.dim_projects),"
        " (select arg_min(cell, submission_id) from marts.dim_projects))",
    )
    assert one["form_code"] == "project_list" and one["workbook"].startswith("201")


def ask(database: Path, mart: str, *filters: str) -> Step:
    with Marts(database) as marts:
        return trace(marts, mart, marts.one(mart, [Filter.parse(text) for text in filters]))


def steps(root: Step, role: str) -> list[Step]:
    return [step for _, step in root.walk() if step.role == role]


def test_a_ratio_walks_to_the_cells_of_its_numerator_and_denominator(database: Path) -> None:
    ratio = ask(database, "fct_coverage_ratios", "coverage_code=C1", "subject_code=301", "fiscal_year=2014")

    (numerator,) = steps(ratio, "numerator")
    (rest,) = steps(ratio, "rest_of_denominator")
    assert numerator.row["amount_cny"] == ratio.row["numerator_net_cny"]
    assert numerator.row["amount_cny"] + rest.row["amount_cny"] == ratio.row["denominator_cny"]
    lines = steps(ratio, "ledger_line")
    assert all(any(child.filed for child in line.children) for line in lines)
    evidence = {step.filed["form_code"] for step in steps(ratio, "evidence_cell") if step.filed}
    assert evidence == {"evaluation_register"}


def test_a_pooled_ratio_walks_to_the_ratios_pooled(database: Path) -> None:
    board = ask(database, "rpt_coverage_board", "coverage_code=C1", "fiscal_year=2014")

    pooled = steps(board, "pooled")
    assert {step.row["subject_code"] for step in pooled} == {"301", "302"}
    assert sum(step.row["denominator_cny"] for step in pooled) == board.row["denominator_cny"]
    assert all(steps(step, "amount_cell") for step in pooled)


@pytest.mark.parametrize("mart", ["rpt_region_scorecard", "rpt_department_scorecard"])
def test_a_score_walks_through_its_tree_to_cells(database: Path, mart: str) -> None:
    (best,) = rows(
        database, f"from marts.{mart} order by fiscal_year desc, subject_code, scheme_edition limit 1"
    )
    key = ("scheme_edition", "subject_code", "fiscal_year")
    score = ask(database, mart, *(f"{name}={best[name]}" for name in key))

    nodes = steps(score, "node")
    below = {step.row["node_code"] for step in nodes}
    every = rows(
        database,
        "select node_code from marts.fct_scores"
        f" where subject_code = '{best['subject_code']}' and fiscal_year = {best['fiscal_year']}"
        f" and scheme_edition = '{best['scheme_edition']}'",
    )
    assert below == {row["node_code"] for row in every}
    figures = [step for step in steps(score, "input") if step.row["figure_code"]]
    filed = [step for step in figures if step.row["submission_id"]]
    assert len(filed) > 10
    assert all(step.filed and step.row["value_text"] in (None, step.filed["value_text"]) for step in filed)
    ledgers = [step for step in figures if step.row["ledger_coverage_code"]]
    assert all(steps(step, "amount_cell") for step in ledgers)


def test_every_indicator_value_that_was_reported_has_cells(database: Path) -> None:
    """The metric counties are banded by enters no node, and must be traced all the same."""
    metrics = rows(
        database,
        "select distinct on (scheme_edition, metric_code)"
        " scheme_edition, metric_code, subject_code, fiscal_year"
        " from marts.fct_indicator_values where value_status = 'reported'"
        " order by scheme_edition, metric_code, subject_code, fiscal_year",
    )
    assert "per_capita_expenditure" in {row["metric_code"] for row in metrics}
    for row in metrics:
        value = ask(database, "fct_indicator_values", *(f"{name}={value}" for name, value in row.items()))
        assert any(step.filed for _, step in value.walk()), row


def bpw(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--workspace", str(workspace.root), "--language", "en", *arguments])


RATIO = ("fct_coverage_ratios", "coverage_code=C1", "subject_code=301", "fiscal_year=2014")


def test_the_command_prints_a_tree_csv_and_json(province: Workspace) -> None:
    tree = bpw(province, "trace", *RATIO)
    assert tree.exit_code == 0
    assert "Numerator" in tree.output and "301/" in tree.output and " › " in tree.output
    assert max(tree.output.splitlines(), key=len).strip(), "one line a step"

    table = list(csv.DictReader(io.StringIO(bpw(province, "trace", *RATIO, "--csv").output)))
    cells = [row for row in table if row["cell"] and row["level"] != "0"]
    assert cells and all(row["workbook"] and row["sheet"] for row in cells)
    assert table[0]["mart"] == "fct_coverage_ratios" and table[0]["level"] == "0"

    nested = json.loads(bpw(province, "trace", "marts.fct_coverage_ratios", *RATIO[1:], "--json").output)
    assert nested["rests_on"][0]["role"] == "numerator"
    assert nested["row"]["numerator_net_cny"] == nested["rests_on"][0]["row"]["amount_cny"]


def test_a_release_is_named(province: Workspace) -> None:
    name = province.current.resolve().name
    assert bpw(province, "trace", *RATIO, "--release", name).output == bpw(province, "trace", *RATIO).output
    for wrong in ("20000101T000000Z-00000000", f"../releases/{name}"):
        answer = bpw(province, "trace", *RATIO, "--release", wrong)
        assert answer.exit_code == 2 and "no release" in answer.output


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("fct_nothing",), 2, "fct_coverage_ratios"),
        (("fct_scores", "colour=red"), 2, "subject_code"),
        (("fct_scores", "fiscal_year=soon"), 2, "integer"),
        (("fct_scores", "fiscal_year"), 2, "COLUMN=VALUE"),
        (("fct_scores", "subject_code=000000"), 1, "No row"),
        (("fct_scores", "fiscal_year=2014"), 1, "node_code"),
        (("fct_scores", "node_code='; drop table fct_scores --"), 1, "No row"),
    ],
)
def test_a_question_that_names_no_row_is_told_why(
    province: Workspace, arguments: tuple[str, ...], code: int, said: str
) -> None:
    answer = bpw(province, "trace", *arguments)
    assert (answer.exit_code, said in answer.output) == (code, True), answer.output


def test_several_rows_are_counted_and_narrowed(province: Workspace, database: Path) -> None:
    (counted,) = rows(database, "select count(*) as n from marts.fct_scores where fiscal_year = 2014")
    answer = bpw(province, "trace", "fct_scores", "fiscal_year=2014")
    assert f"{counted['n']} rows" in answer.output
    assert "overall_guarantee" in answer.output or "node_code (" in answer.output
