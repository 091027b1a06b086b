"""`bpw spot-check`: announce a plan, draw by it, draw again from the draw's own file."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from orchestration.spot_checks.manifest import (
    Plan,
    SpotCheckError,
    plan_path,
    read_plan,
    redraw,
    write_draw,
    write_plan,
)
from orchestration.spot_checks.population import population_of, release_folder
from orchestration.spot_checks.rules import rules_in
from orchestration.voice import Voice

EXIT_DIFFERS = 1
_AREA = "spot_checks"
_FOLDER = "spot_checks"
_LIST_COLUMNS = ("stratum", "place", "evaluation_code", "object_code", "object_name", "score", "cell")


def run_announce(
    session: Any,
    region_code: str,
    fiscal_year: int,
    seed: str,
    seed_source: str,
    release_id: str | None,
    name: str | None,
) -> None:
    """Write the plan of a spot check: rules, population, risk and seed, before anything is drawn.

    Raises:
        SpotCheckError: no such release or year, nothing to draw from, or a plan of that name.
    """
    plan_code = name or f"{fiscal_year}-{region_code}"
    if Path(plan_code).name != plan_code or plan_code.startswith(".") or "\\" in plan_code:
        raise SpotCheckError.about("bad_name", name=plan_code)
    if not seed.strip():
        raise SpotCheckError.about("no_seed")
    rules = rules_in(fiscal_year)
    if rules is None:
        raise SpotCheckError.about("no_rules", year=fiscal_year)
    release = release_folder(session.workspace.marts, release_id)
    population, factors = population_of(release, region_code, fiscal_year, rules)
    plan = Plan(
        plan_code=plan_code,
        region_code=region_code,
        fiscal_year=fiscal_year,
        release=release.name,
        edition=rules.edition,
        share=rules.share,
        least=rules.least,
        seed=seed,
        seed_source=seed_source,
        announced_at=_now(),
        risk_factors=factors,
        population=population,
    )
    path = write_plan(folder_of(session), plan)
    voice = session.voice.about(_AREA)
    session.console.print(_allocation_table(voice, plan))
    session.print_plain(
        voice.lines(
            "announced",
            plan=plan.plan_code,
            path=path,
            departments=len(plan.allocations()),
            population=len(plan.population),
            sample=len(plan.drawn()),
            sha256=plan.sha256,
        )
    )


def run_draw(session: Any, plan_code: str) -> None:
    """Draw by a plan, once; write the draw and its list for Excel.

    Raises:
        SpotCheckError: no such plan, or it was drawn before.
    """
    folder = folder_of(session)
    path = plan_path(folder, plan_code)
    if not path.is_file():
        known = sorted(one.parent.name for one in folder.glob("*/plan.json"))
        raise SpotCheckError.about("no_plan", plan=plan_code, known=", ".join(known) or "-")
    plan = read_plan(path)
    written = write_draw(folder, plan, _now())
    voice = session.voice.about(_AREA)
    listed = written.with_suffix(".csv")
    _write_list(voice, plan, listed)
    session.console.print(_drawn_table(voice, plan))
    session.print_plain(voice.lines("drawn", sample=len(plan.drawn()), path=written, list=listed))


def run_redraw(session: Any, file: Path) -> None:
    """Draw again from the file of a draw alone; exit code 1 when another list comes out.

    Raises:
        SpotCheckError: the file holds no draw.
    """
    plan, parts = redraw(file)
    voice = session.voice.about(_AREA)
    if parts:
        named = ", ".join(voice.line(f"part_{part}") for part in parts)
        session.print_plain(voice.lines("differs", path=file, parts=named))
        raise click.exceptions.Exit(EXIT_DIFFERS)
    session.print_plain(voice.lines("equal", path=file, sample=len(plan.drawn()), sha256=plan.sha256))


def folder_of(session: Any) -> Path:
    """Where plans and draws of the workspace lie."""
    folder: Path = session.workspace.quality / _FOLDER
    return folder


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _allocation_table(voice: Voice, plan: Plan) -> Table:
    table = Table(title=voice.line("title_allocations"), title_justify="left")
    for name in ("stratum", "population", "risk_factor", "sample"):
        table.add_column(voice.line(f"column_{name}"), justify="left" if name == "stratum" else "right")
    for row in plan.allocations():
        table.add_row(row.stratum, str(row.population), str(row.risk_factor), str(row.sample))
    return table


def _drawn_table(voice: Voice, plan: Plan) -> Table:
    table = Table(title=voice.line("title_list"), title_justify="left")
    for name in _LIST_COLUMNS[:-1]:
        table.add_column(voice.line(f"column_{name}"), overflow="fold")
    for row in _list_rows(plan):
        table.add_row(*row[:-1])
    return table


def _list_rows(plan: Plan) -> list[list[str]]:
    rows = []
    for one in plan.drawn():
        own = one.evaluation
        score = "" if own.score is None else f"{own.score.normalize():f}"
        rows.append(
            [
                own.stratum,
                str(one.place),
                own.evaluation_code,
                own.object_code,
                own.object_name,
                score,
                own.cell,
            ]
        )
    return rows


def _write_list(voice: Voice, plan: Plan, path: Path) -> None:
    """The list as a CSV file Excel and WPS open right: with a byte order mark."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([voice.line(f"column_{name}") for name in _LIST_COLUMNS])
        writer.writerows(_list_rows(plan))
