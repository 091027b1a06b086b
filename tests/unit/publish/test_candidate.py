from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.candidate import (
    Candidate,
    assemble_database,
    content_hash,
    export_candidate,
    load_candidate,
)
from orchestration.publish.errors import EmptyCandidateError, PublishError
from tests.support.marts_fixture import SMALL, Rows, write_marts

# Storage version numbers DuckDB 1.5 can read; 2.0 writes a higher one unless told otherwise.
READABLE_BY_15 = range(64, 69)


def _bytes(candidate: Candidate) -> dict[str, bytes]:
    return {table.name: (candidate.folder / table.file).read_bytes() for table in candidate.tables}


def test_every_table_of_the_schema_is_exported_with_its_rows(candidate: Candidate, database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in candidate.tables:
            assert connection.execute(f"SELECT count(*) FROM marts.{table.name}").fetchone() == (table.rows,)
    names = [table.name for table in candidate.tables]
    assert {"fct_scores", "dim_regions", "rpt_coverage_board"} < set(names) and names == sorted(names)


def test_same_content_in_another_order_gives_the_same_bytes(candidate: Candidate, tmp_path: Path) -> None:
    def backwards(rows: Rows) -> None:
        for records in rows.values():
            records.reverse()

    other = export_candidate(write_marts(tmp_path / "w.duckdb", SMALL, backwards), tmp_path / "candidate")
    assert _bytes(other) == _bytes(candidate)
    assert other.content_sha256 == candidate.content_sha256


def test_bytes_do_not_depend_on_threads_or_insertion_order(tmp_path: Path) -> None:
    found = set()
    for threads, preserve in ((1, "true"), (2, "false"), (4, "true")):
        with duckdb.connect() as connection:
            connection.execute(f"SET threads = {threads}; SET preserve_insertion_order = {preserve}")
            connection.execute(
                "CREATE SCHEMA marts; CREATE TABLE marts.big AS "
                "SELECT (i * 37 % 100003)::DECIMAL(24, 2) AS a, 'x' || (i % 977) AS b, nullif(i % 5, 0) AS c "
                "FROM range(300000) AS r(i) ORDER BY random()"
            )
            found.add(export_candidate(connection, tmp_path / "candidate").content_sha256)
    assert len(found) == 1


def test_a_changed_value_or_description_changes_the_content(
    candidate: Candidate, changed_candidate: Candidate, database: Path, tmp_path: Path
) -> None:
    assert changed_candidate.content_sha256 != candidate.content_sha256
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(database.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute(
            "COMMENT ON COLUMN marts.dim_regions.region_code IS 'Better words. | 更好的说明。'"
        )
        reworded = export_candidate(connection, tmp_path / "candidate")
    assert reworded.content_sha256 != candidate.content_sha256


def test_sums_of_integers_stay_exact(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE SCHEMA marts; CREATE TABLE marts.sums AS SELECT 12345678901234567890123::HUGEINT AS n"
        )
        candidate = export_candidate(connection, tmp_path / "candidate")
        file = candidate.path("sums").as_posix()
        assert connection.execute(f"SELECT n FROM '{file}'").fetchone() == (
            Decimal("12345678901234567890123"),
        )


def test_a_schema_without_tables_is_an_error_in_both_languages(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        with pytest.raises(EmptyCandidateError, match=r"holds no table(.|\n)*没有数据表"):
            export_candidate(connection, tmp_path / "candidate")


def test_a_candidate_is_read_back_and_a_touched_file_is_noticed(database: Path, tmp_path: Path) -> None:
    exported = export_candidate(database, tmp_path / "candidate")
    assert load_candidate(exported.folder) == exported
    with exported.path("dim_regions").open("ab") as stream:
        stream.write(b"x")
    with pytest.raises(PublishError, match=r"dim_regions\.parquet"):
        load_candidate(exported.folder)
    with pytest.raises(PublishError, match=r"candidate\.json"):
        load_candidate(tmp_path / "nowhere")


def test_the_database_has_the_marts_with_types_and_comments_and_opens_in_older_clients(
    candidate: Candidate, database: Path, tmp_path: Path
) -> None:
    target = tmp_path / "release.duckdb"
    assemble_database(candidate.tables, candidate.folder, target)
    described = (
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
        "WHERE schema_name = 'marts' ORDER BY ALL"
    )
    with duckdb.connect(str(target), read_only=True) as new, duckdb.connect(str(database)) as old:
        assert new.execute(described).fetchall() == old.execute(described).fetchall()
        tables = "SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'marts' ORDER BY ALL"
        assert new.execute(tables).fetchall() == old.execute(tables).fetchall()
        schemas = "SELECT DISTINCT schema_name FROM duckdb_tables()"
        assert new.execute(schemas).fetchall() == [("marts",)]
    header = target.read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") in READABLE_BY_15


def test_parquet_files_carry_the_descriptions(candidate: Candidate) -> None:
    file = candidate.path("dim_regions").as_posix()
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT key, value FROM parquet_kv_metadata(?)", [file]).fetchall()
    found = {bytes(key).decode(): bytes(value).decode() for key, value in rows}
    assert "每个地区一行" in found["table_comment"]
    assert json.loads(found["column_comments"])["region_code"].startswith("The region_code")


def test_content_hash_tells_apart_what_concatenation_would_not() -> None:
    assert content_hash({"ab": "c"}) != content_hash({"a": "bc"})
    assert content_hash({"a": "1", "b": "2"}) == content_hash({"b": "2", "a": "1"})
