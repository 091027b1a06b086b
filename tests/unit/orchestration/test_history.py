"""Databases of the run history stay open while a run writes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from orchestration.history import kept_open


def write(file: Path) -> None:
    """Open, write and close a database the way Dagster does for each event."""
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.connect() as connection, connection.begin():
        connection.execute(text("PRAGMA journal_mode=WAL"))
        connection.execute(text("CREATE TABLE IF NOT EXISTS events (event varchar)"))
        connection.execute(text("INSERT INTO events VALUES ('one')"))
    engine.dispose()


def log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def test_the_log_is_folded_into_the_file_once_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "home" / "index.db"
    file.parent.mkdir()
    write(file)
    assert not log_of(file).exists(), "whoever closes last folds it"
    with kept_open(tmp_path / "home"):
        for _ in range(3):
            write(file)
            assert log_of(file).exists()
    assert not log_of(file).exists()
    write(file)
    assert not log_of(file).exists(), "nothing is held any more"
    with create_engine(f"sqlite:///{file}").connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM events")).scalar_one() == 5


def test_databases_elsewhere_are_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    write(elsewhere)
    with kept_open(tmp_path / "home"):
        write(elsewhere)
        assert not log_of(elsewhere).exists()


def test_what_was_held_is_let_go_when_a_run_fails(tmp_path: Path) -> None:
    file = tmp_path / "index.db"
    write(file)
    with pytest.raises(RuntimeError, match="failed"), kept_open(tmp_path):
        write(file)
        raise RuntimeError("failed")
    assert not log_of(file).exists()
