"""The ways of scoring one case that `benchmarks.scoring` compares, each in a process of its own.

    .venv/bin/python -m benchmarks.scorers WAY SCRATCH SUBJECTS

The scratch folder holds `scheme/` and `figures.parquet` (`benchmarks.scoring_case`). Prints seconds after the
imports as JSON. Scores go to `<way>.parquet`: subject_code, fiscal_year, points, rank_overall.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.scoring_case import (
    BANDS,
    HALF_WIDTH,
    INDICATORS,
    POINTS_AN_INDICATOR,
    POPULATION,
    STANDARD,
    TARGET,
    THRESHOLD,
    TOTAL,
    YEARS,
    figure_of,
    fill,
)

Seconds = dict[str, float]
_DRAWS = 10_000
_SCORES_AND_TRACE = (
    "fct_score_trace",
    "fct_scores",
    "fct_indicator_values",
    "fct_indicator_inputs",
    "int_totals",
)
_PYTHON_MODELS = ("int_rank_intervals", "int_effective_weights")
# What an input printed with two decimals of a percentage may have been before, as a share of its points.
_ROUNDING = 0.0005


class _Watch:
    """Seconds of the steps of a way."""

    def __init__(self) -> None:
        self.seconds: Seconds = {}
        self._last = time.perf_counter()

    def note(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = now - self._last
        self._last = now


def ours(scratch: Path, subjects: int) -> Seconds:
    """The models of the engine through dbt, as `bpw score` runs them."""
    from orchestration.dbt_runner import DbtProject
    from orchestration.methods.project import compose
    from orchestration.methods.scheme_folders import read_scheme
    from orchestration.methods.scheme_rules import require_sound, rule_catalogue
    from orchestration.methods.seed_tables import seed_tables
    from orchestration.resources.paths import DBT_PROJECT, Workspace
    from orchestration.scoring.scratch import ENGINE

    workspace, place = Workspace(scratch / "workspace"), scratch / "project"
    workspace.make()
    scheme = read_scheme(scratch / "scheme", seed_tables(DBT_PROJECT).values())
    require_sound(scheme, rule_catalogue(DBT_PROJECT))
    compose(DBT_PROJECT, place, [scheme])
    project = DbtProject.of_place(workspace, place)
    watch = _Watch()
    project.manifest_path()
    watch.note("parse")
    fill(workspace.warehouse, scratch / "figures.parquet", subjects)
    watch.note("fill")
    outcome = project.build(ENGINE)
    if not outcome.success:
        raise SystemExit("\n".join(outcome.failures))
    watch.note("build")
    _write_trace(workspace.warehouse, scratch)
    watch.note("trace")
    _write_scorecards(workspace.warehouse, scratch / "ours.parquet")
    for name in ("manifest.json", "run_results.json"):
        (scratch / name).write_bytes((project.target / name).read_bytes())
    return watch.seconds


def compiled(scratch: Path, subjects: int) -> Seconds:
    """The same models as dbt compiled them, run bare."""
    # Compiled SQL names the catalog, which is the file's name.
    built, warehouse = scratch / "workspace" / "work" / "warehouse.duckdb", scratch / "warehouse.duckdb"
    statements = _compiled_statements(scratch)
    fill(warehouse, scratch / "figures.parquet", subjects)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"ATTACH '{built}' AS built (READ_ONLY)")
        copied = [("staging", name, "") for name in _tables(connection, "built", "staging")]
        copied += [("intermediate", name, "LIMIT 0") for name in _PYTHON_MODELS]
        for schema, name, limit in copied:
            connection.execute(
                f"CREATE OR REPLACE TABLE {schema}.{name} AS FROM built.{schema}.{name} {limit}"
            )
        connection.execute("DETACH built")
        connection.execute("CREATE SCHEMA marts")
        watch = _Watch()
        for step, of_step in statements.items():
            for statement in of_step:
                connection.execute(statement)
            watch.note(step)
    _write_trace(warehouse, scratch)
    watch.note("trace")
    _write_scorecards(warehouse, scratch / "compiled.parquet")
    return watch.seconds


def _tables(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> list[str]:
    """Tables that do not depend on the number of subjects."""
    rows = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND schema_name = ? "
        "AND table_name <> 'stg_submissions'",
        [database, schema],
    ).fetchall()
    return [str(name) for (name,) in rows]


def _compiled_statements(scratch: Path) -> dict[str, list[str]]:
    """The statements of the SQL models, in the order dbt ran them: first what scores and trace need."""
    manifest: dict[str, Any] = json.loads((scratch / "manifest.json").read_text(encoding="utf-8"))
    results: dict[str, Any] = json.loads((scratch / "run_results.json").read_text(encoding="utf-8"))
    nodes = manifest["nodes"]
    needed = {name for name, node in nodes.items() if node["name"] in _SCORES_AND_TRACE}
    waiting = list(needed)
    while waiting:
        above = nodes.get(waiting.pop(), {}).get("depends_on", {}).get("nodes", [])
        waiting += [name for name in above if name not in needed]
        needed.update(above)
    found: dict[str, list[str]] = {"models": [], "beside": []}
    for result in results["results"]:
        name = result["unique_id"]
        node = nodes.get(name, {})
        if node.get("resource_type") != "model" or node["language"] != "sql":
            continue
        kind = "VIEW" if node["config"]["materialized"] == "view" else "TABLE"
        found["models" if name in needed else "beside"].append(
            f"CREATE {kind} {node['schema']}.{node['name']} AS {result['compiled_code']}"
        )
    return found


def _write_trace(warehouse: Path, scratch: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(
            f"COPY (FROM marts.fct_score_trace) TO '{scratch / 'trace.parquet'}' (FORMAT parquet)"
        )


def _write_scorecards(warehouse: Path, target: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(
            "COPY (SELECT subject_code, fiscal_year, total_points_with_defaults_unrounded AS points, "
            f"rank_overall FROM intermediate.int_scorecards) TO '{target}' (FORMAT parquet)"
        )


def numpy_pandas(scratch: Path, subjects: int) -> Seconds:
    """The script an analyst would write: figures as a matrix of binary floats, rules on its columns."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    watch = _Watch()
    table = pq.read_table(scratch / "figures.parquet")
    place = table.schema.get_field_index("figure_value")
    table = table.set_column(place, "figure_value", table.column(place).cast(pa.float64()))
    wide = table.to_pandas().pivot(
        index=["fiscal_year", "subject_code"], columns="figure_code", values="figure_value"
    )
    measures = wide[[figure_of(one) for one in INDICATORS]].div(wide[TOTAL], axis=0)
    measures.columns = pd.Index(INDICATORS)
    scored = []
    for year in YEARS:
        now, before = measures.loc[year], measures.loc[year - 1]
        bands = _bands((wide.loc[year, TOTAL] / wide.loc[year, POPULATION]).rank(method="min"))
        shares = {name: _share(rule, now[name], before[name], bands) for name, rule in INDICATORS.items()}
        points = (pd.DataFrame(shares) * POINTS_AN_INDICATOR).sum(axis=1)
        ranks = points.round(9).rank(method="min", ascending=False).astype(int)
        scored.append(
            pd.DataFrame({"fiscal_year": year, "points": points, "rank_overall": ranks}).reset_index()
        )
    pd.concat(scored).to_parquet(scratch / "numpy_pandas.parquet", index=False)
    watch.note("all")
    return watch.seconds


