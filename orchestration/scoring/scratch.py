"""Schemes scored outside a release, by the same models, in a database of their own.

The engine begins at four relations: who is scored, who held a subject in another year, figures with their
cells, and the workbooks those stand in. Whoever fills them (a table of values, a release) has everything
after them computed as a release has it. What belongs here: running the models, and filling the relations
from a table of values. What does not: reading values, and showing results.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.dbt_runner import DbtError, DbtProject
from orchestration.fingerprint import methods_hash
from orchestration.ingest.filed import hash_file
from orchestration.methods.project import compose, texts_hash
from orchestration.methods.scheme_folders import Scheme
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.run_lock import run_lock
from orchestration.scoring.values import DECIMALS, DIGITS, ValueTable

# The engine's own models; what its four relations are made of in a release is left out.
ENGINE = (
    "--select", "path:models/intermediate/scores", "path:models/marts/scores", "path:seeds/schemes",
    "dim_indicators", "money_units", "counting_units",
    "--exclude", "int_scheme_subjects",
    "--exclude-resource-type", "test",
    "--exclude-resource-type", "unit_test",
)  # fmt: skip
_SUBMISSION = "values"
_LOCK_SECONDS = 600

Fill = Callable[[duckdb.DuckDBPyConnection], None]
"""Creates the four relations: `intermediate.int_scheme_subjects`, `int_subject_history`,
`int_scored_figures`, and `staging.stg_submissions`; their schemas are there.
"""


@contextmanager
def computed(
    workspace: Workspace, schemes: Sequence[Scheme], fill: Fill, name: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database that holds the results in `intermediate` and `marts`; gone at the end.

    Args:
        workspace: where working files may lie.
        schemes: sound schemes.
        fill: creates the relations the engine begins at.
        name: of the project put together; one a use, so that dbt parses only what changed.

    Raises:
        DbtError: a model failed; the message names it.
        RunLockedError: another process scores in this workspace for longer than one waits.
    """
    scratch = Workspace(workspace.work / "scoring")
    with run_lock(scratch.run_lock, name, _LOCK_SECONDS):
        scratch.make()
        scratch.warehouse.unlink(missing_ok=True)
        with duckdb.connect(str(scratch.warehouse)) as connection:
            for schema in ("staging", "intermediate"):
                connection.execute(f"CREATE SCHEMA {schema}")
            fill(connection)
        outcome = DbtProject.of_place(scratch, _project(scratch, schemes, name)).build(ENGINE)
        if not outcome.success:
            raise DbtError("\n".join(outcome.failures))
        with duckdb.connect(str(scratch.warehouse), read_only=True) as connection:
            yield connection
        scratch.warehouse.unlink()


@contextmanager
def scored(workspace: Workspace, scheme: Scheme, values: ValueTable) -> Iterator[duckdb.DuckDBPyConnection]:
    """One scheme on a table of values; otherwise as `computed`.

    Args:
        workspace: where working files may lie.
        scheme: a sound scheme.
        values: the figures it asks for.
    """
    with computed(workspace, [scheme], lambda place: _fill(place, scheme, values), "score") as connection:
        yield connection


def _project(scratch: Workspace, schemes: Sequence[Scheme], name: str) -> Path:
    """The project with these schemes alone, always in one place, so that dbt parses only what changed."""
    place, note = scratch.methods / name, scratch.methods / f"{name}.digest"
    files = [path for scheme in schemes for path in sorted(scheme.folder.iterdir()) if path.is_file()]
    state = " ".join(
        [methods_hash(), texts_hash(DBT_PROJECT), *(f"{path.name} {hash_file(path)}" for path in files)]
    )
    if not note.is_file() or note.read_text(encoding="utf-8") != state:
        note.unlink(missing_ok=True)
        shutil.rmtree(place, ignore_errors=True)
        compose(DBT_PROJECT, place, schemes)
        note.write_text(state, encoding="utf-8")
    return place


def figures_of(scheme: Scheme) -> frozenset[str]:
    """The figures a scheme asks for."""
    return frozenset(row["figure_code"] for row in scheme.tables["metric_terms"])


def _fill(connection: duckdb.DuckDBPyConnection, scheme: Scheme, values: ValueTable) -> None:
    code, edition = scheme.key
    subject_type = scheme.about["subject_type"]
    offsets = sorted({int(row["year_offset"] or 0) for row in scheme.tables["metric_terms"]})
    cells = values.cells
    figures = pa.table(
        {
            "subject_code": [cell.subject_code for cell in cells],
            "fiscal_year": pa.array([cell.fiscal_year for cell in cells], pa.int32()),
            "figure_code": [cell.figure_code for cell in cells],
            "figure_value": pa.array([cell.value for cell in cells], pa.decimal128(DIGITS, DECIMALS)),
            "value_status": [cell.status for cell in cells],
            "half_print_step": pa.array(
                [cell.half_print_step and round(cell.half_print_step, DECIMALS) for cell in cells],
                pa.decimal128(DIGITS, DECIMALS),
            ),
            "value_text": [cell.raw_text for cell in cells],
            "cell": [cell.cell for cell in cells],
        }
    )
    names = pa.table(
        {"subject_code": list(values.names), "subject_name": list(values.names.values())}, _NAMES
    )
    year_offsets = pa.table({"year_offset": pa.array(offsets, pa.int32())})
    for name, table in (("figures", figures), ("names", names), ("year_offsets", year_offsets)):
        connection.register(name, table)
    connection.execute(
        "CREATE TABLE intermediate.int_scheme_subjects AS "
        "SELECT DISTINCT $code AS scheme_code, $edition AS scheme_edition, $type AS subject_type, "
        "subject_code, coalesce(nullif(subject_name, ''), subject_code) AS subject_name_zh, "
        "CAST(NULL AS varchar) AS region_code, CAST(NULL AS varchar) AS province_code, fiscal_year "
        "FROM figures LEFT JOIN names USING (subject_code)",
        {"code": code, "edition": edition, "type": subject_type},
    )
    connection.execute(
        "CREATE TABLE intermediate.int_subject_history AS SELECT subject_type, subject_code, "
        "fiscal_year, year_offset, subject_code AS code_then, 1 AS holder_count "
        "FROM intermediate.int_scheme_subjects CROSS JOIN year_offsets"
    )
    connection.execute(
        "CREATE TABLE intermediate.int_scored_figures AS SELECT $type AS subject_type, subject_code, "
        "fiscal_year, figure_code, figure_code AS figure_name_zh, figure_value, value_status, "
        "half_print_step, value_text, CAST(NULL AS varchar) AS unit_label, "
        "CAST(NULL AS varchar) AS ledger_coverage_code, "
        "$submission AS submission_id, $sheet AS sheet, cell FROM figures",
        {"type": subject_type, "submission": _SUBMISSION, "sheet": values.sheet},
    )
    connection.execute(
        "CREATE TABLE staging.stg_submissions AS SELECT $submission AS submission_id, "
        "$name AS file_name, $name AS relative_path",
        {"submission": _SUBMISSION, "name": values.path.name},
    )


_NAMES = pa.schema([("subject_code", pa.string()), ("subject_name", pa.string())])
