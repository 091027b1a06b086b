"""One writing run at a time, across processes, and freed however its holder ends."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.run_lock import RunLockedError, read_holder, run_lock

HOLD = """
import sys, time
from pathlib import Path
from orchestration.run_lock import run_lock
with run_lock(Path(sys.argv[1]), "the other run"):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def other_process(lock: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True
    ) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "held\n"
            yield other
        finally:
            other.kill()


def test_a_second_process_is_told_who_holds_it(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with other_process(lock) as other, pytest.raises(RunLockedError) as refused, run_lock(lock, "mine"):
        pass

    assert refused.value.holder is not None
    assert (refused.value.holder.process_id, refused.value.holder.purpose) == (other.pid, "the other run")


def test_a_killed_holder_frees_it(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with other_process(lock) as other:
        other.kill()
        other.wait()
        with run_lock(lock, "mine", wait_seconds=5):
            holder = read_holder(lock)

    assert holder is not None
    assert holder.purpose == "mine"


def test_waiting_ends_when_the_holder_does(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with other_process(lock) as other:
        started = time.monotonic()
        with pytest.raises(RunLockedError), run_lock(lock, "mine", wait_seconds=0.5):
            pass
        assert time.monotonic() - started >= 0.5
        other.kill()


def test_the_process_that_holds_it_may_enter_again(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with run_lock(lock, "outer"):
        with run_lock(lock, "inner"):
            pass
        holder = read_holder(lock)

    assert holder is not None
    assert holder.purpose == "outer"
    assert read_holder(lock, patience_seconds=0) is None
