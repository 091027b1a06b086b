"""A run and the room on its disk."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from rich.console import Console

from orchestration import run
from orchestration.resources.paths import Workspace
from orchestration.voice import Voice


def _run_with(free_mebibytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    said = StringIO()
    console = Console(file=said, width=200)
    monkeypatch.setattr(
        run.shutil, "disk_usage", lambda _: SimpleNamespace(free=free_mebibytes * 2**20 + 2**10)
    )
    with pytest.raises(click.exceptions.Exit) as stopped:
        run.run_years(console, console, Voice(), Workspace(tmp_path), [2014], force=False)
    assert stopped.value.exit_code == 1
    return said.getvalue()


def test_a_run_without_room_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "execute", lambda *_, **__: pytest.fail("started"))
    said = _run_with(30, tmp_path, monkeypatch)
    assert "30 MB" in said and "was not started" in said and "未开始运行" in said


def test_whatever_broke_on_a_full_disk_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def execute(*_: object, **__: object) -> None:
        monkeypatch.setattr(run.shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
        raise RuntimeError("database or disk is full")

    monkeypatch.setattr(run, "execute", execute)
    said = _run_with(1000, tmp_path, monkeypatch)
    assert "No space left" in said and "磁盘空间已满" in said
