"""Many workbooks read in worker processes, each within a time and a memory limit.

A workbook that kills its worker or takes too long costs itself and nothing else: its result is
`unreadable` with the reason, and the next workbook gets a fresh worker.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from orchestration.ingest.filed import read_filed, size_of
from orchestration.ingest.findings import ReaderCheck, ReaderFinding
from orchestration.ingest.forms import FormCatalogue
from orchestration.ingest.read import SUBMISSION_ID_LENGTH, read_workbook
from orchestration.ingest.results import Columns, ReadResult, by_column

_AHEAD = 8  # packets under way per worker: keeps memory flat whatever the number of files
_PACKET_FILES = 16  # a task's own cost is that of reading one small workbook
_PACKET_BYTES = 1024 * 1024
_PACKETS_PER_WORKER = 250  # then a worker is replaced, so that no leak of a decoder can grow
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


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """A workbook that was read.

    Attributes:
        job: what was asked.
        result: what reading gave; the tables of its forms are empty.
        columns: its rows by raw table (without schema) and column.
    """

    job: ReadJob
    result: ReadResult
    columns: dict[str, Columns] = field(default_factory=dict)


Packet = tuple[ReadJob, ...]
_Future = Future[list[ReadOutcome]]


def read_many(
    jobs: Iterable[ReadJob],
    catalogue: FormCatalogue,
    *,
    workers: int = 2,
    memory_limit_mb: int = 2048,
    timeout_seconds: float = 120,
) -> Iterator[ReadOutcome]:
    """Read workbooks in parallel and yield each as soon as it is read, so that nobody waits for a slow one.

    Args:
        jobs: workbooks; taken one by one, so that a generator need not hold them all.
        catalogue: form maps.
        workers: worker processes.
        memory_limit_mb: address space a worker may use, in MiB.
        timeout_seconds: time limit for one workbook.

    Raises:
        OSError: a file cannot be opened.
    """
    packets = _packets(jobs)
    waiting: dict[_Future, Packet] = {}
    with ProcessPool(
        max_workers=workers,
        max_tasks=_PACKETS_PER_WORKER,
        initializer=_start_worker,
        initargs=(replace(catalogue, compiled={}), memory_limit_mb),
        context=_context(),
    ) as pool:

        def start(packets: Iterable[Packet]) -> None:
            for packet in packets:
                waiting[pool.schedule(_read, args=(packet,), timeout=timeout_seconds)] = packet

        try:
            start(islice(packets, workers * _AHEAD))
            while waiting:
                finished = wait(waiting, return_when=FIRST_COMPLETED).done
                for future in finished:
                    packet = waiting.pop(future)
                    outcomes = _outcomes(packet, future)
                    start([(job,) for job in packet] if outcomes is None else islice(packets, 1))
                    yield from outcomes or ()
        finally:
            for future in waiting:
                future.cancel()


def prepare_readers() -> None:
    """Start the process that workers are forked from, so that it imports the reader while others work."""
    _context()
    forkserver.ensure_running()


def _context() -> ForkServerContext:
    """Workers are forked from a small process that has imported the reader once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _packets(jobs: Iterable[ReadJob]) -> Iterator[Packet]:
    """Small workbooks together, a large one alone."""
    packet: list[ReadJob] = []
    size = 0
    for job in jobs:
        bytes_of_job = size_of(job.path)
        if packet and (len(packet) >= _PACKET_FILES or size + bytes_of_job > _PACKET_BYTES):
            yield tuple(packet)
            packet, size = [], 0
        packet.append(job)
        size += bytes_of_job
    if packet:
        yield tuple(packet)


def _outcomes(packet: Packet, future: _Future) -> list[ReadOutcome] | None:
    """The outcomes of a packet; None when its worker did not come back and each workbook is to be tried
    alone.
    """
    try:
        return future.result()
    except ProcessExpired as error:
        reason, given = ReaderCheck.READER_DIED, f"exit code {error.exitcode}"
    except FutureTimeoutError:
        reason, given = ReaderCheck.READER_TIMEOUT, ""
    except MemoryError:
        reason, given = ReaderCheck.READER_DIED, "memory limit"
    if len(packet) > 1:
        return None
    return [ReadOutcome(packet[0], lost(packet[0], reason, given))]


def lost(job: ReadJob, reason: ReaderCheck, given: str) -> ReadResult:
    """The result for a workbook whose reader did not come back."""
    digest = read_filed(job.path).content_sha256
    finding = ReaderFinding(reason, given=given)
    return ReadResult(
        digest[:SUBMISSION_ID_LENGTH], digest, status="unreadable", reason=str(reason), findings=[finding]
    )


_catalogue: FormCatalogue | None = None


def _start_worker(catalogue: FormCatalogue, memory_limit_mb: int) -> None:
    """Set the limits of a worker and give it the form maps."""
    global _catalogue
    limit = memory_limit_mb * _MEBIBYTE
    with contextlib.suppress(ValueError):  # the system's own limit may be lower already
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["RUST_BACKTRACE"] = "0"  # a decoder that runs out of memory has to die at once, and quietly
    _catalogue = catalogue


def _read(packet: Packet) -> list[ReadOutcome]:
    if _catalogue is None:
        raise RuntimeError("a reading worker was not started with form maps")
    outcomes = []
    for job in packet:
        result = read_workbook(job.path, job.fiscal_year, _catalogue)
        columns: dict[str, Columns] = {}
        for form in result.forms:
            columns |= {table: by_column(records) for table, records in form.tables.items()}
            form.tables = {table: [] for table in form.tables}
        outcomes.append(ReadOutcome(job, result, columns))
    return outcomes