def _bands(ranks: Any) -> Any:
    count = max(bands for least, bands in BANDS if len(ranks) >= least)
    return (ranks - 1) * count // len(ranks)


def _share(rule: str, value: Any, previous: Any, bands: Any) -> Any:
    """The share of its points each subject earns by a rule."""
    import numpy as np

    change = value - previous
    peers = (change if rule == "improvement_on_last_year" else value).groupby(bands)
    lowest, mean = peers.transform("min"), peers.transform("mean")
    match rule:
        case "band_window_minmax":
            return _window(value - mean, bands)
        case "band_minmax":
            return (value - lowest) / (peers.transform("max") - lowest)
        case "ratio_to_standard":
            return np.where(value >= STANDARD, 1, (value - lowest) / (STANDARD - lowest))
        case "improvement_on_last_year":
            kept = (value >= STANDARD) & (previous >= STANDARD)
            return np.where(kept, 1, _window(change - mean, bands))
        case "mean_reached":
            return (value / mean).clip(upper=1)
        case "proportion_capped":
            return (value / STANDARD).clip(0, 1)
        case "threshold":
            return (value >= THRESHOLD).astype(float)
        case _:
            return (TARGET / value).clip(upper=1)


def _window(difference: Any, bands: Any) -> Any:
    """Min-max of those strictly inside the window, the ends outside it."""
    import numpy as np

    inside = difference.where(difference.abs() < HALF_WIDTH).groupby(bands)
    low, high = inside.transform("min"), inside.transform("max")
    share = (difference - low) / (high - low)
    return np.where(difference >= HALF_WIDTH, 1, np.where(difference <= -HALF_WIDTH, 0, share))


