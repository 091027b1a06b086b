"""Tables that stand side by side on a sheet, each under a title of its own: a sheet for each.

What belongs here: where one ends and the next begins. What does not: what a title is (`recognise`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from orchestration.ingest.sheets import Sheet

Table = TypeVar("Table")


def side_by_side(sheet: Sheet, titles: Sequence[tuple[int, int, Table]]) -> list[Sheet]:
    """The sheet as it is, or a sheet for each table of the first row that has several titles.

    Each is of the same size with the cells of the others blank, so that addresses stay what they are.

    Args:
        sheet: the sheet.
        titles: row, column and table of each title on it.
    """
    for row in sorted({title[0] for title in titles}):
        beside = [(column, table) for at, column, table in titles if at == row]
        if len(beside) > 1 and all(one[1] is not two[1] for one, two in pairwise(beside)):
            bounds = [_boundary(sheet, row, one[0], two[0]) for one, two in pairwise(beside)]
            known = [bound for bound in bounds if bound is not None]
            if len(known) < len(bounds):
                return [sheet]
            return [_part(sheet, left, right) for left, right in pairwise([0, *known, sheet.width])]
    return [sheet]


def _boundary(sheet: Sheet, row: int, before: int, column: int) -> int | None:
    """First column of the table whose title stands in `column`; None when nothing tells where it begins."""
    merged = sheet.merge_at(row, column)
    blank = (
        one for one in range(column, before, -1) if not any(texts[one] for texts in sheet.rows[row + 1 :])
    )
    bound = column if merged.right > merged.left else next(blank, None)
    if bound is None or any(area.left < bound <= area.right for area in sheet.merged):
        return None
    return bound


def _part(sheet: Sheet, left: int, right: int) -> Sheet:
    inside = range(left, right)
    return replace(
        sheet,
        rows=[
            [text if column in inside else "" for column, text in enumerate(texts)] for texts in sheet.rows
        ],
        merged=tuple(area for area in sheet.merged if area.left in inside),
        uncached=tuple(cell for cell in sheet.uncached if cell[1] in inside),
        errors=tuple(cell for cell in sheet.errors if cell[1] in inside),
    )
