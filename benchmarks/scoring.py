"""What scoring all counties of the country costs: the engine beside a script and beside bare SQL.

Every way scores the same generated scheme on the same figures in a process of its own, one after the other:
only ratios within the run count.

    .venv/bin/python -m benchmarks.scoring [--subjects 2900] [--write]

Totals of all ways are held against ours; a difference ends the run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.measuring import measured, write
from benchmarks.scorers import Seconds
from benchmarks.scoring_case import INDICATORS, YEARS, write_figures, write_scheme

# Points by which the totals of two ways may differ: binary floats against exact decimals.
_NEAR = 1e-6
_AIM_SECONDS, _AIM_MB = 10, 2048


@dataclass(frozen=True)
class Scored:
    """One way measured: seconds of its steps after the imports, and the peak memory of its process."""

    seconds: Seconds
    memory_mb: float

    @property
    def whole(self) -> float:
        """Seconds of all its steps."""
        return sum(self.seconds.values())


def score(way: str, scratch: Path, subjects: int) -> Scored:
    """Let one way score the first so many counties."""
    cost = measured(["-m", "benchmarks.scorers", way, str(scratch), str(subjects)])
    return Scored(json.loads(cost.output.splitlines()[-1]), cost.memory_mb)


def difference(scratch: Path, way: str) -> tuple[float, int]:
    """How far the totals of a way lie from ours at most, in points, and how many ranks are others.

    Raises:
        SystemExit: totals differ, or other counties are scored.
    """
    ours, theirs = scratch / "ours.parquet", scratch / f"{way}.parquet"
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT max(abs(CAST(a.points AS double) - b.points)), "
            "count(CASE WHEN a.rank_overall <> b.rank_overall THEN 1 END), "
            "count(CASE WHEN a.points IS NULL OR b.points IS NULL THEN 1 END) "
            f"FROM '{ours}' AS a FULL JOIN '{theirs}' AS b USING (subject_code, fiscal_year)"
        ).fetchone()
    if row is None or row[2] or row[0] > _NEAR:
        raise SystemExit(f"{way}: totals are not ours (largest difference, other ranks, alone: {row})")
    return float(row[0]), int(row[1])


@dataclass(frozen=True)
class Run:
    """Everything one run measured.

    Attributes:
        counties: how many are scored.
        figures: figures they filed.
        trace_rows: rows of the trace.
        ways: way → what it took.
        sizes: number of counties → what the compiled models took for as many.
        furthest: points by which totals of other ways lie from ours at most.
        other_ranks: ranks of other ways that are not ours.
    """

    counties: int
    figures: int
    trace_rows: int
    ways: dict[str, Scored]
    sizes: dict[int, Scored]
    furthest: float
    other_ranks: int

    @property
    def bare(self) -> Scored:
        """The compiled models for all counties."""
        return self.sizes[self.counties]


def measure(counties: int) -> Run:
    """Let every way score the same case, and hold their totals against each other."""
    with tempfile.TemporaryDirectory(prefix="bpw-scoring-") as folder:
        scratch = Path(folder)
        write_scheme(scratch / "scheme")
        figures = write_figures(scratch / "figures.parquet", counties)
        ways = {"ours": score("ours", scratch, counties)}
        sizes = {size: score("compiled", scratch, size) for size in (counties // 4, counties // 2, counties)}
        ways |= {way: score(way, scratch, counties) for way in ("numpy_pandas", "compact_sql", "intervals")}
        apart = [difference(scratch, way) for way in ("compiled", "numpy_pandas", "compact_sql")]
        trace_rows = _rows(scratch / "trace.parquet")
    furthest, other_ranks = max(points for points, _ in apart), sum(ranks for _, ranks in apart)
    return Run(counties, figures, trace_rows, ways, sizes, furthest, other_ranks)


def _rows(file: Path) -> int:
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT count(*) FROM '{file}'").fetchone()
    return int(row[0]) if row else 0


def ways_table(run: Run) -> str:
    """The ways side by side."""
    ours, short, bare = run.ways["ours"], run.ways["compact_sql"], run.bare
    rows = [
        ("**(a) ours through dbt: fill, build, trace as Parquet**", ours, ("fill", "build", "trace")),
        ("of it the build by dbt: seeds and models", ours, ("build",)),
        ("(a₁) the same models as bare SQL, trace as Parquet", bare, ("models", "trace")),
        ("of it the models of scores", bare, ("models",)),
        ("of it the trace", bare, ("trace",)),
        ("(a₂) beside it: league tables, strengths, why scores changed", bare, ("beside",)),
        ("(b) numpy and pandas, scores only", run.ways["numpy_pandas"], ("all",)),
        ("(c) short SQL, scores only", short, ("all",)),
        ("(d) ranks in 10,000 draws, one year, weights moved", run.ways["intervals"], ("weights",)),
        ("(d₁) the same, rounded inputs moved too", run.ways["intervals"], ("weights_and_inputs",)),
    ]
    table = "| way | wall | peak memory | time, short SQL = 1 |\n|---|---|---|---|\n"
    for name, one, steps in rows:
        seconds = sum(one.seconds[step] for step in steps)
        table += f"| {name} | {seconds:.1f} s | {one.memory_mb:.0f} MB | {seconds / short.whole:.1f} |\n"
    return (
        f"{run.counties:,} counties × {len(INDICATORS)} indicators × {len(YEARS)} years from {run.figures:,} "
        f"figures; the trace has {run.trace_rows:,} rows, every figure with its cell. Wall: work after the "
        f"imports. Memory: the whole process.\n\n{table}"
    )


def _with_trace(one: Scored) -> float:
    """Seconds of the compiled models of scores, and of the trace."""
    return one.seconds["models"] + one.seconds["trace"]


def growth_table(run: Run) -> str:
    """The compiled models on a quarter, a half and all of the counties."""
    table = "| counties, as (a₁) | models | trace | peak memory | time, fewest = 1 |\n|---|---|---|---|---|\n"
    fewest = _with_trace(run.sizes[min(run.sizes)])
    for size, one in run.sizes.items():
        table += (
            f"| {size:,} | {one.seconds['models']:.1f} s | {one.seconds['trace']:.1f} s "
            f"| {one.memory_mb:.0f} MB | {_with_trace(one) / fewest:.1f} |\n"
        )
    return table


def remarks(run: Run) -> str:
    """What dbt adds, whether the ways agree, and the aims."""
    ours, ranks = run.ways["ours"].seconds, run.ways["intervals"].seconds
    aims = {
        f"scores with trace (a₁) under {_AIM_SECONDS} s": _with_trace(run.bare) < _AIM_SECONDS,
        "under 2 GB (a)": run.ways["ours"].memory_mb < _AIM_MB,
        f"ranks in 10,000 draws under {_AIM_SECONDS} s (d)": ranks["weights"] < _AIM_SECONDS,
        "with rounded inputs (d₁)": ranks["weights_and_inputs"] < _AIM_SECONDS,
    }
    said = "; ".join(f"{aim}: {'met' if is_met else 'not met'}" for aim, is_met in aims.items())
    of_dbt = ours["build"] - run.bare.seconds["models"] - run.bare.seconds["beside"]
    return (
        f"dbt adds {of_dbt:.1f} s to the models, and "
        f"{ours['parse']:.1f} s to parse, once for each new scheme. Totals of (b) and (c) lie within "
        f"{run.furthest:.0e} points of ours; {run.other_ranks} of their ranks differ. "
        f"Aims on two cores: {said}.\n"
    )


def main() -> None:
    """Measure and print; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=2900, help="counties to score")
    parser.add_argument("--write", action="store_true", help="put the tables into the documents")
    options = parser.parse_args()
    run = measure(options.subjects)
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}.\n"
    ways = ways_table(run)
    text = "\n".join([ways, growth_table(run), remarks(run), machine])
    sys.stdout.write(text)
    if options.write:
        write("benchmark scoring", f"\n{text}\n")
        write("benchmark scoring in short", f"\n{ways}\n{machine}\n")


if __name__ == "__main__":
    main()