_COMPACT = f"""
CREATE TABLE quotients AS
SELECT f.subject_code, f.fiscal_year, r.indicator, r.rule, f.figure_value::double / t.total AS value
FROM figures AS f JOIN rules AS r USING (figure_code) JOIN totals AS t USING (subject_code, fiscal_year);

CREATE TABLE bands AS
SELECT subject_code, fiscal_year,
    (rank() OVER (PARTITION BY fiscal_year ORDER BY total / population) - 1) * band_count
        // count(*) OVER (PARTITION BY fiscal_year) AS band
FROM totals, settings WHERE fiscal_year >= {YEARS[0]};

CREATE TABLE measured AS
SELECT n.subject_code, n.fiscal_year, n.indicator, n.rule, b.band, n.value, p.value AS previous,
    CASE WHEN n.rule = 'improvement_on_last_year' THEN n.value - p.value ELSE n.value END AS measure
FROM quotients AS n JOIN bands AS b USING (subject_code, fiscal_year)
LEFT JOIN quotients AS p
    ON p.subject_code = n.subject_code AND p.indicator = n.indicator AND p.fiscal_year = n.fiscal_year - 1
    AND n.rule = 'improvement_on_last_year';

CREATE TABLE placed AS
SELECT measured.*, s.lowest, s.highest, s.mean, measure - s.mean AS difference
FROM measured JOIN (
    SELECT fiscal_year, band, indicator, min(measure) AS lowest, max(measure) AS highest, avg(measure) AS mean
    FROM measured GROUP BY ALL
) AS s USING (fiscal_year, band, indicator);

CREATE TABLE scores AS
SELECT subject_code, fiscal_year, indicator, {POINTS_AN_INDICATOR} * CASE
    WHEN rule = 'improvement_on_last_year' AND value >= {STANDARD} AND previous >= {STANDARD} THEN 1
    WHEN rule IN ('band_window_minmax', 'improvement_on_last_year') THEN CASE
        WHEN difference >= {HALF_WIDTH} THEN 1
        WHEN difference <= -{HALF_WIDTH} THEN 0
        ELSE (difference - low) / (high - low) END
    WHEN rule = 'band_minmax' THEN (measure - lowest) / (highest - lowest)
    WHEN rule = 'ratio_to_standard' AND measure >= {STANDARD} THEN 1
    WHEN rule = 'ratio_to_standard' THEN (measure - lowest) / ({STANDARD} - lowest)
    WHEN rule = 'mean_reached' THEN least(measure / mean, 1)
    WHEN rule = 'proportion_capped' THEN greatest(least(measure / {STANDARD}, 1), 0)
    WHEN rule = 'threshold' THEN (measure >= {THRESHOLD})::int
    ELSE least({TARGET} / measure, 1) END AS points
FROM placed LEFT JOIN (
    SELECT fiscal_year, band, indicator, min(difference) AS low, max(difference) AS high
    FROM placed WHERE abs(difference) < {HALF_WIDTH} GROUP BY ALL
) AS w USING (fiscal_year, band, indicator);

CREATE TABLE cards AS
SELECT *, rank() OVER (PARTITION BY fiscal_year ORDER BY round(points, 9) DESC) AS rank_overall
FROM (SELECT subject_code, fiscal_year, sum(points) AS points FROM scores GROUP BY ALL);
"""


