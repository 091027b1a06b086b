"""The guide's example is a map that works: it loads, draws the sheet the guide shows, and reads it back."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from orchestration.ingest.forms import FormCatalogue
from orchestration.ingest.read import read_workbook
from orchestration.publish.blank_forms import plan_form, write_blank_form
from orchestration.resources.paths import SHIPPED_FORMS
from tests.support.filled_forms import Filler, cells_of
from tests.support.workbooks import catalogue_of

GUIDE = (SHIPPED_FORMS / "README.md").read_text(encoding="utf-8")
FORM = "high_school_debt"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> FormCatalogue:
    maps = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    assert len(maps) == 1
    return catalogue_of(tmp_path_factory.mktemp("guide") / "forms", **{FORM: maps[0]})


def test_the_sheet_shown_is_the_one_it_draws(catalogue: FormCatalogue, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    write_blank_form(plan_form(catalogue, FORM, 2014), path)
    sheet = openpyxl.load_workbook(path).worksheets[0]

    shown = GUIDE.partition("## A complete example")[2].partition("From 2016")[0]
    table = [
        [cell.strip() for cell in line.strip()[1:-1].split("|")]
        for line in shown.splitlines()
        if line.startswith("|") and not line.startswith("|---")
    ]
    drawn = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    drawn[0][0] = drawn[0][0].removeprefix("2014年度")
    drawn[1][0] += "示例县"
    assert [[cell.strip() for cell in row] for row in drawn] == [(row + [""] * 6)[:6] for row in table]


@pytest.mark.parametrize("year", [2012, 2015, 2016, 2030])
def test_what_is_filled_in_comes_back(catalogue: FormCatalogue, year: int, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    plans = plan_form(catalogue, FORM, year)
    write_blank_form(plans, path)
    filler = Filler(str(year))
    filler.fill(plans, path)

    result = read_workbook(path, year, catalogue)
    assert (result.status, result.findings) == ("loaded", [])
    assert cells_of(result, catalogue) == filler.expected
    items = {str(record["item_code"]) for record in result.forms[0].tables[FORM]}
    assert ("for_profit" in items) == (year >= 2016)
