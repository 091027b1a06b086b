"""The self-evaluations of a release, and the risk of the departments they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.publish.candidate import DATABASE_NAME
from orchestration.publish.releases import RELEASES_FOLDER, current_release
from orchestration.spot_checks.manifest import SpotCheckError
from orchestration.spot_checks.rules import SpotCheckRules
from orchestration.spot_checks.sampling import SelfEvaluation

_SELF = "self_evaluation"
_ABSENT = "-"
_POPULATION = """
    select
        coalesce(evaluation_code, ''), coalesce(department_code, object_code, region_code),
        coalesce(object_code, ''), coalesce(object_name, ''), score_points,
        relative_path || ' ' || sheet || '!' || coalesce(cell, row_number::varchar), evaluator_name
    from marts.fct_evaluations
    where evaluator_kind_code = ? and region_code = ? and fiscal_year = ?
    order by evaluation_code, relative_path, sheet, row_number
"""


def release_folder(marts: Path, release_id: str | None) -> Path:
    """The folder of a release, of the current one when none is named.

    Raises:
        SpotCheckError: there is none of that name, or it keeps no evaluations.
    """
    releases = marts / RELEASES_FOLDER
    known = sorted(path.name for path in releases.glob("[!.]*") if path.is_dir())
    folder = releases / release_id if release_id else current_release(marts)
    if folder is None or folder.name not in known:
        raise SpotCheckError.about(
            "no_release", release=release_id or _ABSENT, known=", ".join(known) or _ABSENT
        )
    with duckdb.connect(str(folder / DATABASE_NAME), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables where table_name = 'fct_evaluations'"
        ).fetchall()
    if not tables:
        raise SpotCheckError.about("no_table", release=folder.name)
    return folder


def population_of(
    release: Path, region_code: str, fiscal_year: int, rules: SpotCheckRules
) -> tuple[tuple[SelfEvaluation, ...], dict[str, Decimal]]:
    """Every self-evaluation of a region's register in a year, and the risk factors above 1 of departments.

    A self-evaluation without a department stands in a stratum of what it evaluates.

    Raises:
        SpotCheckError: there is none, or one has no code of its own.
    """
    with duckdb.connect(str(release / DATABASE_NAME), read_only=True) as connection:
        rows = connection.execute(_POPULATION, [_SELF, region_code, fiscal_year]).fetchall()
        if not rows:
            _nobody(connection, release.name, region_code, fiscal_year)
        graded = connection.execute(
            "select submitter_code, grade_code from marts.rpt_data_quality where fiscal_year = ?",
            [fiscal_year],
        ).fetchall()
        told = connection.execute(
            "select distinct subject_code from marts.rpt_evaluation_signals"
            " where is_signal and fiscal_year = ?",
            [fiscal_year],
        ).fetchall()
    population = tuple(SelfEvaluation(*row[:-1]) for row in rows)
    _require_codes(population)
    names = {(row[1], row[-1]) for row in rows}
    factors = _factors(names, dict(graded), {name for (name,) in told}, rules)
    return population, factors


def _require_codes(population: Iterable[SelfEvaluation]) -> None:
    """A draw goes by the codes of the register: each self-evaluation needs one of its own."""
    places: dict[str, str] = {}
    for one in population:
        if not one.evaluation_code:
            raise SpotCheckError.about("no_code", place=one.cell)
        if one.evaluation_code in places:
            raise SpotCheckError.about(
                "code_twice", code=one.evaluation_code, first=places[one.evaluation_code], second=one.cell
            )
        places[one.evaluation_code] = one.cell


def _factors(
    names: Iterable[tuple[str, str | None]],
    grades: dict[str, str | None],
    told: set[str],
    rules: SpotCheckRules,
) -> dict[str, Decimal]:
    """Risk factors above 1; a signal names a department by its code or by the name it evaluates under."""
    known: dict[str, set[str]] = {}
    for stratum, name in names:
        known.setdefault(stratum, {stratum}).add(name or stratum)
    factors = {
        stratum: rules.risk_factor(grades.get(stratum), has_signal=bool(called & told))
        for stratum, called in sorted(known.items())
    }
    return {stratum: factor for stratum, factor in factors.items() if factor > 1}


def _nobody(connection: duckdb.DuckDBPyConnection, release: str, region_code: str, fiscal_year: int) -> None:
    """Tell which years the region has self-evaluations of; a region that has none: which regions do."""
    years = connection.execute(
        "select distinct fiscal_year from marts.fct_evaluations"
        " where evaluator_kind_code = ? and region_code = ? order by all",
        [_SELF, region_code],
    ).fetchall()
    regions = connection.execute(
        "select distinct region_code from marts.fct_evaluations where evaluator_kind_code = ? order by all",
        [_SELF],
    ).fetchall()
    raise SpotCheckError.about(
        "nobody",
        release=release,
        region=region_code,
        year=fiscal_year,
        known=", ".join(str(one) for (one,) in years or regions) or _ABSENT,
    )
