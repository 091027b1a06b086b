"""Worker processes: one bad workbook costs itself and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.ingest.pool import ReadJob, read_many
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
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    order = ["good.xlsx", "tall.xlsx", "good.xlsx", "good.xlsx"]
    return [ReadJob(tmp_path / name, name, 2013) for name in order]


def statuses(jobs: list[ReadJob], **limits: float) -> list[tuple[str, str]]:
    results = list(read_many(jobs, [SHIPPED_FORMS], **limits))  # type: ignore[arg-type]
    assert [job for job, _ in results] == jobs  # in the order of the jobs
    assert len({result.submission_id for _, result in results}) == 2
    return [(result.status, result.reason) for _, result in results]


def test_all_are_read_in_order(jobs: list[ReadJob]) -> None:
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
    found = [result.reason for _, result in read_many(slow * 2, [SHIPPED_FORMS], timeout_seconds=0.05)]
    assert found == ["read.reader_timeout"] * 2


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
