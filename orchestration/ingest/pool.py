"""Many workbooks read in worker processes, each within a time and a memory limit.

A workbook that kills its worker or takes too long costs itself and nothing else: its result is
`unreadable` with the reason, and the next workbook gets a fresh worker.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from pathlib import Path

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from orchestration.ingest.filed import read_filed
from orchestration.ingest.findings import ReaderCheck, ReaderFinding
from orchestration.ingest.forms import FormCatalogue, load_catalogue
from orchestration.ingest.read import SUBMISSION_ID_LENGTH, read_workbook
from orchestration.ingest.results import ReadResult

_AHEAD = 8  # workbooks under way per worker: keeps memory flat whatever the number of files
_TASKS_PER_WORKER = (
    2000  # a worker is replaced after so many workbooks, so that no leak of a decoder can grow
)
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A workbook to read.

    Attributes:
        path: the file, or `<archive>!/<member>`.
        relative_path: its path below the inbox, with forward slashes; carried along for the caller.
        fiscal_year: year of its folder.
    """

    path: Path
    relative_path: str
    fiscal_year: int


def read_many(
    jobs: Iterable[ReadJob],
    form_folders: Sequence[Path],
    *,
    workers: int = 2,
    memory_limit_mb: int = 2048,
    timeout_seconds: float = 120,
) -> Iterator[tuple[ReadJob, ReadResult]]:
    """Read workbooks in parallel and yield them in the order of the jobs.

    Args:
        jobs: workbooks; taken one by one, so that a generator need not hold them all.
        form_folders: folders of form maps, later ones override earlier ones.
        workers: worker processes.
        memory_limit_mb: address space a worker may use, in MiB.
        timeout_seconds: time limit for one workbook.

    Raises:
        FormMapError: the form maps cannot be used (before any workbook is opened).
        OSError: a file cannot be opened.
    """
    load_catalogue(form_folders)
    context = multiprocessing.get_context("forkserver")
    waiting: deque[tuple[ReadJob, ProcessFuture[ReadResult]]] = deque()
    with ProcessPool(
        max_workers=workers,
        max_tasks=_TASKS_PER_WORKER,
        initializer=_start_worker,
        initargs=([str(folder) for folder in form_folders], memory_limit_mb),
        context=context,
    ) as pool:
        try:
            for job in jobs:
                waiting.append((job, pool.schedule(_read, args=(job,), timeout=timeout_seconds)))
                if len(waiting) >= workers * _AHEAD:
                    yield _finished(*waiting.popleft())
            while waiting:
                yield _finished(*waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()  # type: ignore[no-untyped-call]


def _finished(job: ReadJob, future: ProcessFuture[ReadResult]) -> tuple[ReadJob, ReadResult]:
    try:
        return job, future.result()
    except ProcessExpired as error:
        return job, lost(job, ReaderCheck.READER_DIED, f"exit code {error.exitcode}")
    except FutureTimeoutError:
        return job, lost(job, ReaderCheck.READER_TIMEOUT, "")
    except MemoryError:
        return job, lost(job, ReaderCheck.READER_DIED, "memory limit")


def lost(job: ReadJob, reason: ReaderCheck, given: str) -> ReadResult:
    """The result for a workbook whose reader did not come back."""
    digest = read_filed(job.path).content_sha256
    finding = ReaderFinding(reason, given=given)
    return ReadResult(
        digest[:SUBMISSION_ID_LENGTH], digest, status="unreadable", reason=str(reason), findings=[finding]
    )


_catalogue: FormCatalogue | None = None


def _start_worker(form_folders: Sequence[str], memory_limit_mb: int) -> None:
    """Set the limits of a worker and load the form maps once."""
    global _catalogue
    limit = memory_limit_mb * _MEBIBYTE
    with contextlib.suppress(ValueError):  # the system's own limit may be lower already
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["RUST_BACKTRACE"] = "0"  # a decoder that runs out of memory has to die at once, and quietly
    _catalogue = load_catalogue([Path(folder) for folder in form_folders])


def _read(job: ReadJob) -> ReadResult:
    if _catalogue is None:
        raise RuntimeError("a reading worker was not started with form maps")
    return read_workbook(job.path, job.fiscal_year, _catalogue)
