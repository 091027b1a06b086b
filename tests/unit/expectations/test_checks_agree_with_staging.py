"""What the gate lets pass, staging can read: the same words, units, bands and numbers on both sides."""

from __future__ import annotations

import csv
import re

import pytest
from jinja2 import Template

from expectations.data import read_rows
from orchestration.ingest.text import amount_statement, fold
from orchestration.resources.paths import DBT_PROJECT
from tests.support.real_material import shipped_forms
from tests.support.tiny_warehouse import TinyWarehouse, found

PRINTED = ["12", "-12.5", "+0.50", ".5", "1234.", "1,234.50", "1，234.50", " 7 ", "0", "90071992547409930.03"]
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {ord("…"): "…"}
NOT_PRINTED = ["１２", "1 234", "1e5", "368633!", "12元", "(3)", "1,23", "--1", "约3", "95%", "0.5%"]


def seed(path: str) -> list[dict[str, str]]:
    with (DBT_PROJECT / "seeds" / path).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def staged(tiny: TinyWarehouse, printed: str) -> object:
    """The number staging reads, by the macro's own SQL."""
    macro = (DBT_PROJECT / "macros" / "dispatched" / "try_decimal.sql").read_text("utf-8")
    body = re.search(r"macro duckdb__try_decimal.*?-%\}\n(.*?)\n\{%- endmacro", macro, re.DOTALL)
    assert body
    sql = (
        body[1].replace("{{ text_column }}", "?").replace("{{ precision }}", "38").replace("{{ scale }}", "6")
    )
    return tiny.connection.execute(f"select {sql}", [printed] * sql.count("?")).fetchall()[0][0]


@pytest.mark.parametrize("printed", [*PRINTED, *NOT_PRINTED])
def test_amounts(tiny: TinyWarehouse, printed: str) -> None:
    tiny.submit("a", "department_final_account")
    tiny.cell("department_final_account", "a", "revenue.201.appropriation", printed)
    is_text = bool(found(tiny.raw(), "content.text_in_amount"))
    assert is_text is (printed in NOT_PRINTED)
    if not is_text:
        read = tiny.connection.execute("select amount from check_cells").fetchall()[0][0]
        assert read is not None
        assert read == staged(tiny, printed)


def test_money_units() -> None:
    known = {row["unit_label"]: row for row in read_rows("units") if row["kind"] == "money"}
    assert {row["unit_label"]: row["factor_to_yuan"] for row in seed("codes/money_units.csv")} == {
        label: row["factor_to_cny"] for label, row in known.items()
    }
    for row in known.values():
        assert float(row["factor_to_cny"]) * float(row["cny_to_unit"]) == 1


def folded_by_staging(tiny: TinyWarehouse, printed: str) -> str:
    """The text staging compares, by the macro's own SQL."""
    source = (DBT_PROJECT / "macros" / "folded_text.sql").read_text("utf-8")
    sql = Template(source + "{{ folded_text('?') }}").render().strip()
    return str(tiny.connection.execute(f"select {sql}", [printed]).fetchall()[0][0])


@pytest.mark.parametrize(
    "printed", ["示例省 教育厅", "示例省（甲）厅", "第１中学\u3000", "ＡＢ－Ｃ\u200b", "…", "\tＸ\n"]
)
def test_texts_fold_alike(tiny: TinyWarehouse, printed: str) -> None:
    tiny.receipts()
    by_gate = tiny.connection.execute("select check_folded(?)", [printed]).fetchall()[0][0]
    assert folded_by_staging(tiny, printed) == by_gate == fold(printed)


@pytest.mark.parametrize("spelling", ["{}", " {} ", "\u3000{}", "full"])
def test_words_in_place_of_a_number(tiny: TinyWarehouse, spelling: str) -> None:
    """Reader, gate and staging give one answer for every entry of the one list."""
    vocabulary = shipped_forms().vocabulary
    tiny.submit("a", "department_final_account")
    spelled = {
        entry: entry.translate(FULL_WIDTH) if spelling == "full" else spelling.format(entry)
        for entry in vocabulary.statements
    }
    at = {
        entry: tiny.cell("department_final_account", "a", f"revenue.{number}.total", text)
        for number, (entry, text) in enumerate(spelled.items(), start=201)
    }
    outcome = tiny.raw()
    assert found(outcome, "content.text_in_amount") == []
    by_gate = dict(tiny.connection.execute("select cell, value_status from check_cells").fetchall())
    for entry, said in vocabulary.statements.items():
        by_staging = tiny.connection.execute(
            "select value_status from raw.amount_vocabulary where printed_text = ?",
            [folded_by_staging(tiny, spelled[entry])],
        ).fetchall()
        assert by_staging == [(by_gate[at[entry]],)] == [(vocabulary.value_status[said],)], entry
        assert amount_statement(spelled[entry], vocabulary.statements) == said


def test_grades() -> None:
    bands = {
        row["grade"]: (row["lower_inclusive"], row["upper_exclusive"]) for row in read_rows("grade_bands")
    }
    for row in seed("schemes/county_expenditure_management_396_2012/grades.csv"):
        assert bands[row["name_zh"]] == (row["points_from"], row["points_below"])
