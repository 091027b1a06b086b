"""What a command costs, and where its table goes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "benchmarks" / "README.md", ROOT / "README.md", ROOT / "README.zh-CN.md"]
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Cost:
    """What one command took, its worker processes included.

    Attributes:
        wall: seconds from start to end.
        cpu: seconds of processor time, as last seen before each process ended.
        memory_mb: peak of the resident memory of all its processes together.
        output: what it printed.
    """

    wall: float
    cpu: float
    memory_mb: float
    output: str


def measured(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a Python command from the project's folder and watch it.

    Raises:
        SystemExit: the command failed; with what it printed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    memory, ticks = [0], dict[int, int]()
    watcher = threading.Thread(target=_watch, args=(process.pid, memory, ticks), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    wall = time.perf_counter() - started
    watcher.join()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{output}")
    return Cost(wall, sum(ticks.values()) / os.sysconf("SC_CLK_TCK"), memory[0] / 2**20, output)


def _watch(pid: int, memory: list[int], ticks: dict[int, int]) -> None:
    page = os.sysconf("SC_PAGE_SIZE")
    while Path(f"/proc/{pid}").exists():
        total = 0
        for member in [pid, *_descendants(pid)]:
            try:
                total += int(Path(f"/proc/{member}/statm").read_text().split()[1]) * page
                times = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
                ticks[member] = int(times[11]) + int(times[12])
            except (OSError, IndexError):
                continue  # it ended while we looked
        memory[0] = max(memory[0], total)
        time.sleep(_LOOK_SECONDS)


def _descendants(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    found = [int(child) for child in children]
    return found + [grandchild for child in found for grandchild in _descendants(child)]


def write(name: str, text: str) -> None:
    """Put a table between the marks `<!-- name: begin/end -->` of each document that has them."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    for document in DOCUMENTS:
        content = document.read_text(encoding="utf-8")
        if begin not in content:
            continue
        start = content.index(begin) + len(begin)
        document.write_text(content[:start] + text + content[content.index(end) :], encoding="utf-8")
