"""Scores of a release computed again from the release alone: by its own schemes, or by others.

A release holds the figures with their cells, who is scored, and the tables of its schemes; that is a vintage
of the data. What belongs here: filling the engine from one, and holding what comes out against what was
published. What does not: comparing editions (`comparison`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import WorkspaceFileError
from orchestration.methods.scheme_folders import Scheme, read_scheme, scheme_folders
from orchestration.methods.scheme_rules import require_sound, rule_catalogue
from orchestration.methods.seed_tables import SCHEMES, seed_tables
from orchestration.publish.candidate import DATABASE_NAME, file_sha256
from orchestration.publish.releases import METHODS_FOLDER, RELEASES_FOLDER, current_release
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.scoring.scratch import computed
from orchestration.texts import LANGUAGES, text

# What an edition may be called by.
EDITION_NAMES = "scheme_edition, scheme_code || '/' || scheme_edition"
# Everything the engine computes; the other marts of a release rest on the figures it starts from.
REPLAYED = (
    *("fct_scores", "fct_score_trace", "fct_score_changes", "fct_indicator_values", "fct_indicator_inputs"),
    *("rpt_region_scorecard", "rpt_department_scorecard", "rpt_indicator_weights"),
)


class ReplayError(WorkspaceFileError):
    """A release that is not there, or that does not hold what a replay needs."""

    @classmethod
    def about(cls, key: str, **values: object) -> ReplayError:
        """The error of a text of `texts/replay.yml`."""
        return cls(" ".join(text(f"replay.{key}", language, **values) for language in LANGUAGES))


@dataclass(frozen=True)
class Difference:
    """A mart of which a replay gave other bytes than were published.

    Attributes:
        table: its name.
        published_only: rows only the release has.
        replayed_only: rows only the replay has.
    """

    table: str
    published_only: int
    replayed_only: int


def is_plain_name(name: str) -> bool:
    """Whether a name leads nowhere but into the folder it is put in, and is shown there."""
    return bool(name) and Path(name).name == name and not name.startswith(".") and "\\" not in name


def release_folder(workspace: Workspace, release_id: str | None) -> Path:
    """The folder of a release; of the current one when none is named.

    Raises:
        ReplayError: there is none of that name, or it is one of an earlier version that keeps no figures.
    """
    releases = workspace.marts / RELEASES_FOLDER
    known = sorted(path.name for path in releases.glob("[!.]*") if path.is_dir())
    folder = releases / release_id if release_id else current_release(workspace.marts)
    if folder is None or folder.name not in known:
        raise ReplayError.about("no_release", release=release_id or "-", known=", ".join(known) or "-")
    if not (folder / METHODS_FOLDER / SCHEMES).is_dir():
        raise ReplayError.about("no_methods", release=folder.name)
    return folder


def schemes_of(release: Path) -> list[Scheme]:
    """The schemes a release was computed by."""
    tables = seed_tables(DBT_PROJECT)
    return [
        read_scheme(folder, tables.values()) for folder in scheme_folders(release / METHODS_FOLDER / SCHEMES)
    ]


def sound_scheme(folder: Path) -> Scheme:
    """The scheme in a folder.

    Raises:
        SchemeError, OwnTableError: it cannot be used; all mistakes are told.
    """
    scheme = read_scheme(folder, seed_tables(DBT_PROJECT).values())
    require_sound(scheme, rule_catalogue(DBT_PROJECT))
    return scheme


@contextmanager
def replayed(
    workspace: Workspace, release: Path, schemes: Sequence[Scheme], *, everybody: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Schemes on the figures of a release; the results are in `intermediate` and `marts`, gone at the end.

    Args:
        workspace: where working files may lie.
        release: folder of the release.
        schemes: sound schemes. One the release does not know scores everybody of its type of subjects whom
            the release scores.
        everybody: schemes the release knows do so as well, in years they were not in force, too.

    Raises:
        ReplayError: the release knows nobody a scheme could score, or not who held a subject in a year a
            metric looks back to.
        DbtError: a model failed.
    """
    database = release / DATABASE_NAME

    def fill(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(f"ATTACH '{_quoted(database)}' AS release (READ_ONLY)")
        for name, columns in (
            ("intermediate.int_scored_figures", "release.marts.fct_figures"),
            ("intermediate.int_subject_history", "release.marts.dim_subject_history"),
            ("staging.stg_submissions", "release.marts.fct_submissions"),
        ):
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {columns}")
        connection.execute(
            "CREATE TABLE intermediate.int_scheme_subjects AS "
            "SELECT * FROM release.marts.dim_scored_subjects WHERE false"
        )
        for scheme in schemes:
            _fill_subjects(connection, release, scheme, everybody)
        connection.execute("DETACH release")

    with computed(workspace, schemes, fill, "replay") as connection:
        yield connection


def _fill_subjects(
    connection: duckdb.DuckDBPyConnection, release: Path, scheme: Scheme, everybody: bool
) -> None:
    code, edition = scheme.key
    if not everybody:
        known = connection.execute(
            "INSERT INTO intermediate.int_scheme_subjects SELECT * FROM release.marts.dim_scored_subjects "
            "WHERE scheme_code = ? AND scheme_edition = ?",
            [code, edition],
        ).fetchone()
        if known and known[0]:
            return
    subject_type = scheme.about["subject_type"]
    found = connection.execute(
        "INSERT INTO intermediate.int_scheme_subjects "
        "SELECT DISTINCT ? AS scheme_code, ? AS scheme_edition, subject_type, subject_code, subject_name_zh, "
        "region_code, province_code, fiscal_year FROM release.marts.dim_scored_subjects "
        "WHERE subject_type = ?",
        [code, edition, subject_type],
    ).fetchone()
    if not found or not found[0]:
        raise ReplayError.about("nobody", release=release.name, subject_type=subject_type)
    offsets = {int(row["year_offset"] or 0) for row in scheme.tables["metric_terms"]}
    held = connection.execute(
        "SELECT DISTINCT year_offset FROM release.marts.dim_subject_history WHERE subject_type = ?",
        [subject_type],
    ).fetchall()
    unknown = sorted(offsets - {offset for (offset,) in held})
    if unknown:
        raise ReplayError.about("no_history", release=release.name, offsets=", ".join(map(str, unknown)))


def differences(
    release: Path, replay: duckdb.DuckDBPyConnection, year: int | None = None, edition: str | None = None
) -> list[Difference]:
    """Marts of which a replay has other bytes than the release, for one year or edition or all.

    Both are written as Parquet the same way and in the order of all columns, so equal rows are equal bytes.

    Args:
        release: folder of the release.
        replay: connection to the replay's results.
        year: fiscal year to hold against each other.
        edition: edition, or `scheme/edition`, to hold against each other.
    """
    condition = " AND ".join(
        ["true"]
        + ([f"fiscal_year = {year:d}"] if year is not None else [])
        + ([f"'{_quoted(edition)}' IN ({EDITION_NAMES})"] if edition is not None else [])
    )
    found = []
    with (
        duckdb.connect(str(release / DATABASE_NAME), read_only=True) as published,
        tempfile.TemporaryDirectory() as folder,
    ):
        for table in REPLAYED:
            query = f"SELECT * FROM marts.{table} WHERE {condition}"
            files = [Path(folder) / f"{side}.parquet" for side in ("published", "replayed")]
            for connection, file in zip((published, replay), files, strict=True):
                _write(connection, query, file)
            if file_sha256(files[0]) != file_sha256(files[1]):
                found.append(_difference(table, *files))
    return found


def _write(connection: duckdb.DuckDBPyConnection, query: str, file: Path) -> None:
    """Write rows so that their bytes depend on nothing but themselves.

    What DuckDB knows of a column decides whether Parquet calls it required, and it knows less of a view than
    of a table; so all rows pass through a table first.
    """
    raw = file.with_suffix(".raw.parquet")
    connection.execute(f"COPY ({query}) TO '{_quoted(raw)}' (FORMAT parquet)")
    with duckdb.connect() as own:
        own.execute(f"CREATE TABLE rows AS FROM '{_quoted(raw)}'")
        own.execute(
            "COPY (FROM rows ORDER BY ALL NULLS LAST) "
            f"TO '{_quoted(file)}' (FORMAT parquet, COMPRESSION zstd)"
        )


def _difference(table: str, published: Path, again: Path) -> Difference:
    counts = []
    with duckdb.connect() as connection:
        for one, other in ((published, again), (again, published)):
            row = connection.execute(
                f"SELECT count(*) FROM (FROM '{_quoted(one)}' EXCEPT ALL FROM '{_quoted(other)}')"
            ).fetchone()
            counts.append(int(row[0]) if row else 0)
    return Difference(table, *counts)


def _quoted(value: object) -> str:
    return str(value).replace("'", "''")
