"""Rules every model keeps: SQL that DuckDB and Spark share, no method in SQL, a stated grain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
DISPATCHED = PROJECT / "macros" / "dispatched"
MODELS = sorted((PROJECT / "models").rglob("*.sql"))
SQL_FILES = [
    path
    for folder in ("models", "macros", "tests")
    for path in sorted((PROJECT / folder).rglob("*.sql"))
    if DISPATCHED not in path.parents
]

# What DuckDB knows and Spark or Sail does not, or reads differently.
NOT_PORTABLE = {
    "group by all": r"\bgroup\s+by\s+all\b",
    "order by all": r"\border\s+by\s+all\b",
    "qualify": r"\bqualify\b",
    "filter clause": r"\bfilter\s*\(",
    "select exclude/replace": r"\*\s*(exclude|replace)\s*\(",
    "double-colon cast": r"::\s*\w",
    "list or struct literal": r"\[\s*'|\bstruct_pack\b|\blist_\w+\(|\bunnest\b|\bunpivot\b|\bpivot\b",
    "ilike or similar to": r"\bilike\b|\bsimilar\s+to\b",
    "regular expression": r"\bregexp_\w+\(",
    "string_agg": r"\bstring_agg\b|\blistagg\b",
    "integer division operator": r"(?<![:/])//(?!/)",
    "hugeint": r"\bhugeint\b",
    "try_cast": r"\btry_cast\b",
    "asof join": r"\basof\b",
    "semi or anti join": r"\b(semi|anti)\s+join\b",
    "percentile": r"\bpercentile\w*\(|\bquantile\w*\(|\bmedian\(",
    "varchar": r"\bvarchar\b",
    "avg on decimals gives a binary float": r"\bavg\s*\(",
    "binary float": r"\b(double|float|real)\b",
}


def code_of(path: Path) -> str:
    """SQL without comments, Jinja and string literals' content left as is."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}", "", text, flags=re.DOTALL)
    return re.sub(r"--[^\n]*", "", text).lower()


@pytest.mark.parametrize("construct", sorted(NOT_PORTABLE))
def test_sql_is_portable(construct: str) -> None:
    pattern = re.compile(NOT_PORTABLE[construct])
    found = [str(path.relative_to(PROJECT)) for path in SQL_FILES if pattern.search(code_of(path))]
    assert not found, f"{construct}: move it into a dispatched macro: {found}"


@pytest.mark.parametrize(
    ("construct", "sql"),
    [
        ("qualify", "select 1 qualify row_number() over () = 1"),
        ("filter clause", "select sum(x) filter (where y)"),
        ("double-colon cast", "select x::int"),
        ("avg on decimals gives a binary float", "select avg(amount)"),
        ("integer division operator", "select a // b"),
    ],
)
def test_the_lint_sees_what_it_forbids(construct: str, sql: str) -> None:
    assert re.search(NOT_PORTABLE[construct], sql)


def test_each_dispatched_macro_has_both_engines() -> None:
    for path in DISPATCHED.glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        for engine in ("duckdb", "spark"):
            assert f"macro {engine}__{path.stem}(" in text, f"{path.name} lacks {engine}"


def test_no_division_of_amounts_outside_the_macro() -> None:
    for path in MODELS:
        assert not re.search(r"[\w)]\s+/\s+[\w(]", code_of(path)), f"{path.name}: use exact_divide"


def test_no_year_in_sql() -> None:
    for path in SQL_FILES:
        assert not re.search(r"\b(19|20)\d\d\b", code_of(path)), f"{path.name} holds a year"


def test_no_chinese_label_in_sql() -> None:
    for path in [*MODELS, *sorted((PROJECT / "macros").glob("*.sql"))]:
        assert not re.search(r"[\u4e00-\u9fff]", code_of(path)), f"{path.name} holds a label"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_model_says_its_grain_first(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- Grain: one row per ")


def test_sources_are_read_in_staging_only() -> None:
    for path in MODELS:
        if "source(" in code_of(path):
            assert path.parent.name == "staging", path.name


@pytest.mark.parametrize(
    ("folder", "prefixes"),
    [("staging", ("stg_",)), ("intermediate", ("int_",)), ("marts", ("dim_", "fct_", "rpt_"))],
)
def test_prefix_says_the_layer(folder: str, prefixes: tuple[str, ...]) -> None:
    for path in (PROJECT / "models" / folder).rglob("*.sql"):
        assert path.stem.startswith(prefixes), path.name
