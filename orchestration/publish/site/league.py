"""League tables of one fiscal year: counties and departments by composite score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from orchestration.publish.site import charts
from orchestration.publish.site.contract import Row
from orchestration.publish.site.listing import Listing
from orchestration.texts import LANGUAGES


@dataclass(frozen=True)
class League:
    """One league table.

    Attributes:
        subject_type: region or department.
        anchor: where it stands on the page.
        scheme: the scheme's names and edition, as columns of a scorecard; None when nobody was scored.
        listing: scorecards, ranked first.
        interval_level: share of the trials a rank's interval covers; None when the scheme does not try ranks.
        bands: number of peer bands.
        complete: how many totals are complete.
        is_trial: a default of the project enters the totals.
        source_points: most points the document itself gives; None when it gives none.
        charts: language → chart; empty when nobody was scored.
        parts: parts of the chart's bars, for its legend.
    """

    subject_type: str
    anchor: str
    scheme: Row | None
    listing: Listing
    interval_level: Decimal | None
    bands: int
    complete: int
    is_trial: bool
    source_points: object
    charts: dict[str, str]
    parts: list[str]

    @property
    def has_intervals(self) -> bool:
        """Whether the table has a column for them."""
        return self.interval_level is not None

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Columns of the table: (name, t for text or n for number)."""
        columns = [("rank", "n"), *([("rank_interval", "n")] if self.has_intervals else []), ("subject", "t")]
        if self.bands > 1:
            columns += [("band", "n"), ("rank_in_band", "n")]
        if self.source_points:
            columns.append(("source", "n"))
        return [*columns, ("trial" if self.is_trial else "total", "n"), ("grade", "t"), ("completeness", "t")]


def leagues(subject_type: str, scorecards: Sequence[Row], year: int) -> list[League]:
    """The league tables of `year`: one for each scheme edition in force, an empty one where there is none.

    Args:
        subject_type: region or department.
        scorecards: rpt_<subject type>_scorecard, all years.
        year: fiscal year to show.
    """
    editions: dict[tuple[str, str], list[Row]] = {}
    for row in scorecards:
        if row["fiscal_year"] == year:
            editions.setdefault((row["scheme_code"], row["scheme_edition"]), []).append(row)
    tables = [editions[edition] for edition in sorted(editions)] or [[]]
    return [_league(subject_type, sorted(rows, key=_by_rank), year, n) for n, rows in enumerate(tables)]


def _league(subject_type: str, rows: Sequence[Row], year: int, number: int) -> League:
    suffix = f"-{number + 1}" if number else ""
    bands = max((row["band_count"] or 1 for row in rows), default=1)
    level = max((row["rank_interval_level"] for row in rows if row["rank_interval_level"]), default=None)
    limits = [row["max_points_from_source"] for row in rows if row["max_points_from_source"]]
    return League(
        subject_type=subject_type,
        anchor=f"{subject_type}s{suffix}",
        scheme=rows[0] if rows else None,
        listing=Listing(
            f"league-{subject_type}-{year}{suffix}",
            "league",
            [
                {
                    **row,
                    "kind": subject_type,
                    "shows_interval": level is not None,
                    "shows_bands": bands > 1,
                    "shows_source": bool(limits),
                }
                for row in rows
            ],
        ),
        interval_level=level,
        bands=bands,
        complete=sum(bool(row["is_complete"]) for row in rows),
        is_trial=any(row["is_trial"] for row in rows),
        source_points=max(limits, default=None),
        charts={language: charts.league(rows, language) for language in LANGUAGES} if rows else {},
        parts=charts.league_parts(rows),
    )


def _by_rank(row: Row) -> tuple[bool, int, str]:
    rank = row["rank_overall"]
    return rank is None, rank or 0, row["subject_code"]
