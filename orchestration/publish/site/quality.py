"""What a supervisor looks at first: open findings by aspect, quality of what was filed, soft evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import duckdb

from orchestration.publish.site import charts
from orchestration.publish.site.contract import Row, read
from orchestration.publish.site.listing import Listing
from orchestration.texts import LANGUAGES, Language


@dataclass(frozen=True)
class Aspect:
    """One aspect of supervision.

    Attributes:
        row: any row of the board with its names.
        asked: submitters it was asked of.
        attention: submitters with anything open, late or missing, the gravest first.
    """

    row: Row
    asked: int
    attention: Listing


@dataclass(frozen=True)
class Crowding:
    """The figures around one threshold.

    Attributes:
        row: the statistic.
        charts: language → picture of the bins.
        series: the picture in words.
    """

    row: Row
    charts: Mapping[Language, str]
    series: str


@dataclass(frozen=True)
class Quality:
    """Supervision of one fiscal year.

    Attributes:
        aspects: the board, aspect by aspect.
        submitters: data-quality index of who filed, the lowest first.
        signals: signals of soft evaluation that are told.
        asked: statistics with enough cases, told or not.
        crowdings: told signals at a threshold, with their pictures.
    """

    aspects: Sequence[Aspect]
    submitters: Listing
    signals: Listing
    asked: int
    crowdings: Sequence[Crowding]

    def listings(self) -> list[Listing]:
        """Every table that may be long."""
        return [*(aspect.attention for aspect in self.aspects), self.submitters, self.signals]


def quality(connection: duckdb.DuckDBPyConnection, year: int) -> Quality:
    """Supervision of `year`.

    Args:
        connection: the release's database.
        year: fiscal year to show.
    """
    board = read(
        connection,
        "rpt_quality_board",
        "aspect, attention_rank, never_form_count DESC, late_form_count DESC, submitter_code",
        "fiscal_year = ?",
        [year],
    )
    aspects = [
        _aspect(name, list(rows), year) for name, rows in groupby(board, key=lambda row: row["aspect"])
    ]
    submitters = read(
        connection,
        "rpt_data_quality",
        "quality_points NULLS FIRST, submitter_code",
        "fiscal_year = ?",
        [year],
    )
    told = read(
        connection,
        "rpt_evaluation_signals",
        "signal_code, peer_group, subject_code",
        "fiscal_year = ?",
        [year],
    )
    signals = [row for row in told if row["is_signal"]]
    return Quality(
        aspects,
        Listing(f"quality-{year}", "submitter_quality", submitters),
        Listing(f"signals-{year}", "signal", signals),
        len(told),
        _crowdings(connection, year, signals),
    )


def _aspect(name: str, rows: Sequence[Row], year: int) -> Aspect:
    attention = [
        row for row in rows if row["open_weight"] or row["late_form_count"] or row["never_form_count"]
    ]
    return Aspect(rows[0], len(rows), Listing(f"attention-{name}-{year}", "attention", attention))


def _crowdings(connection: duckdb.DuckDBPyConnection, year: int, signals: Sequence[Row]) -> list[Crowding]:
    bins = read(
        connection, "fct_threshold_bins", "threshold_code, peer_group, bin_from", "fiscal_year = ?", [year]
    )
    crowdings = []
    for row in signals:
        own = [
            one
            for one in bins
            if (one["threshold_code"], one["peer_group"]) == (row["subject_code"], row["peer_group"])
        ]
        if own:
            drawn = {language: charts.bins(own, language) for language in LANGUAGES}
            series = ", ".join(f"{one['bin_from'].normalize():f}: {one['case_count']}" for one in own)
            crowdings.append(Crowding(row, drawn, series))
    return crowdings
