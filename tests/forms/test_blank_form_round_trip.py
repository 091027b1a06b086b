"""Every shipped form, in every edition and every year in which a part of it begins or ends.

Its blank form is recognised without a finding on its layout, and what is typed into it comes back from the
very cells, nothing lost and nothing added.

Cases are made from the catalogue: a new form map is tested without a line here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.fiscal_years import fiscal_years
from orchestration.ingest.read import read_workbook
from orchestration.publish.blank_forms import plan_form, write_blank_form
from tests.support.filled_forms import Filler, cells_of, choices_of_layout, decisive_years, printed_rows
from tests.support.real_material import shipped_forms

# A form on which nothing was filled in says so, where no row of it is printed. Nothing else is a finding.
SAID_OF_A_BLANK_FORM = {"layout.empty_table", "layout.empty_form"}


def cases() -> list[tuple[str, int, str | None]]:
    last = fiscal_years()[-1]
    return [
        (code, year, unit)
        for code, form in shipped_forms().forms.items()
        for year in decisive_years(form, last)
        for unit in choices_of_layout(form)
    ]


@pytest.mark.parametrize(("form_code", "year", "unit"), cases())
def test_blank_form_is_recognised_and_filled_form_comes_back_cell_by_cell(
    form_code: str, year: int, unit: str | None, tmp_path: Path
) -> None:
    catalogue = shipped_forms()
    path = tmp_path / "form.xlsx"
    plans = plan_form(catalogue, form_code, year, unit=unit, rows=5)
    write_blank_form(plans, path)

    blank = read_workbook(path, year, catalogue)
    assert blank.status == "loaded"
    assert [form.form_code for form in blank.forms] == [form_code]
    edition = catalogue.forms[form_code].edition_for(year)
    assert edition is not None and blank.forms[0].edition == edition.edition
    assert {finding.check_code for finding in blank.findings} <= SAID_OF_A_BLANK_FORM
    said = {place: meaning for place, meaning in cells_of(blank, catalogue).items() if meaning[-1]}
    assert set(said) == printed_rows(plans)

    filler = Filler(f"{form_code} {year} {unit}")
    filler.fill(plans, path)
    filled = read_workbook(path, year, catalogue)
    assert filled.findings == []
    read = cells_of(filled, catalogue)
    assert {place: meaning for place, meaning in read.items() if place not in said} == filler.expected
    assert {place: read[place] for place in said} == said


def test_every_layout_is_printed_in_some_case() -> None:
    """A layout that no unit leads to would be one no blank form is tested in."""
    printed = {
        (plan.table.key, plan.table.edition.edition, plan.table.layouts.index(plan.layout))
        for form_code, year, unit in cases()
        for plan in plan_form(shipped_forms(), form_code, year, unit=unit, rows=1)
    }
    shipped = {
        ((form.form, table.table), edition.edition, index)
        for form in shipped_forms().forms.values()
        for edition in form.editions
        for table in form.tables_of(edition)
        for index in range(len(table.layouts))
    }
    assert printed == shipped
