"""One writing run at a time, across processes.

What belongs here: the lock of a workspace and who holds it. What does not: what a run does while it holds it.
The kernel frees the lock when its holder ends, however it ends, so nothing has to be cleaned up after a
crash.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: process number, start time (UTC, ISO 8601) and purpose."""

    process_id: int
    since: str
    purpose: str


class RunLockedError(RuntimeError):
    """Another process is running on this workspace."""

    def __init__(self, holder: Holder | None) -> None:
        self.holder = holder
        who = (
            f"process {holder.process_id} ({holder.purpose}, since {holder.since})"
            if holder
            else "another process"
        )
        super().__init__(f"the workspace is in use by {who}")


@contextmanager
def run_lock(path: Path, purpose: str, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of a workspace; entering it again within one process is allowed.

    Args:
        path: the lock file.
        purpose: shown to whoever finds the lock taken.
        wait_seconds: how long to wait for another holder before giving up.

    Raises:
        RunLockedError: another process still holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # No soft lock where the file system cannot lock: that one would outlive a crash.
    lock = FileLock(
        path, is_singleton=True, thread_local=False, fallback_to_soft=False, preserve_lock_file=True
    )
    try:
        lock.acquire(timeout=wait_seconds, poll_interval=0.2)
    except Timeout:
        raise RunLockedError(read_holder(path)) from None
    try:
        if lock.lock_counter == 1:
            _holder_file(path).write_text(json.dumps(asdict(_myself(purpose))), encoding="utf-8")
        yield
    finally:
        if lock.lock_counter == 1:
            _holder_file(path).unlink(missing_ok=True)
        lock.release()


def read_holder(path: Path, patience_seconds: float = 0.5) -> Holder | None:
    """Who wrote itself down beside the lock; None when nobody did (the holder may be between two steps)."""
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            return Holder(**json.loads(_holder_file(path).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            if time.monotonic() >= deadline:
                return None
            time.sleep(0.05)


def _holder_file(path: Path) -> Path:
    return path.with_name(path.name + ".holder.json")


def _myself(purpose: str) -> Holder:
    return Holder(os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"), purpose)
