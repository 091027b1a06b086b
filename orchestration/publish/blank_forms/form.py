"""The blank sheets of one form for one fiscal year."""

from __future__ import annotations

import re
from collections.abc import Collection

from orchestration.ingest.compiled import CompiledLayout, CompiledTable, for_year
from orchestration.ingest.forms import FormCatalogue
from orchestration.publish.blank_forms.bodies import plan_body
from orchestration.publish.blank_forms.card import plan_card
from orchestration.publish.blank_forms.plan import BlankFormError, SheetPlan, own_name

BLANK_ROWS = 12
_TAB_LENGTH = 31  # the longest name of a sheet that Excel accepts
_NOT_IN_TABS = re.compile(r"[\[\]:*?/\\]")


class UnknownFormError(BlankFormError):
    """No form map has this code."""


class NoEditionError(BlankFormError):
    """The form has no edition in the fiscal year."""


class UnitNotPrintedError(BlankFormError):
    """No table of the form is printed in this unit.

    Attributes:
        units: those it is printed in.
    """

    def __init__(self, unit: str, units: Collection[str]) -> None:
        super().__init__(unit)
        self.units = tuple(units)


def plan_form(
    catalogue: FormCatalogue,
    form_code: str,
    fiscal_year: int,
    *,
    unit: str | None = None,
    rows: int = BLANK_ROWS,
) -> list[SheetPlan]:
    """Plan the blank sheets of a form.

    Args:
        catalogue: form maps.
        form_code: the form.
        fiscal_year: year the form is filled for.
        unit: unit of amounts; without one each table takes its layout's first. A table that is never
            printed in it keeps its own.
        rows: blank rows of an open table.

    Raises:
        UnknownFormError: no map has the code.
        NoEditionError: the form has no edition in the year.
        UnitNotPrintedError: no table of the form is printed in the unit.
        BlankFormError: what the map says about the blank form contradicts itself.
    """
    if form_code not in catalogue.forms:
        raise UnknownFormError(form_code)
    tables = [table for key, table in for_year(catalogue, fiscal_year).tables.items() if key[0] == form_code]
    if not tables:
        raise NoEditionError(form_code)
    if unit is not None and unit not in (known := units_of(tables)):
        raise UnitNotPrintedError(unit, known)
    names: set[str] = set()
    plans = []
    for table in tables:
        layout = _layout(table, unit)
        units = layout.spec.units
        printed = unit if unit in units else next(iter(units), "")
        plan = SheetPlan(
            table, layout, fiscal_year, printed or "", catalogue.vocabulary.blank_form, unit or ""
        )
        if table.spec.kind == "card":
            plan_card(plan)
        else:
            plan_body(plan, rows)
        plan.name = _tab(plan, names)
        names.add(plan.name)
        plans.append(plan)
    return plans


def units_of(tables: Collection[CompiledTable]) -> list[str]:
    """Units the tables can be printed in, beside them or in their rows."""
    beside = [unit for table in tables for layout in table.layouts for unit in layout.spec.units]
    inside = [
        unit
        for table in tables
        for layout in table.layouts
        for block in layout.blocks
        for item in block.items
        for unit in item.spec.units
    ]
    return list(dict.fromkeys([*beside, *inside]))


def _layout(table: CompiledTable, unit: str | None) -> CompiledLayout:
    """The layout that is usually printed in the unit, else one that may be, else the first."""
    for fits in (lambda units: units[:1] == (unit,), lambda units: unit in units):
        for layout in table.layouts:
            if fits(layout.spec.units):
                return layout
    return table.layouts[0]


def _tab(plan: SheetPlan, taken: Collection[str]) -> str:
    """A name of the sheet: the map's, else the title; as Excel allows it and no other sheet has."""
    known = own_name(plan, plan.table.sheet_names or plan.table.titles)
    name = _NOT_IN_TABS.sub(" ", known)[:_TAB_LENGTH]
    number = 2
    while name in taken:
        name = f"{name[: _TAB_LENGTH - 3]} {number}"
        number += 1
    return name
