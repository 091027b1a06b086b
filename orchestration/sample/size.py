"""How large the sample province is, and what was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from orchestration.sample.reference import settings


@cache
def plan_years() -> tuple[int, ...]:
    """Fiscal years of the default sample, from the data of the package."""
    return tuple(settings()["default_years"])


@dataclass(frozen=True)
class SampleSize:
    """Size of the province. Every number scales the sample without changing what stands in its other parts.

    Attributes:
        counties: places of county level.
        departments: departments of the province; beyond the templates they are numbered namesakes.
        units_per_department: subordinate units beside the department's own office.
        years: fiscal years.
        projects_per_department: projects on each department's list, every year.
        seed: the same seed gives the same bytes.
        with_defects: whether the documented defects are planted.
        draws_defects: whether, in their place, defects of every kind are drawn at their stated rates.

    Raises:
        ValueError: a number is below one or beyond the codes and names there are.
    """

    counties: int = 24
    departments: int = 12
    units_per_department: int = 3
    years: tuple[int, ...] = field(default_factory=plan_years)
    projects_per_department: int = 8
    seed: int = 396
    with_defects: bool = True
    draws_defects: bool = False

    def __post_init__(self) -> None:
        for name, largest in settings()["largest"].items():
            if not 1 <= getattr(self, name) <= largest:
                raise ValueError(f"{name}={getattr(self, name)}: 1 to {largest}")


@dataclass(frozen=True)
class PlantedDefect:
    """One row of the truth file: what was planted where, and which check must find it.

    `check_code` holds several codes, separated by blanks, where any of them is right, and none where the
    workbook stays right.
    `sheet` and `cell` are empty where the defect concerns the whole workbook; `cell` is empty where nothing
    stands (a vanished row, a missing sheet). `given` is the text a reader sees in the cell. `consequences`
    are codes of further checks that rightly speak up because of it, separated by blanks.
    """

    defect_id: str
    kind: str
    check_code: str
    fiscal_year: int
    submitter_code: str
    relative_path: str
    form_code: str
    sheet: str
    cell: str
    given: str
    expected: str
    description_zh: str
    description_en: str
    consequences: str = ""


@dataclass
class SampleSummary:
    """What `write_sample` wrote.

    Attributes:
        file_count: files in the inbox, copies and broken ones included.
        byte_count: their size.
        files_by_form_and_year: (form code, fiscal year) → workbooks; unreadable or foreign files under ''.
        defects: the planted defects, also written to `sample/defects.csv` beside the inbox.
    """

    file_count: int = 0
    byte_count: int = 0
    files_by_form_and_year: dict[tuple[str, int], int] = field(default_factory=dict)
    defects: list[PlantedDefect] = field(default_factory=list)
