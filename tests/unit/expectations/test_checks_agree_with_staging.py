"""What the gate lets pass, staging can read: the same words, units, bands and numbers on both sides."""

from __future__ import annotations

import csv
import re

import pytest

from expectations.data import read_rows
from orchestration.resources.paths import DBT_PROJECT
from tests.support.tiny_warehouse import TinyWarehouse, found

PRINTED = ["12", "-12.5", "+0.50", ".5", "1234.", "1,234.50", "1，234.50", " 7 ", "0", "90071992547409930.03"]
NOT_PRINTED = ["１２", "1 234", "1e5", "368633!", "12元", "(3)", "1,23", "--1", "约3"]


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


def test_words_in_place_of_a_number() -> None:
    known = {row["printed_text"] for row in read_rows("amount_vocabulary")}
    answers = {choice for row in read_rows("units") for choice in row["choices"].split("|")}
    staged_words = {row["value_text"] for row in seed("codes/value_vocabulary.csv")}
    assert staged_words - answers <= known


def test_grades() -> None:
    bands = {
        row["grade"]: (row["lower_inclusive"], row["upper_exclusive"]) for row in read_rows("grade_bands")
    }
    for row in seed("schemes/grade_bands.csv"):
        assert bands[row["name_zh"]] == (row["points_from"], row["points_below"])
