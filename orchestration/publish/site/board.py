"""The coverage board and the coverage tables of one fiscal year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orchestration.publish.site import charts, figures
from orchestration.publish.site.contract import Row
from orchestration.publish.site.listing import Listing
from orchestration.texts import LANGUAGES

REPORTED = "reported"
_LEVEL = "level"
_REGION = "region"
_DEPARTMENT = "department"
_ROOM = Decimal("1.25")


@dataclass(frozen=True)
class Target:
    """One of the five targets in one fiscal year.

    Attributes:
        row: its headline line of the board.
        others: its lines for other levels of government.
        about_departments: its subjects are departments and not places.
        counted_in_units: the gap is a number of units and not money.
        states: value status → number of subjects in it.
        charts: language → chart of the years.
        series: the chart in words.
        subjects: the subjects' ratios, sums first.
    """

    row: Row
    others: Sequence[Row]
    about_departments: bool
    counted_in_units: bool
    states: dict[str, int]
    charts: dict[str, str]
    series: str
    subjects: Listing

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None when no ratio is published."""
        reached: bool | None = self.row["is_target_reached"]
        return reached if self.row["value_status"] == REPORTED else None

    @property
    def gap(self) -> Decimal | int | None:
        """What is missing to the target, in yuan or in units; 0 when it is reached."""
        gap: Decimal | int | None = self.row["gap_count" if self.counted_in_units else "gap_cny"]
        return gap

    @property
    def surplus(self) -> Decimal | None:
        """How far the ratio is above the target, as a fraction; None below it."""
        ratio, target = self.row["coverage_ratio"], self.row["target_ratio"]
        return ratio - target if self.reached and ratio > target else None

    @property
    def scale(self) -> Decimal | None:
        """Ratio at the right end of the bar: room beyond the ratio and the target, never beyond the whole."""
        known = [
            value for value in (self.row["coverage_ratio"], self.row["target_ratio"]) if value is not None
        ]
        return min(max(known) * _ROOM, Decimal(1)) if known else None


def targets(board: Sequence[Row], ratios: Sequence[Row], year: int) -> list[Target]:
    """The targets of `year`, in the order of their codes.

    Args:
        board: rpt_coverage_board, all years.
        ratios: fct_coverage_ratios, all years.
        year: fiscal year to show.
    """
    return [_target(row, board, ratios) for row in board if row["fiscal_year"] == year and row["is_headline"]]


def _target(row: Row, board: Sequence[Row], ratios: Sequence[Row]) -> Target:
    code, year, level = row["coverage_code"], row["fiscal_year"], row["level_code"]
    lines = [other for other in board if other["coverage_code"] == code]
    history = [other for other in lines if other["level_code"] == level]
    subjects = [other for other in ratios if other["coverage_code"] == code and other["fiscal_year"] == year]
    about_departments = any(subject["subject_type"] == _DEPARTMENT for subject in subjects)
    subjects = _with_sums_marked(subjects, about_departments)
    years = tuple(other["fiscal_year"] for other in history)
    published = tuple(_published(other) for other in history)
    states = tuple(other["value_status"] for other in history)
    return Target(
        row=row,
        others=[other for other in lines if other["fiscal_year"] == year and other["level_code"] != level],
        about_departments=about_departments,
        counted_in_units=row["gap_count"] is not None or row["denominator_count"] is not None,
        states=dict(Counter(other["value_status"] for other in subjects if _counts(other, level))),
        charts={
            language: charts.trend(years, published, states, row["target_ratio"], language)
            for language in LANGUAGES
        },
        series=", ".join(f"{y} {figures.percent(ratio)}" for y, ratio in zip(years, published, strict=True)),
        subjects=Listing(f"coverage-{code}-{year}", "coverage", sorted(subjects, key=_sums_first_then_code)),
    )


def _counts(subject: Row, level: str) -> bool:
    """Whether a row is one of the subjects pooled in the line of `level`."""
    return not subject["is_sum"] and bool(subject["subject_level_code"] == level)


def _published(row: Row) -> Decimal | None:
    return row["coverage_ratio"] if row["value_status"] == REPORTED else None


def _with_sums_marked(subjects: Sequence[Row], about_departments: bool) -> list[Row]:
    """The subjects and the sums over them, each told apart; a sum of one subject would say the same twice."""
    sum_types = {_LEVEL, _REGION} if about_departments else {_LEVEL}
    marked = [{**row, "is_sum": row["subject_type"] in sum_types} for row in subjects]
    places = sum(row["subject_type"] == _REGION for row in marked)
    return [
        row
        for row in marked
        if not row["is_sum"]
        or (row["subject_type"] == _LEVEL and row["subjects_due"] > 1)
        or (row["subject_type"] == _REGION and places > 1)
    ]


def _sums_first_then_code(row: Row) -> tuple[bool, bool, str]:
    """Sums first, then subjects by code: names have no useful order in Chinese."""
    return not row["is_sum"], row["subject_type"] != _LEVEL, row["subject_code"]
