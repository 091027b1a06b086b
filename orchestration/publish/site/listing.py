"""A table of the page that may be long: its head stands in the page, the rest in a file loaded when asked
for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.publish.site.contract import Row

ROWS_IN_PAGE = 200


@dataclass(frozen=True)
class Listing:
    """Rows of one table.

    Attributes:
        key: unique within the release; names the table and its file.
        kind: macro of `rows.html.j2` that renders a row.
        rows: all rows, in the order shown.
        total: how many there are in the marts, when `rows` was cut; else None.
    """

    key: str
    kind: str
    rows: Sequence[Row]
    total: int | None = None

    @property
    def head(self) -> Sequence[Row]:
        """Rows in the page."""
        return self.rows[:ROWS_IN_PAGE]

    @property
    def rest(self) -> Sequence[Row]:
        """Rows in the file."""
        return self.rows[ROWS_IN_PAGE:]

    @property
    def size(self) -> int:
        """Number of rows in the marts."""
        return len(self.rows) if self.total is None else self.total
