"""A run and the room on its disk."""

from __future__ import annotations

import os
import signal
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from rich.console import Console

from orchestration import run
from orchestration.interruption import interrupts_noticed
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


def interrupted(*_: object) -> SimpleNamespace:
    """Ctrl-C while a library has a handler of its own, and takes the interrupt for a failure."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    return SimpleNamespace(success=False)


def test_an_interrupt_is_told_as_one_whatever_it_broke(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        interrupted()
        raise RuntimeError("connection is busy")

    said = StringIO()
    console = Console(file=said, width=200)
    for struck in (interrupted, broken):
        monkeypatch.setattr(run, "_execute", struck)
        with pytest.raises(KeyboardInterrupt):
            run.execute(Workspace(tmp_path), [2014])
        with pytest.raises(click.exceptions.Exit) as stopped:
            run.run_years(console, console, Voice(), Workspace(tmp_path), [2014], force=False)
        assert stopped.value.exit_code == 130
    assert "was interrupted" in said.getvalue() and "运行被中断" in said.getvalue()


def test_what_fails_by_itself_is_no_interrupt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_execute", lambda *_: SimpleNamespace(success=False))
    assert not run.execute(Workspace(tmp_path), [2014]).success
    with interrupts_noticed() as is_interrupted:
        os.kill(os.getpid(), signal.SIGCHLD)
        assert not is_interrupted()
