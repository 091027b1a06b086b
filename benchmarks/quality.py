"""How good the checks are: what they find of defects drawn at stated rates, and what they cost.

Two provinces of one size are written, one clean and one with defects of every kind drawn at the rates of
`orchestration/sample/data/defect_kinds.yml`; both are received, read and checked. Of every kind is told how
many were planted, found, and told at the very cell that is wrong. Then the checks are timed on the sample at
its usual size, on one year of 1,600 workbooks, and at twenty times the size.

    .venv/bin/python -m benchmarks.quality [--write]

`--write` puts the tables into benchmarks/README.md and the main figures into both READMEs of the project.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import measured, write
from orchestration.sample import SampleSize, write_sample
from orchestration.sample.counties import county_region
from orchestration.sample.drawn_defects import DefectKind, defect_kinds
from orchestration.sample.province import own_region
from orchestration.sample.size import PlantedDefect

PLACES = {"counties": 240, "departments": 150}
COSTS = {
    "the sample province": {},
    "one year of a province": {"counties": 160, "departments": 98, "years": (2014,)},
    "twenty times the sample": {"counties": 440, "departments": 274},
}
PROVINCE = own_region().code
LOUD = ("block", "error", "warning")


@dataclass(frozen=True)
class Told:
    """A finding as the warehouse keeps it; `is_root` when no other finding explains it."""

    check_code: str
    severity: str
    fiscal_year: int
    submitter_code: str
    relative_path: str
    sheet: str
    cell: str
    is_root: bool


@dataclass
class KindResult:
    """What became of the defects of one kind.

    Attributes:
        planted: how many.
        found: how many a right check told, in the workbook or of the submitter's year.
        placed: how many of those lie in one cell.
        at_cell: how many of these were told at that very cell, as a cause of their own.
    """

    kind: DefectKind
    planted: int = 0
    found: int = 0
    placed: int = 0
    at_cell: int = 0
    missed: list[str] = field(default_factory=list)


@dataclass
class Judgement:
    """What the checks said about a province, against what was planted.

    Attributes:
        kinds: by kind, in the order of the list.
        right: loud causes told that belong to a planted defect.
        stray: the other loud causes told.
    """

    kinds: dict[str, KindResult]
    right: int
    stray: list[Told]

    def claimed(self) -> list[KindResult]:
        """Kinds the checks claim to find."""
        return [one for one in self.kinds.values() if one.kind.is_claimed and not one.kind.is_harmless]

    @property
    def recall(self) -> float:
        """Found of planted, over the kinds claimed."""
        return sum(one.found for one in self.claimed()) / sum(one.planted for one in self.claimed())

    @property
    def precision(self) -> float:
        """Loud causes told that are right, of all loud causes told."""
        return self.right / (self.right + len(self.stray))

    @property
    def at_cell(self) -> float:
        """Told at the very cell, of the found ones that lie in one cell."""
        return sum(one.at_cell for one in self.claimed()) / sum(one.placed for one in self.claimed())


def checked(workspace_root: Path) -> dict[str, float]:
    """Receive, read and check what lies in a workspace, in this process: seconds and counts."""
    from benchmarks.main_job import timed_validations
    from orchestration.assets.check import judge
    from orchestration.assets.load import load_pending
    from orchestration.fingerprint import scan_workspace
    from orchestration.ingest.forms import load_catalogue
    from orchestration.resources.paths import Workspace
    from orchestration.resources.raw_tables import raw_tables, write_filed_cells, write_vocabulary
    from orchestration.resources.registry import register
    from orchestration.resources.run import WorkspaceRun

    workspace = Workspace(workspace_root)
    workspace.make()
    run = WorkspaceRun(root=str(workspace.root))
    catalogue = load_catalogue(workspace.form_folders())
    years = sorted(int(folder.name) for folder in workspace.inbox.iterdir() if folder.is_dir())
    validations = timed_validations()
    run.warehouse.prepare(raw_tables(catalogue))
    files = scan_workspace(workspace)
    register(run.warehouse, files, years, "benchmark", raw_tables(catalogue))
    write_vocabulary(run.warehouse, catalogue.vocabulary)
    write_filed_cells(run.warehouse, catalogue)
    started = time.perf_counter()
    load_pending(run, catalogue, years, "benchmark")
    loaded = time.perf_counter()
    judge(run.warehouse, catalogue, "benchmark")
    ended = time.perf_counter()
    with run.warehouse.reading() as connection:
        row = connection.execute(
            "select count(*), sum(evaluated_count) from quality.check_results"
        ).fetchone()
    assert row is not None
    return {
        "workbooks": len(files),
        "results": row[0],
        "questions": int(row[1]),
        "load": loaded - started,
        "check": ended - loaded,
        "great_expectations": sum(validations),
    }


def told(workspace_root: Path) -> list[Told]:
    """Every finding on a checked workspace."""
    from orchestration.resources.paths import Workspace
    from orchestration.resources.warehouse import Warehouse

    rows = Warehouse(Workspace(workspace_root).warehouse).rows(
        "select f.check_code, f.severity, f.fiscal_year, f.submitter_code,"
        " coalesce(s.relative_path, '') as relative_path, coalesce(f.sheet, '') as sheet,"
        " coalesce(f.cell, '') as cell,"
        " coalesce(f.root_finding_id, '') in ('', f.finding_id) as is_root"
        " from quality.findings as f left join raw.submissions as s using (submission_id)"
    )
    return [Told(**row) for row in rows]


def judged(truth: Iterable[PlantedDefect], findings: Iterable[Told], places: set[str]) -> Judgement:
    """Hold what was told against what was planted.

    A finding is right when its code is one the truth names for the submitter's year; a department and its
    units are one submitter. Consequences may also show in the year before or after, and in the province's own
    forms, which sum up or name what others filed. `places` are the codes of counties and the province.
    """
    kinds = {kind.kind: KindResult(kind) for kind in defect_kinds()}
    by_owner: dict[tuple[str, int], list[Told]] = defaultdict(list)
    for finding in findings:
        by_owner[_owner(finding.submitter_code, places), finding.fiscal_year].append(finding)
    expected: dict[tuple[str, int], set[str]] = defaultdict(set)
    for defect in truth:
        owner = (_owner(defect.submitter_code, places), defect.fiscal_year)
        expected[owner] |= {*defect.check_code.split(), *defect.consequences.split()}
        for year in (defect.fiscal_year - 1, defect.fiscal_year, defect.fiscal_year + 1):
            expected[owner[0], year] |= {*defect.consequences.split()} | _yearly(defect.check_code)
            expected[PROVINCE, year] |= {*defect.consequences.split()}
        _count(kinds[defect.kind], defect, by_owner[owner])
    right, stray = 0, []
    for owner, own in by_owner.items():
        for finding in own:
            if finding.severity in LOUD and finding.is_root:
                if finding.check_code in expected[owner]:
                    right += 1
                else:
                    stray.append(finding)
    return Judgement(kinds, right, stray)


def _yearly(check_codes: str) -> set[str]:
    """Checks of one year against another: one wrong year is told twice."""
    return {code for code in check_codes.split() if code.startswith("cross_year.")}


def _owner(submitter_code: str, places: set[str]) -> str:
    return submitter_code if submitter_code in places else submitter_code[:3]


def _count(result: KindResult, defect: PlantedDefect, own: list[Told]) -> None:
    result.planted += 1
    codes = defect.check_code.split()
    right = [finding for finding in own if finding.check_code in codes]
    if not right:
        result.missed.append(f"{defect.relative_path} {defect.sheet} {defect.cell}")
        return
    result.found += 1
    if defect.cell and defect.sheet:
        result.placed += 1
        result.at_cell += any(
            (finding.sheet, finding.cell) == (defect.sheet, defect.cell) and finding.is_root
            for finding in right
        )


def province(folder: Path, **size: Any) -> list[PlantedDefect]:
    """Write a province and check it; the defects planted in it."""
    truth = write_sample(folder / "raw", SampleSize(**size)).defects
    checked(folder)
    return truth


def measure(folder: Path) -> dict[str, Any]:
    """All figures of one run."""
    drawn, clean = folder / "drawn", folder / "clean"
    truth = province(drawn, **PLACES, draws_defects=True)
    places = {PROVINCE, *(county_region(index).code for index in range(PLACES["counties"]))}
    judgement = judged(truth, told(drawn), places)
    province(clean, **PLACES, with_defects=False)
    return {
        "judgement": judgement,
        "clean": [one for one in told(clean) if one.severity in LOUD],
        "clean_workbooks": _workbooks(clean),
        "workbooks": _workbooks(drawn),
        "costs": {name: _cost(folder / str(at), size) for at, (name, size) in enumerate(COSTS.items())},
    }


def _workbooks(folder: Path) -> int:
    return sum(path.is_file() for path in (folder / "raw").rglob("*"))


def _cost(folder: Path, size: dict[str, Any]) -> dict[str, float]:
    write_sample(folder / "raw", SampleSize(**size))
    cost = measured(["-m", "benchmarks.quality", "--cost", str(folder)])
    figures: dict[str, float] = json.loads(cost.output.splitlines()[-1])
    return {**figures, "memory_mb": cost.memory_mb}


def kinds_table(judgement: Judgement) -> str:
    """Every kind with what became of it."""
    lines = "| kind | what | planted | found | recall | told at the cell |\n|---|---|---|---|---|---|\n"
    for name, one in judgement.kinds.items():
        remark = "" if one.kind.is_claimed else " (not claimed)"
        recall = f"{one.found / one.planted:.2f}" if one.planted else "–"
        cell = f"{one.at_cell} of {one.placed}" if one.placed else "–"
        if one.kind.is_harmless:
            remark, recall = " (nothing is wrong)", "–"
        lines += (
            f"| {name} | {one.kind.entry['en']}{remark} | {one.planted} | {one.found} | {recall} | {cell} |\n"
        )
    return lines


def costs_table(costs: dict[str, dict[str, float]]) -> str:
    """What receiving, reading and checking costs, by size."""
    head = "| | workbooks | reading | all checks | checks a second | Great Expectations | peak memory |\n"
    lines = head + "|---|---|---|---|---|---|---|\n"
    for name, one in costs.items():
        share = one["great_expectations"] / one["check"]
        lines += (
            f"| {name} | {one['workbooks']:,.0f} | {one['load']:.1f} s | {one['check']:.1f} s"
            f" | {one['questions'] / one['check']:,.0f} | {share:.0%} | {one['memory_mb']:,.0f} MB |\n"
        )
    return lines


def report(figures: dict[str, Any]) -> str:
    """Both tables with their sums."""
    judgement: Judgement = figures["judgement"]
    claimed = judgement.claimed()
    planted = sum(one.planted for one in claimed)
    causes = judgement.right + len(judgement.stray)
    return (
        f"\n{planted:,} defects of {len(claimed)} kinds the checks claim to find, drawn in"
        f" {figures['workbooks']:,} workbooks: recall {judgement.recall:.3f}; of {causes:,}"
        f" causes told as a block, error or warning {judgement.precision:.3f} belong to a planted defect;"
        f" {judgement.at_cell:.2f} of those in one cell are told at that cell. On a clean province of"
        f" {figures['clean_workbooks']:,} workbooks: {_loudness(figures['clean'])}.\n\n"
        f"{kinds_table(judgement)}\n{costs_table(figures['costs'])}\n"
        f"{os.cpu_count()} cores, Python {platform.python_version()}; compare within this table only.\n\n"
    )


def _loudness(loud: list[Told]) -> str:
    counts = {severity: sum(one.severity == severity for one in loud) for severity in LOUD}
    return ", ".join(f"{counts[severity]} {severity}s" for severity in LOUD)


def summary(figures: dict[str, Any], words: dict[str, str]) -> str:
    """The main figures as a small table, in the words of one language."""
    judgement: Judgement = figures["judgement"]
    claimed = judgement.claimed()
    cost = figures["costs"]["one year of a province"]
    loud = {severity: sum(one.severity == severity for one in figures["clean"]) for severity in LOUD}
    rows = {
        "planted": f"{sum(one.planted for one in claimed):,} / {len(claimed)}",
        "recall": f"{judgement.recall:.3f}",
        "precision": f"{judgement.precision:.3f}",
        "at_cell": f"{judgement.at_cell:.2f}",
        "clean": f"{loud['block']} / {loud['error']} / {loud['warning']}",
        "cost": f"{cost['check']:.1f} s, {cost['memory_mb']:,.0f} MB",
    }
    lines = "".join(f"| {words[name]} | {value} |\n" for name, value in rows.items())
    return f"\n| {words['head']} | |\n|---|---|\n{lines}\n"


ENGLISH = {
    "head": "how good the checks are",
    "planted": "defects planted at random places / kinds",
    "recall": "found",
    "precision": "causes told that are right",
    "at_cell": "told at the very cell, where one cell is wrong",
    "clean": "blocks / errors / warnings on a clean province",
    "cost": "all checks of 1,600 workbooks of a year, two cores",
}
CHINESE = {
    "head": "检查本身的质量",
    "planted": "随机植入的差错数 / 种类数",
    "recall": "查出比例",
    "precision": "报出的原因中属实的比例",
    "at_cell": "差错在单一单元格时，正指该单元格的比例",
    "clean": "无差错省份中的阻断 / 错误 / 提醒",
    "cost": "一个年度 1600 个工作簿的全部检查，双核",
}


def main() -> None:
    """Measure and print; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into the documents")
    parser.add_argument("--cost", type=Path, help="only check what lies in this workspace")
    options = parser.parse_args()
    if options.cost:
        sys.stdout.write(json.dumps(checked(options.cost)) + "\n")
        return
    with tempfile.TemporaryDirectory(prefix="bpw-benchmark-") as folder:
        figures = measure(Path(folder))
    text = report(figures)
    sys.stdout.write(text)
    for finding in figures["judgement"].stray:
        sys.stdout.write(f"stray: {finding}\n")
    for kind in figures["judgement"].claimed():
        sys.stdout.writelines(f"missed: {kind.kind.kind} {place}\n" for place in kind.missed)
    if options.write:
        write("benchmark quality", text)
        write("quality figures", summary(figures, ENGLISH))
        write("quality figures zh", summary(figures, CHINESE))


if __name__ == "__main__":
    main()
