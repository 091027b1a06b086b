"""What reading workbooks costs: ours beside bare decoding and beside the scripts people write.

Every way reads the same workbooks in a process of its own, one after the other: only ratios within the
run count. On a shared machine processor time is steadier than wall time.

    .venv/bin/python -m benchmarks.reading [--folder INBOX] [--files 400] [--many 5000] [--write]

Without `--folder` the workbooks are those of the sample province that the bare decoder can open. polars and
fastexcel are compared when they are installed; the project itself does not use them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from python_calamine import CalamineError, CalamineWorkbook

from benchmarks.measuring import Cost, measured, write
from benchmarks.readers import workbooks

WAYS = {
    "calamine": "(a) bare decoding by calamine, a process a core",
    "calamine_one_core": "(a₁) the same in one process",
    "warehouse": "**(b) ours: receive, read, load, each value with its cell**",
    "pandas_openpyxl": "(c) pandas, openpyxl (.xls: xlrd), append",
    "pandas_calamine": "(d) pandas, calamine, append",
    "polars_fastexcel": "(e) polars, fastexcel, append",
}
_FILES_OF_SAMPLE = 890
_COUNTIES, _DEPARTMENTS = 24, 12


@dataclass(frozen=True)
class Read:
    """One way measured: the whole process, and the seconds of work in it after the imports."""

    cost: Cost
    seconds: float
    cells: int


def sample_inbox(target: Path, files: int) -> Path:
    """An inbox of so many readable workbooks of the sample's kinds, evenly from all its folders."""
    times = -(-files // _FILES_OF_SAMPLE)
    size = ["--counties", str(_COUNTIES * times), "--departments", str(_DEPARTMENTS * times)]
    measured(["-m", "orchestration.cli", "sample", *size], {"BPW_WORKSPACE": str(target / "all")})
    everything = target / "all" / "raw"
    readable = [path for path in workbooks(everything) if _is_readable(path)]
    if len(readable) < files:
        raise SystemExit(f"{len(readable)} readable workbooks, {files} are needed")
    inbox = target / "chosen" / "raw"
    for number in range(files):
        path = readable[number * len(readable) // files]
        place = inbox / path.relative_to(everything)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
    shutil.rmtree(target / "all")
    return inbox


def _is_readable(path: Path) -> bool:
    try:
        with CalamineWorkbook.from_path(str(path)):
            return True
    except CalamineError:
        return False


def read(way: str, inbox: Path, scratch: Path) -> Read:
    """Let one way read an inbox."""
    cost = measured(["-m", "benchmarks.readers", way, str(inbox), str(scratch)])
    said = json.loads(cost.output.splitlines()[-1])
    return Read(cost, said["seconds"], said["cells"])


def compare(inbox: Path, scratch: Path) -> str:
    """The table of all ways."""
    ways = [way for way in WAYS if way != "polars_fastexcel" or importlib.util.find_spec("fastexcel")]
    _forget(inbox)
    found = {way: read(way, inbox, scratch) for way in ways}
    bare, ours = found["calamine"], found["warehouse"]
    lines = (
        "| way | wall | processor time | cells a second | peak memory | time, bare decoding = 1 |\n"
        "|---|---|---|---|---|---|\n"
    )
    for way, one in found.items():
        lines += (
            f"| {WAYS[way]} | {one.seconds:.2f} s | {one.cost.cpu:.2f} s | {ours.cells / one.seconds:,.0f} "
            f"| {one.cost.memory_mb:.0f} MB | {one.seconds / bare.seconds:.1f} |\n"
        )
    slow = found["pandas_openpyxl"]
    return (
        f"{len(workbooks(inbox))} workbooks, {ours.cells:,} cells that are not blank. Wall: work after the "
        f"imports; processor time and memory: the whole process with its workers.\n\n{lines}\n"
        f"Ours takes {ours.seconds / bare.seconds:.1f} × bare decoding on the same cores and is "
        f"{slow.seconds / ours.seconds:.1f} × faster than (c).\n"
    )


def change_one(inbox: Path, scratch: Path) -> str:
    """The cost of one changed workbook among many, beside reading all of them."""
    _forget(inbox)
    whole = read("warehouse", inbox, scratch)
    path = next(path for path in workbooks(inbox) if path.suffix == ".xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(sheet.max_row + 2, 1).value = "注：更正"
    book.save(path)
    again = read("warehouse", inbox, scratch)
    idle = read("warehouse", inbox, scratch)
    return (
        f"Of {len(workbooks(inbox)):,} workbooks ({whole.cells:,} cells): all read {whole.seconds:.1f} s, "
        f"peak {whole.cost.memory_mb:.0f} MB; one changed {again.seconds:.2f} s "
        f"({again.seconds / whole.seconds:.1%}); none changed {idle.seconds:.2f} s.\n"
    )


def _forget(inbox: Path) -> None:
    """Make the next reading by the warehouse a first one."""
    shutil.rmtree(inbox.parent / "work", ignore_errors=True)


def main() -> None:
    """Measure and print; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="an inbox <year>/<submitter>/<file>; it is copied")
    parser.add_argument("--files", type=int, default=400, help="workbooks of the sample to compare on")
    parser.add_argument("--many", type=int, default=5000, help="workbooks of which one changes; 0: none")
    parser.add_argument("--write", action="store_true", help="put the tables into the documents")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bpw-reading-") as folder:
        scratch = Path(folder)
        if options.folder:
            inbox = Path(shutil.copytree(options.folder, scratch / "given" / "raw"))
        else:
            inbox = sample_inbox(scratch / "some", options.files)
        text = compare(inbox, scratch)
        if options.many:
            text += "\n" + change_one(sample_inbox(scratch / "many", options.many), scratch)
    text = f"\n{text}\n{os.cpu_count()} cores, Python {platform.python_version()}.\n\n"
    sys.stdout.write(text)
    if options.write:
        write("benchmark reading", text)


if __name__ == "__main__":
    main()
