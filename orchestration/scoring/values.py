"""A table of values to score: one row a subject and year, one column a figure, or one row a figure.

What belongs here: reading such a table into figures with their cells. What does not: what a scheme makes of
them. Columns are found by their names: `subject_code` (or the first column), `subject_name`, `fiscal_year`,
and the figures the scheme asks for; of a long table `figure_code` and `value`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from orchestration.errors import WorkspaceFileError
from orchestration.ingest.text import address, fold
from orchestration.texts import LANGUAGES, text

SUBJECT, NAME, YEAR, FIGURE, VALUE = "subject_code", "subject_name", "fiscal_year", "figure_code", "value"
REPORTED, MISSING = "reported", "missing"
DIGITS, DECIMALS = 38, 15
_NO_NUMBER = frozenset({"na", "n/a", "nan", "null"})


class ValuesError(WorkspaceFileError):
    """A table of values cannot be scored; the message names file, sheet and cell, in both languages."""

    @classmethod
    def about(cls, key: str, **values: object) -> ValuesError:
        """The error of a text of `texts/scoring.yml`."""
        return cls(" ".join(text(f"scoring.{key}", language, **values) for language in LANGUAGES))


@dataclass(frozen=True, slots=True)
class ValueCell:
    """One figure of one subject.

    Attributes:
        subject_code: the subject.
        fiscal_year: its year.
        figure_code: the figure.
        value: the number, None where there is none.
        status: `reported`, or why there is no number.
        half_print_step: half of the last decimal place the cell shows; None where it shows no decimals:
            counts are not rounded.
        raw_text: what the cell says.
        cell: its address.
    """

    subject_code: str
    fiscal_year: int
    figure_code: str
    value: Decimal | None
    status: str
    half_print_step: Decimal | None
    raw_text: str
    cell: str


@dataclass(frozen=True)
class ValueTable:
    """A table of values as read.

    Attributes:
        path: the file.
        sheet: name of its sheet, '' for a text table.
        names: subject → name.
        cells: all figures.
        unused: columns no figure of the scheme bears the name of.
    """

    path: Path
    sheet: str
    names: Mapping[str, str]
    cells: Sequence[ValueCell]
    unused: Sequence[str]


def read_values(
    path: Path, figures: frozenset[str], statements: Mapping[str, str], default_year: int
) -> ValueTable:
    """Read a table of values.

    Args:
        path: a text table or workbook; of a workbook the first sheet that holds something.
        figures: the figures the scheme asks for.
        statements: folded text → status of what cells say without a number, such as 不适用.
        default_year: the year of all rows where no column says it.

    Raises:
        ValuesError: unreadable, without subjects, a figure the scheme needs has no column, a cell that is no
            number, or one figure twice.
    """
    sheet, lines = _lines(path)
    reader = _Reader(path, sheet, lines[0][1], figures, statements, default_year)
    cells = [cell for number, row in lines[1:] for cell in reader.cells(number, row)]
    if not lines[1:]:
        raise ValuesError.about("no_rows", file=path)
    reader.require_all_figures(cells)
    return ValueTable(path, sheet, reader.names, cells, reader.unused)


class _Reader:
    """Turns rows into figures by the column names of the first one."""

    def __init__(
        self,
        path: Path,
        sheet: str,
        header: list[str],
        figures: frozenset[str],
        statements: Mapping[str, str],
        default_year: int,
    ) -> None:
        self.path, self.sheet, self.figures = path, sheet, figures
        self.statements, self.default_year = statements, default_year
        self.header = [name.strip() for name in header]
        twice = sorted({name for name in self.header if name and self.header.count(name) > 1})
        if twice:
            raise ValuesError.about("column_twice", file=path, columns=", ".join(twice))
        self.subject = self.header.index(SUBJECT) if SUBJECT in self.header else 0
        self.name = self._column(NAME)
        self.year = self._column(YEAR)
        self.is_long = FIGURE in self.header and VALUE in self.header
        self.names: dict[str, str] = {}
        self.seen: dict[tuple[str, int, str], str] = {}
        known = {*figures, SUBJECT, NAME, YEAR, *((FIGURE, VALUE) if self.is_long else ())}
        self.unused = [
            name
            for place, name in enumerate(self.header)
            if name and name not in known and place != self.subject
        ]

    def _column(self, name: str) -> int | None:
        return self.header.index(name) if name in self.header else None

    def cells(self, number: int, row: list[str]) -> Iterator[ValueCell]:
        row = row + [""] * (len(self.header) - len(row))
        subject = row[self.subject].strip()
        if not subject:
            raise ValuesError.about("no_subject", place=self._place(number, self.subject))
        if self.name is not None:
            self.names[subject] = row[self.name].strip()
        year = self._year(number, row)
        if self.is_long:
            column = self.header.index(VALUE)
            code = row[self.header.index(FIGURE)].strip()
            if code in self.figures:
                yield self._cell(subject, year, code, row[column], number, column)
            return
        for column, code in enumerate(self.header):
            if code in self.figures:
                yield self._cell(subject, year, code, row[column], number, column)

    def _year(self, number: int, row: list[str]) -> int:
        if self.year is None:
            return self.default_year
        said = row[self.year].strip()
        if not (said.isdecimal() and len(said) == 4):
            raise ValuesError.about("no_year", place=self._place(number, self.year), value=said)
        return int(said)

    def _cell(self, subject: str, year: int, code: str, said: str, number: int, column: int) -> ValueCell:
        place = address(number, column)
        key = (subject, year, code)
        if key in self.seen:
            raise ValuesError.about(
                "figure_twice", place=self._place(number, column), other=self.seen[key], figure=code
            )
        self.seen[key] = place
        value, status = self._said(said.strip(), number, column)
        if value is None:
            return ValueCell(subject, year, code, None, status, None, said, place)
        return ValueCell(
            subject, year, code, round(value, DECIMALS), status, half_print_step(value), said, place
        )

    def _said(self, said: str, number: int, column: int) -> tuple[Decimal | None, str]:
        folded = fold(said)
        if folded in self.statements or folded.lower() in _NO_NUMBER:
            return None, self.statements.get(folded, MISSING)
        shown_percent = folded.endswith("%")
        try:
            value = Decimal(folded.rstrip("%").replace(",", ""))
        except InvalidOperation:
            raise ValuesError.about("no_number", place=self._place(number, column), value=said) from None
        if shown_percent:
            value = value.scaleb(-2)
        if not value.is_finite() or abs(value) >= Decimal(10) ** (DIGITS - DECIMALS):
            raise ValuesError.about("no_number", place=self._place(number, column), value=said)
        return value, REPORTED

    def _place(self, row: int, column: int) -> str:
        return f"{self.path} {self.sheet} {address(row, column)}".replace("  ", " ")

    def require_all_figures(self, cells: Sequence[ValueCell]) -> None:
        """Each figure of the scheme must be in the table, if only as a blank."""
        missing = sorted(self.figures - {cell.figure_code for cell in cells})
        if missing:
            raise ValuesError.about("figures_missing", file=self.path, figures=", ".join(missing))


def half_print_step(value: Decimal) -> Decimal | None:
    """How far a number may lie from what it was before it was rounded to the decimals it shows, if any."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # the number is finite
    return Decimal(5).scaleb(exponent - 1) if exponent < 0 else None


def _lines(path: Path) -> tuple[str, list[tuple[int, list[str]]]]:
    from orchestration.ingest.grid import decode  # slow to import
    from orchestration.ingest.refusal import UnreadableError
    from orchestration.ingest.refusal_in_words import refusal_in_words

    try:
        grid = decode(path.read_bytes())
    except UnreadableError as error:
        raise ValuesError.about("unreadable", file=path, **refusal_in_words(error)) from error
    for sheet in grid.sheets:
        lines = [(number, list(row)) for number, row in enumerate(sheet.rows) if any(map(str.strip, row))]
        if lines:
            for row, column in (*sheet.uncached, *sheet.errors):
                raise ValuesError.about("no_result", place=f"{path} {sheet.name} {address(row, column)}")
            return "" if grid.container_format == "csv" else sheet.name, lines
    raise ValuesError.about("no_rows", file=path)
