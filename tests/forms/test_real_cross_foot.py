"""The 305 cross-foot checks of two published workbooks: each is asked, and none says more than a note."""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.prepare import prepare_receipts, prepare_year
from expectations.raw_gate import KNOCK_ON
from expectations.rules import load_rules, run_rule
from expectations.runner import CheckOutcome, check_raw, reader_outcome
from orchestration.ingest.forms import FormCatalogue, load_catalogue
from orchestration.ingest.read import read_workbook
from orchestration.resources.paths import SHIPPED_FORMS
from orchestration.resources.raw_tables import raw_tables, write_vocabulary
from orchestration.resources.warehouse import SUBMISSIONS, Warehouse, insert

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real" / "final_accounts"
YEARS = {"js2024_shehuigongzuobu": 2024, "ys2025_bangongshi_danwei": 2025}
TABLES = {
    "收入决算表": "revenue",
    "支出决算表": "expenditure",
    "一般公共预算财政拨款支出决算表": "general_public_expenditure",
    "一般公共预算财政拨款基本支出决算表": "general_public_basic_expenditure",
    "2025年预算单位收入预算总表": "revenue",
    "2025年预算单位支出预算总表": "expenditure",
    "2025年预算单位一般公共预算支出功能分类预算表": "general_public_expenditure",
    "2025年预算单位一般公共预算基本支出部门预算经济分类预算表": "general_public_basic_expenditure",
}
MEASURES = {
    "本年收入合计": "total",
    "本年支出合计": "total",
    "合计": "total",
    "财政拨款收入": "appropriation",
    "基本支出": "basic",
    "项目支出": "project",
    "人员经费": "personnel",
    "公用经费": "operating_cost",
}
# Checks that are said in words: the identity and the total it closes.
WORDED = {
    ("收入支出决算总表", "本年收入合计=Σ收入项"): ("dfa_summary_revenue", ""),
    ("收入支出决算总表", "总计(收)=本年收入合计+使用非财政拨款结余+年初结转"): (
        "dfa_summary_grand_revenue",
        "",
    ),
    ("收入支出决算总表", "总计(支)=本年支出合计+结余分配+年末结转"): ("dfa_summary_grand_expenditure", ""),
    ("收入支出决算总表", "本年支出合计=Σ支出项"): ("dfa_summary_expenditure", ""),
    ("收入支出决算总表", "总计(收)=总计(支)"): ("dfa_summary_two_sides", ""),
    ("财政拨款收入支出决算总表", "总计(收)=本年收入合计+年初财政拨款结转和结余"): (
        "dfa_appropriation_grand_revenue",
        "",
    ),
    ("财政拨款收入支出决算总表", "总计(支)=本年支出合计+年末财政拨款结转和结余"): (
        "dfa_appropriation_grand_expenditure",
        "total",
    ),
    ("财政拨款收入支出决算总表", "本年支出合计=Σ支出项"): ("dfa_appropriation_expenditure", "total"),
    ("财政拨款收入支出决算总表", "总计(收)=总计(支)"): ("dfa_appropriation_two_sides", ""),
    ("跨表", "总表.本年收入合计=收入决算表.合计"): ("dfa_cross_revenue", ""),
    ("跨表", "总表.本年支出合计=支出决算表.合计"): ("dfa_cross_expenditure", ""),
    ("跨表", "财政拨款总表.本年支出(一般公共预算)=一般公共预算支出表.合计"): ("dfa_cross_general_public", ""),
    ("跨表", "一般公共预算支出表.基本支出=基本支出表Σ类"): ("dfa_cross_basic", ""),
    ("跨表", "总表.一般公共服务=支出决算表.201"): ("dfa_cross_classes", "201"),
    ("跨表", "总表.社会保障=支出决算表.208"): ("dfa_cross_classes", "208"),
    ("跨表", "总表.卫生健康=支出决算表.210"): ("dfa_cross_classes", "210"),
    ("跨表", "总表.住房保障=支出决算表.221"): ("dfa_cross_classes", "221"),
    ("2025年预算单位财务收支预算总表", "收入总计=支出总计"): ("budget_summary_two_sides", ""),
    ("2025年预算单位财务收支预算总表", "支出总计=Σ支出项"): ("budget_summary_expenditure", "total"),
    ("2025年预算单位财政拨款收支预算总表", "收入总计=支出总计"): ("budget_appropriation_two_sides", ""),
    ("2025年预算单位财政拨款收支预算总表", "支出总计=Σ支出项"): ("budget_appropriation_expenditure", "total"),
    ("跨表", "收入预算总表.合计=支出预算总表.合计"): ("budget_cross_two_tables", ""),
    ("跨表", "财务收支总表.收入总计=收入预算总表.合计"): ("budget_cross_revenue", ""),
}
CENT = Decimal("0.01")
IDENTITIES = next(rule for rule in load_rules() if rule.name == "identities")
_DOWN = re.compile(r"(合计|\d+)=Σ(?:类|款|下级)(?: \[(?:[^/\]]*/)?([^\]]+)\])?")
_ACROSS = re.compile(r"行 (合计|\d+): .*=Σ其余列")

