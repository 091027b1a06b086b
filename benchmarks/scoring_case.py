"""The case `benchmarks.scoring` scores: a county scheme of 40 indicators, and what each county filed.

The scheme mixes the rule kinds of the shipped county scheme, each with the county's peers in bands of
expenditure per head. Amounts are drawn at random from a fixed seed.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

SCHEME, EDITION, SUBJECT_TYPE = "benchmark_counties", "1", "region"
YEARS = (2012, 2013, 2014, 2015)
BLOCKS = 5
POINTS_AN_INDICATOR = 2.5
HALF_WIDTH, STANDARD, THRESHOLD, TARGET = 0.1, 1, 0.8, 0.5
# (subjects at least, bands), as the shipped county scheme has them.
BANDS = ((1, 1), (15, 3), (50, 5), (500, 10))
RULES: Mapping[str, Mapping[str, float]] = {
    "band_window_minmax": {"window_half_width": HALF_WIDTH},
    "band_minmax": {},
    "ratio_to_standard": {"full_at": STANDARD},
    "improvement_on_last_year": {"full_at": STANDARD, "window_half_width": HALF_WIDTH},
    "mean_reached": {},
    "proportion_capped": {"full_at": STANDARD},
    "threshold": {"threshold": THRESHOLD},
    "target_over_actual": {"target": TARGET},
}
# Indicator → its rule: each block has every rule once.
INDICATORS = {f"b{block}_{rule}": rule for block in range(BLOCKS) for rule in RULES}
TOTAL, POPULATION = "account.totals.expenditure.final", "base_data.totals.population.value"
_SEED = 396
_FEN = "cast(0.01 as decimal(2, 2))"


def figure_of(indicator: str) -> str:
    """The figure an indicator divides by total expenditure."""
    return f"account.expenditure_by_function.{indicator}.final"


def write_scheme(folder: Path) -> None:
    """The scheme as a folder of tables."""
    named = {"name_zh": "基准", "name_en": "benchmark", "citation": "benchmark"}
    inner = {"aggregation": "sum_of_points", "node_status": "default", **named}
    block_points = POINTS_AN_INDICATOR * len(RULES)
    nodes: list[dict[str, object]] = [
        {"node_code": "total", "max_points": block_points * BLOCKS, **inner},
        *(
            {"node_code": f"b{block}", "parent_node_code": "total", "max_points": block_points, **inner}
            for block in range(BLOCKS)
        ),
    ]
    parameters, inputs = list[dict[str, object]](), list[dict[str, object]]()
    metrics: list[dict[str, object]] = [{"metric_code": "per_head", "unit": "yuan_per_person", **named}]
    terms = _quotient("per_head", TOTAL, POPULATION)
    for indicator, rule in INDICATORS.items():
        changes = rule == "improvement_on_last_year"
        nodes.append(
            {
                "node_code": indicator,
                "parent_node_code": indicator.partition("_")[0],
                "max_points": POINTS_AN_INDICATOR,
                "rule_code": rule,
                "combination": "difference" if changes else "single",
                "node_status": "default",
                **named,
            }
        )
        for parameter, value in RULES[rule].items():
            parameters.append({"node_code": indicator, "parameter_code": parameter, "parameter_value": value})
        for role, offset in (("value", 0), ("previous", -1))[: 1 + changes]:
            metric = indicator if role == "value" else f"{indicator}_{role}"
            inputs.append({"node_code": indicator, "input_role": role, "metric_code": metric})
            metrics.append({"metric_code": metric, "unit": "fraction", **named})
            terms += _quotient(metric, figure_of(indicator), TOTAL, offset)
    about = {
        "scheme_code": SCHEME,
        "scheme_edition": EDITION,
        "valid_from": YEARS[0],
        "subject_type": SUBJECT_TYPE,
        "band_metric_code": "per_head",
        "rounding_digits": 2,
        **named,
    }
    bands = [
        {"min_subjects": least, "band_count": count, "status": "default", "citation": "benchmark"}
        for least, count in BANDS
    ]
    folder.mkdir(parents=True)
    tables: dict[str, Sequence[Mapping[str, object]]] = {
        "scheme": [about],
        "nodes": nodes,
        "parameters": parameters,
        "inputs": inputs,
        "metrics": metrics,
        "metric_terms": terms,
        "bands": bands,
    }
    for name, rows in tables.items():
        _write(folder / f"{name}.csv", rows)


def _quotient(metric: str, numerator: str, denominator: str, offset: int = 0) -> list[dict[str, object]]:
    return [
        {"metric_code": metric, "term_role": role, "figure_code": figure, "year_offset": offset}
        for role, figure in (("numerator", numerator), ("denominator", denominator))
    ]


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_figures(path: Path, subjects: int) -> int:
    """What each county filed in each year and the one before the first, as Parquet; the number of figures.

    Amounts are yuan with two decimals. Those of one county and indicator move by up to a tenth of total
    expenditure from year to year, so that changes fall inside and outside the window of the rules.
    """
    generator = np.random.default_rng(_SEED)
    years = (YEARS[0] - 1, *YEARS)
    shape = (subjects, len(years))
    totals = generator.integers(10**10, 10**11, shape)
    level = generator.uniform(0.3, 1.1, (subjects, 1, len(INDICATORS)))
    parts = level + generator.uniform(0, 0.1, (*shape, len(INDICATORS)))
    fen = np.concatenate(
        [
            totals[:, :, None],
            100 * generator.integers(10_000, 1_000_000, (*shape, 1)),
            np.rint(totals[:, :, None] * parts).astype(np.int64),
        ],
        axis=2,
    )
    codes = [TOTAL, POPULATION, *map(figure_of, INDICATORS)]
    rows = pa.table(
        {
            "subject": np.repeat(np.arange(subjects), len(years) * len(codes)),
            "fiscal_year": np.tile(np.repeat(np.array(years, np.int32), len(codes)), subjects),
            "figure": np.tile(np.arange(len(codes)), subjects * len(years)),
            "fen": fen.reshape(-1),
        }
    )
    names = pa.table({"figure": np.arange(len(codes)), "figure_code": codes})
    with duckdb.connect() as connection:
        connection.register("filed", rows)
        connection.register("names", names)
        connection.execute(
            f"COPY (SELECT printf('%06d', subject) AS subject_code, fiscal_year, figure_code, "
            f"CAST(CAST(fen AS decimal(16, 0)) * {_FEN} AS decimal(18, 2)) AS figure_value "
            f"FROM filed JOIN names USING (figure) ORDER BY ALL) TO '{path}' (FORMAT parquet)"
        )
    return int(fen.size)


def fill(warehouse: Path, figures: Path, subjects: int) -> None:
    """The relations the engine begins at, in a new database: of the first so many counties.

    These are those `orchestration.scoring.scratch` fills from a table of values.
    """
    warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(warehouse)) as connection:
        for schema in ("staging", "intermediate"):
            connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(
            f"CREATE TABLE intermediate.int_scored_figures AS SELECT '{SUBJECT_TYPE}' AS subject_type, "
            "subject_code, fiscal_year, figure_code, figure_code AS figure_name_zh, "
            "CAST(figure_value AS decimal(38, 12)) AS figure_value, 'reported' AS value_status, "
            "CAST(0.005 AS decimal(38, 12)) AS half_print_step, "
            "CAST(figure_value AS varchar) AS value_text, '元' AS unit_label, "
            "CAST(NULL AS varchar) AS ledger_coverage_code, 'values ' || subject_code AS submission_id, "
            "'决算表' AS sheet, 'C' || row_number() OVER (PARTITION BY subject_code, fiscal_year) AS cell "
            f"FROM '{figures}' WHERE CAST(subject_code AS integer) < {subjects}"
        )
        connection.execute(
            f"CREATE TABLE intermediate.int_scheme_subjects AS SELECT DISTINCT '{SCHEME}' AS scheme_code, "
            f"'{EDITION}' AS scheme_edition, subject_type, subject_code, subject_code AS subject_name_zh, "
            "subject_code AS region_code, CAST(NULL AS varchar) AS province_code, fiscal_year "
            f"FROM intermediate.int_scored_figures WHERE fiscal_year >= {YEARS[0]}"
        )
        connection.execute(
            "CREATE TABLE intermediate.int_subject_history AS SELECT subject_type, subject_code, "
            "fiscal_year, year_offset, subject_code AS code_then, 1 AS holder_count "
            "FROM intermediate.int_scheme_subjects CROSS JOIN (VALUES (0), (-1)) AS years (year_offset)"
        )
        connection.execute(
            "CREATE TABLE staging.stg_submissions AS SELECT DISTINCT submission_id, "
            "submission_id || '.xlsx' AS file_name, submission_id || '.xlsx' AS relative_path "
            "FROM intermediate.int_scored_figures"
        )
