"""Blank official forms as workbooks, drawn from the form maps and readable by them.

What belongs here: the plan of a blank sheet (which cell says what, which is to be filled) and its .xlsx file.
What does not: any word of a form, which is data in `orchestration/forms/`, and reading a filed workbook.
"""

from orchestration.publish.blank_forms.form import (
    BLANK_ROWS,
    NoEditionError,
    UnitNotPrintedError,
    UnknownFormError,
    plan_form,
)
from orchestration.publish.blank_forms.plan import BlankFormError, SheetPlan, Slot
from orchestration.publish.blank_forms.write import write_blank_form

__all__ = [
    "BLANK_ROWS",
    "BlankFormError",
    "NoEditionError",
    "SheetPlan",
    "Slot",
    "UnitNotPrintedError",
    "UnknownFormError",
    "plan_form",
    "write_blank_form",
]
