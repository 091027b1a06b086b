"""Worker processes: one bad workbook costs itself and nothing else."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.ingest import pool
from orchestration.ingest.forms import load_catalogue
from orchestration.ingest.pool import ReadJob, read_many
from orchestration.ingest.read import read_workbook
from orchestration.resources.paths import PACKAGE_ROOT, SHIPPED_FORMS
from tests.support.workbooks import with_cell, xlsx

REGISTER = [
    ["2013年度预算单位名录"],
    ["填报单位：示例省"],
    ["序号", "单位编码", "单位名称", "单位级次", "上级单位编码", "所属区划代码", "单位性质", "备注"],
    [1, "301", "示例省教育厅", "一级", None, "990000", "行政", None],
]
TALL = '<row r="60000"><c r="BL60000"><v>7</v></c></row>'  # 3.8 million cells once laid out densely


@pytest.fixture
def jobs(tmp_path: Path) -> list[ReadJob]:
    files = {"good.xlsx": xlsx({"表": REGISTER}), "tall.xlsx": with_cell(xlsx({"表": [["甲"]]}), TALL)}
    order = ["good.xlsx", "tall.xlsx", "good.xlsx", "good.xlsx"]
    for number, name in enumerate(order):
        (tmp_path / f"{number}_{name}").write_bytes(files[name])
    return [ReadJob(tmp_path / f"{number}_{name}", name, 2013) for number, name in enumerate(order)]


def statuses(jobs: list[ReadJob], **limits: float) -> list[tuple[str, str]]:
    results = list(read_many(jobs, load_catalogue([SHIPPED_FORMS]), **limits))  # type: ignore[arg-type]
    by_path = {outcome.job.path: outcome.result for outcome in results}
    assert len(results) == len(by_path) == len(jobs)
    assert len({result.submission_id for result in by_path.values()}) == 2
    return [(by_path[job.path].status, by_path[job.path].reason) for job in jobs]


def test_each_is_read_once(jobs: list[ReadJob]) -> None:
    assert statuses(jobs) == [
        ("loaded", ""),
        ("unrecognised", "read.unknown_form"),
        ("loaded", ""),
        ("loaded", ""),
    ]


def test_a_dead_worker_costs_one_workbook(jobs: list[ReadJob]) -> None:
    found = statuses(jobs, memory_limit_mb=220, timeout_seconds=30)
    assert found[1] == ("unreadable", "read.reader_died")
    assert [found[0], *found[2:]] == [("loaded", "")] * 3


def test_a_late_worker_costs_one_workbook(jobs: list[ReadJob]) -> None:
    slow = [job for job in jobs if job.relative_path == "tall.xlsx"]
    outcomes = read_many(slow * 2, load_catalogue([SHIPPED_FORMS]), timeout_seconds=0.05)
    found = [outcome.result.reason for outcome in outcomes]
    assert found == ["read.reader_timeout"] * 2


def test_nobody_waits_for_a_slow_workbook(jobs: list[ReadJob], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first workbook takes as long as hundreds of others; they are handed on meanwhile."""
    monkeypatch.setattr(pool, "_PACKET_FILES", 1)
    quick = [replace(jobs[0], relative_path=str(number)) for number in range(50)]
    order = [outcome.job for outcome in read_many([jobs[1], *quick], load_catalogue([SHIPPED_FORMS]))]
    assert sorted(order, key=str) == sorted([jobs[1], *quick], key=str)
    assert order.index(jobs[1]) > 0


def test_small_workbooks_travel_together_and_a_large_one_alone(tmp_path: Path) -> None:
    sizes = [10] * 20 + [3_000_000] + [10] * 2
    jobs = []
    for number, size in enumerate(sizes):
        (tmp_path / str(number)).write_bytes(bytes(size))
        jobs.append(ReadJob(tmp_path / str(number), str(number), 2013))
    packets = list(pool._packets(jobs))
    assert [len(packet) for packet in packets] == [16, 4, 1, 2]
    assert [job for packet in packets for job in packet] == jobs


def test_rows_travel_by_column(jobs: list[ReadJob]) -> None:
    (outcome,) = read_many(jobs[:1], load_catalogue([SHIPPED_FORMS]))
    direct = read_workbook(jobs[0].path, 2013, load_catalogue([SHIPPED_FORMS]))
    (records,) = direct.forms[0].tables.values()
    columns = outcome.columns["unit_register"]
    assert [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)] == records


def test_reading_needs_no_dagster_duckdb_or_dbt() -> None:
    """The reader is imported in a process where importing any of them fails."""
    program = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"dagster", "duckdb", "dbt", "great_expectations", "pandas", "openpyxl"}:
            raise ImportError(f"{name} must not be imported by the reader")
sys.meta_path.insert(0, Refuse())
import importlib, pkgutil
import orchestration.ingest as package
for module in pkgutil.iter_modules(package.__path__):
    importlib.import_module(f"orchestration.ingest.{module.name}")
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=PACKAGE_ROOT, timeout=60)
