"""Showing how far a run is, on a terminal and elsewhere."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from orchestration.progress import report
from orchestration.voice import voice
from orchestration.watch import Watch


def test_nobody_needs_to_listen() -> None:
    report("load", 1, 2)


@pytest.mark.parametrize("terminal", [True, False])
def test_each_stage_is_shown_and_timed(terminal: bool) -> None:
    out = io.StringIO()
    watch = Watch(Console(file=out, force_terminal=terminal, width=100), voice("en"))
    with watch.watching():
        report("receive")
        report("load", 1, 2, "[/2012/a/one.xlsx]")
        report("load", 2, 2)
        report("check")

    assert list(watch.seconds) == ["receive", "load", "check"]
    assert "read and load" in out.getvalue()


def test_the_stage_a_run_broke_in_is_known() -> None:
    watch = Watch(Console(file=io.StringIO()), voice("en"))
    with watch.watching():
        report("load")
        broke_in = watch.stage

    assert broke_in == "load"