def compact_sql(scratch: Path, subjects: int) -> Seconds:
    """The same scores as one short DuckDB script on binary floats."""
    database = scratch / "compact.duckdb"
    database.unlink(missing_ok=True)
    watch = _Watch()
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE VIEW figures AS FROM '{scratch / 'figures.parquet'}'")
        connection.execute("CREATE TABLE rules (figure_code varchar, indicator varchar, rule varchar)")
        connection.executemany(
            "INSERT INTO rules VALUES (?, ?, ?)",
            [(figure_of(one), one, rule) for one, rule in INDICATORS.items()],
        )
        count = max(bands for least, bands in BANDS if subjects >= least)
        connection.execute(f"CREATE TABLE settings AS SELECT {count} AS band_count")
        connection.execute(
            "CREATE TABLE totals AS SELECT subject_code, fiscal_year, "
            f"max(figure_value::double) FILTER (figure_code = '{TOTAL}') AS total, "
            f"max(figure_value::double) FILTER (figure_code = '{POPULATION}') AS population "
            "FROM figures GROUP BY ALL"
        )
        connection.execute(_COMPACT)
        connection.execute(f"COPY cards TO '{scratch / 'compact_sql.parquet'}' (FORMAT parquet)")
    watch.note("all")
    return watch.seconds


def intervals(scratch: Path, subjects: int) -> Seconds:
    """Intervals of the ranks of the last year, weights moved alone and together with rounded inputs."""
    import numpy as np

    from orchestration.scoring.robustness import Perturbation, rank_intervals

    with duckdb.connect(str(scratch / "workspace" / "work" / "warehouse.duckdb"), read_only=True) as built:
        rows = built.execute(
            "SELECT subject_code, list(CAST(point_share AS double) ORDER BY node_code) "
            "FROM intermediate.int_node_points WHERE fiscal_year = ? GROUP BY ALL ORDER BY ALL",
            [YEARS[-1]],
        ).fetchall()
    keys, shares = [str(code) for code, _ in rows], np.array([row for _, row in rows])
    points, adjustments = np.full(len(INDICATORS), POINTS_AN_INDICATOR), np.zeros(len(keys))
    moved = Perturbation(weight_share=0.25, draws=_DRAWS, seed=396, level=0.9, separation=0.95)
    bounds = np.clip(shares - _ROUNDING, 0, 1), np.clip(shares + _ROUNDING, 0, 1)
    watch = _Watch()
    for step, (low, high) in {"weights": (None, None), "weights_and_inputs": bounds}.items():
        rank_intervals(shares, points, adjustments, points.sum(), moved, low, high, keys=keys)
        watch.note(step)
    return watch.seconds


WAYS: dict[str, Callable[[Path, int], Seconds]] = {
    way.__name__: way for way in (ours, compiled, numpy_pandas, compact_sql, intervals)
}
_IMPORTS = {
    "ours": ["dbt.cli.main", "dbt.adapters.duckdb", "orchestration.scoring.scratch"],
    "numpy_pandas": ["pandas", "pyarrow.parquet"],
    "intervals": ["orchestration.scoring.robustness"],
}


def main() -> None:
    """Score once and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("subjects", type=int)
    options = parser.parse_args()
    for module in _IMPORTS.get(options.way, []):
        importlib.import_module(module)
    sys.stdout.write(json.dumps(WAYS[options.way](options.scratch, options.subjects)) + "\n")


if __name__ == "__main__":
    main()
