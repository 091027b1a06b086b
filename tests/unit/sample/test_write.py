"""What is written: the same bytes every time, at any size, with every defect where the truth file says."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlrd
from openpyxl.utils import coordinate_to_tuple

from orchestration.sample import SampleSize, SampleSummary, write_sample
from orchestration.sample.reference import load_yaml

LATE_YEARS = (2014, 2015)
NO_FILE = {"receive.silent_submitter"}
NO_TEXT = {"read.corrupt", "read.empty"}


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SampleSummary]:
    inbox = tmp_path_factory.mktemp("province") / "raw"
    return inbox, write_sample(inbox)


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def _dates(folder: Path) -> dict[str, float]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime
        for path in folder.rglob("*")
        if path.is_file()
    }


def _cell_text(path: Path, sheet: str, cell: str) -> str:
    row, column = coordinate_to_tuple(cell)
    if path.suffix == ".xls":
        page = xlrd.open_workbook(str(path)).sheet_by_name(sheet)
        value = page.cell_value(row - 1, column - 1) if row <= page.nrows and column <= page.ncols else ""
    else:
        value = openpyxl.load_workbook(path)[sheet].cell(row, column).value
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float | int) else str(value)


def test_the_same_size_writes_the_same_bytes_and_dates(tmp_path: Path) -> None:
    size = SampleSize(counties=9, departments=4, years=(2014,))
    write_sample(tmp_path / "one" / "raw", size)
    write_sample(tmp_path / "two" / "raw", size)
    assert _contents(tmp_path / "one") == _contents(tmp_path / "two")
    assert _dates(tmp_path / "one" / "raw") == _dates(tmp_path / "two" / "raw")


def test_another_seed_is_another_province(tmp_path: Path) -> None:
    small = {"counties": 1, "departments": 1, "years": (2013,), "with_defects": False}
    write_sample(tmp_path / "one" / "raw", SampleSize(**small, seed=1))
    write_sample(tmp_path / "two" / "raw", SampleSize(**small, seed=2))
    one, two = _contents(tmp_path / "one"), _contents(tmp_path / "two")
    assert [name for name in one if "财政总决算" in name] == [name for name in two if "财政总决算" in name]
    assert one != two


@pytest.mark.parametrize("year", [2012, 2015, 2018])
def test_a_small_sample_has_every_form(tmp_path: Path, year: int) -> None:
    summary = write_sample(
        tmp_path / "raw", SampleSize(counties=2, departments=1, years=(year,), with_defects=False)
    )
    forms = {form for form, _ in summary.files_by_form_and_year}
    assert len(forms) == 10
    assert not summary.defects
    folders = {path.name for path in (tmp_path / "raw" / str(year)).iterdir()}
    assert {"990000", "990121", "990122", "301"} <= folders


def test_more_subjects_change_nothing_for_the_others(tmp_path: Path) -> None:
    few = SampleSize(counties=2, departments=2, units_per_department=2, years=(2013,), with_defects=False)
    more = SampleSize(counties=4, departments=3, units_per_department=2, years=(2013,), with_defects=False)
    write_sample(tmp_path / "few" / "raw", few)
    write_sample(tmp_path / "more" / "raw", more)
    few_files, more_files = _contents(tmp_path / "few" / "raw"), _contents(tmp_path / "more" / "raw")
    own = [
        name for name in few_files if not any(word in name for word in ("/990000/", "整体支出", "基础数据表"))
    ]
    assert own
    assert all(few_files[name] == more_files[name] for name in own)


def test_sizes_beyond_the_templates(tmp_path: Path) -> None:
    size = SampleSize(
        counties=1,
        departments=14,
        units_per_department=6,
        projects_per_department=15,
        years=(2014,),
        with_defects=False,
    )
    summary = write_sample(tmp_path / "raw", size)
    assert summary.files_by_form_and_year["department_final_account", 2014] == 14 * 8
    register = openpyxl.load_workbook(next((tmp_path / "raw/2014/990000").glob("*名录.xlsx"))).worksheets[0]
    names = [row[2].value for row in register.iter_rows(min_row=4) if row[1].value]
    assert len(names) == len(set(names)) == 14 * 8


def test_the_default_sample_plants_every_listed_defect(province: tuple[Path, SampleSummary]) -> None:
    inbox, summary = province
    listed = [entry["id"] for entry in load_yaml("defects")["planted"]]
    assert [defect.defect_id for defect in summary.defects] == listed
    assert len(listed) == len(set(listed))
    truth = list(csv.DictReader((inbox.parent / "sample" / "defects.csv").read_text("utf-8").splitlines()))
    assert [row["defect_id"] for row in truth] == listed
    assert all(row["description_zh"] and row["description_en"] and row["check_code"] for row in truth)


def test_every_defect_stands_where_the_truth_file_says(province: tuple[Path, SampleSummary]) -> None:
    inbox, summary = province
    for defect in summary.defects:
        path = inbox / defect.relative_path
        assert path.is_file() == (defect.check_code not in NO_FILE), defect
        if not defect.cell or defect.check_code in NO_FILE | NO_TEXT:
            continue
        assert _cell_text(path, defect.sheet, defect.cell) == defect.given, defect
        if defect.kind not in {"empty_target", "missing_item"}:
            assert defect.given != defect.expected


def test_broken_files_are_broken(province: tuple[Path, SampleSummary]) -> None:
    inbox, summary = province
    by_kind = {defect.kind: inbox / defect.relative_path for defect in summary.defects}
    assert by_kind["empty_file"].stat().st_size == 0
    with pytest.raises(Exception, match=r"."):
        openpyxl.load_workbook(io.BytesIO(by_kind["truncated_file"].read_bytes()))


def test_copies_have_the_same_bytes_and_corrections_come_later(province: tuple[Path, SampleSummary]) -> None:
    inbox, summary = province
    for defect in summary.defects:
        path = inbox / defect.relative_path
        if defect.check_code == "receive.duplicate_submission":
            assert path.read_bytes() == (inbox / defect.expected).read_bytes()
        if defect.check_code == "receive.superseded":
            later = inbox / defect.expected
            assert later.stat().st_mtime > path.stat().st_mtime
            assert later.read_bytes() != path.read_bytes()


def test_a_formula_has_no_cached_value(province: tuple[Path, SampleSummary]) -> None:
    inbox, summary = province
    defect = next(entry for entry in summary.defects if entry.kind == "formula_without_value")
    page = openpyxl.load_workbook(inbox / defect.relative_path, data_only=True)[defect.sheet]
    assert page[defect.cell].value is None


def test_most_of_the_latest_year_is_clean(province: tuple[Path, SampleSummary]) -> None:
    _, summary = province
    latest = [defect for defect in summary.defects if defect.fiscal_year == max(LATE_YEARS)]
    assert 0 < len(latest) < len(summary.defects) / 3


def test_both_containers_open_and_amounts_carry_two_decimals(province: tuple[Path, SampleSummary]) -> None:
    inbox, summary = province
    broken = {defect.relative_path for defect in summary.defects if defect.check_code in NO_TEXT}
    containers: dict[str, int] = {}
    for path in sorted((inbox / "2015").rglob("*财政总决算*")):
        if path.relative_to(inbox).as_posix() in broken:
            continue
        containers[path.suffix] = containers.get(path.suffix, 0) + 1
        if path.suffix == ".xls":
            pages = xlrd.open_workbook(str(path)).sheets()
            values = [
                cell.value for page in pages for row in page.get_rows() for cell in row if cell.ctype == 2
            ]
        else:
            book = openpyxl.load_workbook(path)
            values = [cell.value for page in book for row in page.iter_rows() for cell in row]
            values = [value for value in values if isinstance(value, float)]
        assert all(Decimal(f"{value:.15g}").as_tuple().exponent >= -2 for value in values)
    assert set(containers) == {".xls", ".xlsx"}


def test_printed_sums_differ_from_the_sum_of_printed_parts_by_rounding_only(
    province: tuple[Path, SampleSummary],
) -> None:
    """Cells are rounded one by one, so sums in 万元 show small honest differences, never large ones."""
    inbox, _ = province
    differences = set()
    for path in sorted((inbox / "2015").rglob("*部门决算.xlsx")):
        page = openpyxl.load_workbook(path).worksheets[4]
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=6)]
        classes = [Decimal(str(row[2])) for row in rows if row[0] and len(row[0]) == 3]
        whole = next(Decimal(str(row[2])) for row in rows if row[0] == "合计")
        difference = abs(whole - sum(classes))
        assert difference <= (len(classes) + 1) * Decimal("0.005")
        differences.add(difference)
    assert len(differences) > 1
