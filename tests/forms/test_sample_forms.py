"""The sample province: every clean workbook reads without a finding, every planted layout defect is found."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from orchestration.ingest.read import read_workbook
from orchestration.ingest.results import ReadResult
from orchestration.sample import write_sample
from tests.support.real_material import shipped_forms

READER_AREAS = ("read.", "layout.", "receive.fiscal_year_mismatch")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inbox = tmp_path_factory.mktemp("sample") / "raw"
    write_sample(inbox)
    return inbox


@pytest.fixture(scope="module")
def results(province: Path) -> dict[str, ReadResult]:
    files = sorted(path for path in province.rglob("*") if path.suffix in (".xls", ".xlsx"))
    assert files
    read = {}
    for path in files:
        relative = path.relative_to(province)
        read[relative.as_posix()] = read_workbook(path, int(relative.parts[0]), shipped_forms())
    return read


@pytest.fixture(scope="module")
def planted(province: Path) -> dict[str, set[tuple[str, str, str]]]:
    """Check code, sheet and cell of the planted defects that are the reader's, by workbook."""
    found: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    with (province.parent / "sample" / "defects.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["check_code"].startswith(READER_AREAS):
                found[row["relative_path"]].add((row["check_code"], row["sheet"], row["cell"]))
    return found


def test_every_clean_workbook_reads_without_a_finding(
    results: dict[str, ReadResult], planted: dict[str, set[tuple[str, str, str]]]
) -> None:
    for path, result in results.items():
        if path not in planted:
            assert (result.status, result.findings) == ("loaded", []), path


def test_every_planted_layout_defect_is_found_at_its_cell(
    results: dict[str, ReadResult], planted: dict[str, set[tuple[str, str, str]]]
) -> None:
    assert planted
    for path, defects in planted.items():
        findings = {(f.check_code, f.sheet, f.cell) for f in results[path].findings}
        for code, sheet, cell in defects:
            sheets = {where for found, where, _ in findings if found == code}
            # A missing sheet has no name in the finding, a whole file none in the truth.
            assert sheets and (not sheet or sheets <= {sheet, ""}), (path, code)
            if cell:
                assert (code, sheet, cell) in findings, (path, code, cell, findings)


def test_a_planted_defect_brings_no_other_finding(
    results: dict[str, ReadResult], planted: dict[str, set[tuple[str, str, str]]]
) -> None:
    for path, defects in planted.items():
        assert {f.check_code for f in results[path].findings} == {code for code, _, _ in defects}, path


def test_books_of_the_final_account_software_are_read_where_they_stand(
    results: dict[str, ReadResult], province: Path
) -> None:
    """Sheets named after their 财决 table, 编制单位 in the third row, — for what does not apply."""
    name = "Z01 收入支出决算总表(财决01表)"
    books = {
        path: [record for form in result.forms for record in form.tables.get(form.form_code, ())]
        for path, result in results.items()
        if "department_final_account" in {form.form_code for form in result.forms}
    }
    of_software = {
        path: records for path, records in books.items() if records and records[0]["_sheet"] == name
    }
    assert 0 < len(of_software) < len(books)
    for path, records in of_software.items():
        assert {record["reporting_unit_label__cell"] for record in records} == {"A3"}, path
        assert {record["unit_label"] for record in records} == {"元"}, path
        assert min(record["_row"] for record in records) > 5, path
    assert any(record["value_text"] == "—" for records in of_software.values() for record in records)


def test_every_shipped_form_of_the_sample_occurs(results: dict[str, ReadResult]) -> None:
    seen = {form.form_code for result in results.values() for form in result.forms}
    not_in_the_sample = {
        "department_budget",
        "regional_expenditure_yearbook",
        "project_performance_monitoring",
        "project_self_evaluation",
        "indicator_library",
        "finding_responses",
    }
    assert seen == set(shipped_forms().forms) - not_in_the_sample