Judged = dict[str, tuple[CheckOutcome, list[dict[str, str]]]]
"""Outcome and evaluated identities by workbook."""

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="real workbooks (../shared/real) are not here")


@pytest.fixture(scope="module")
def forms() -> FormCatalogue:
    return load_catalogue([SHIPPED_FORMS])


@pytest.fixture(scope="module")
def warehouse(forms: FormCatalogue, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """As the load stage leaves it before the first workbook: every table, and the vocabulary."""
    warehouse = Warehouse(tmp_path_factory.mktemp("cross_foot") / "warehouse.duckdb")
    warehouse.prepare(raw_tables(forms))
    write_vocabulary(warehouse, forms.vocabulary)
    return warehouse


@pytest.fixture(scope="module")
def expected() -> list[dict[str, str]]:
    with (REAL / "checks_expected.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def load(connection: duckdb.DuckDBPyConnection, forms: FormCatalogue, name: str) -> list[str]:
    """Load one workbook; returns the severities of what the reader said."""
    result = read_workbook(REAL / f"{name}.xlsx", YEARS[name], forms)
    received = {
        "submission_id": result.submission_id,
        "fiscal_year": YEARS[name],
        "submitter_code": "office",
        "file_name": f"{name}.xlsx",
        "relative_path": f"{name}.xlsx",
        "status": result.status,
        "form_codes": ",".join(records.form_code for records in result.forms),
    }
    insert(connection, "raw.submissions", SUBMISSIONS, [received])
    columns = raw_tables(forms)
    for records in result.forms:
        for table, rows in records.tables.items():
            insert(connection, f"raw.{table}", columns[f"raw.{table}"], rows)
    said = reader_outcome(result.findings, submission_id=result.submission_id, fiscal_year=YEARS[name])
    return [finding.severity for finding in said]


@pytest.fixture(scope="module")
def judged(warehouse: Warehouse, forms: FormCatalogue) -> Judged:
    """Outcome and evaluated identities by workbook."""
    schemas = {
        table: [column.name for column in schema.columns] for table, schema in forms.raw_schemas().items()
    }
    outcomes = {}
    for name, year in YEARS.items():
        with warehouse.transaction() as connection:
            assert set(load(connection, forms, name)) <= {"note"}
        with warehouse.reading() as connection:
            outcome = check_raw(connection, year, forms=schemas)
            cursor = connection.execute(
                "select identity_code, table_code, item_code, measure_code, group_key from check_instances"
            )
            names = [column[0] for column in cursor.description or ()]
            outcomes[name] = (outcome, [dict(zip(names, row, strict=True)) for row in cursor.fetchall()])
    return outcomes


@pytest.mark.parametrize("name", YEARS)
def test_no_finding_above_a_note(name: str, judged: Judged) -> None:
    outcome, instances = judged[name]
    assert instances
    assert [finding.message_en for finding in outcome.findings if finding.severity != "note"] == []


def test_every_expected_check_is_asked(expected: list[dict[str, str]], judged: Judged) -> None:
    asked = {
        name: {key for instance in instances for key in keys(instance)}
        for name, (_, instances) in judged.items()
    }
    wanted = [(row["doc"], row["table"], key(row["table"], row["check"])) for row in expected]
    assert len(wanted) == 305
    missing = [(table, found) for doc, table, found in wanted if found not in asked[doc]]
    assert missing == []


def test_counts_by_table(expected: list[dict[str, str]], judged: Judged) -> None:
    """In the tables of codes we ask at least what the list asks, table by table."""
    wanted = Counter((row["doc"], TABLES[row["table"]]) for row in expected if row["table"] in TABLES)
    found = Counter(
        (name, instance["table_code"])
        for name, (_, instances) in judged.items()
        for instance in instances
        if ".cross" not in instance["identity_code"].replace("_", ".")
        and instance["table_code"] in TABLES.values()
    )
    assert {place: found[place] for place in wanted if found[place] < wanted[place]} == {}


def keys(instance: dict[str, str]) -> list[tuple[str, ...]]:
    """How an evaluated identity may be called in the list of expected checks."""
    identity = instance["identity_code"]
    if identity.startswith("tree."):
        return [("down", instance["table_code"], instance["item_code"], instance["measure_code"])]
    if identity.endswith("_row"):
        return [("across", instance["table_code"], instance["item_code"])]
    return [("worded", identity, instance["group_key"])]


def key(table: str, check: str) -> tuple[str, ...]:
    """The same for an expected check."""
    if (table, check) in WORDED:
        return ("worded", *WORDED[(table, check)])
    across = _ACROSS.fullmatch(check)
    if across:
        return ("across", TABLES[table], across[1].replace("合计", "TOTAL"))
    down = _DOWN.fullmatch(check)
    assert down, check
    measure = MEASURES[down[2]] if down[2] else "final"
    return ("down", TABLES[table], down[1].replace("合计", "TOTAL"), measure)


@pytest.mark.parametrize("name", YEARS)
def test_a_planted_error_is_told_at_its_cell(name: str, judged: Judged, warehouse: Warehouse) -> None:
    """64,840,547 yuan, the size of a real one, added to cells that stand in several sums, one at a time."""
    form = {2024: "department_final_account", 2025: "department_budget"}[YEARS[name]]
    with duckdb.connect(str(warehouse.path)) as connection:
        tables = prepare_receipts(connection)
        prepare_year(connection, YEARS[name], tables)
        cells = connection.execute(
            "select sheet, cell, any_value(value_text), any_value(unit_per_cny) from check_terms"
            " where amount_cny is not null group by sheet, cell"
            " having count(distinct (identity_code, group_key)) > 1 order by all"
        ).fetchall()
        for sheet, cell, text, unit_per_cny in cells[:: len(cells) // 7]:
            wrong = Decimal(text.replace(",", "")) + (Decimal("64840547") * unit_per_cny).quantize(CENT)
            connection.begin()
            connection.execute(
                f"update raw.{form} set value_text = ? where _sheet = ? and _cell = ?",
                [str(wrong), sheet, cell],
            )
            prepare_year(connection, YEARS[name], tables)
            _, rows = run_rule(connection, IDENTITIES, {})
            connection.rollback()
            told = [(row["sheet"], row["cell"]) for row in rows if row["check_code"] != KNOCK_ON]
            assert told == [(sheet, cell)]
            assert all(row["expected"] == f"{sheet}!{cell}" for row in rows if row["check_code"] == KNOCK_ON)
