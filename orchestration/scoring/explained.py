"""Reading what an explanation needs from the marts of a release, and putting its sentences in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.errors import WorkspaceFileError
from orchestration.scoring.comparison import PUBLISHED
from orchestration.scoring.explain import Sentence, explain_node, facts_of
from orchestration.texts import LANGUAGES, Language, text

Row = dict[str, Any]
_CAVEATS = {
    "default_points": "default",
    "estimated_points": "estimated",
    "not_applicable_points": "not_applicable",
    "not_demonstrable_points": "not_demonstrable",
}


class NotExplainedError(WorkspaceFileError):
    """There is no such score, or more than one edition of it."""

    @classmethod
    def about(cls, key: str, **values: object) -> NotExplainedError:
        """The error of a text of `texts/explain.yml`."""
        return cls(" ".join(text(f"explain.{key}", language, **values) for language in LANGUAGES))


@dataclass(frozen=True)
class Explanation:
    """A subject's score of a year under one edition, in sentences from the total down."""

    card: Row
    sentences: Sequence[Sentence]


def explanation(
    connection: duckdb.DuckDBPyConnection,
    subject: str,
    year: int,
    edition: str | None = None,
    source: str = PUBLISHED,
) -> Explanation:
    """Explain the score of a subject.

    Args:
        connection: marts of a release, with their schema in the search path.
        subject: its code.
        year: fiscal year.
        edition: edition of the scheme; needed where there are several.
        source: where the scorecards stand, `PUBLISHED` or `COMPUTED`.

    Raises:
        NotExplainedError: no such score, or several editions.
    """
    cards = _rows(connection, source, "subject_code = ?", [subject])
    of_year = [card for card in cards if card["fiscal_year"] == year]
    chosen = [card for card in of_year if edition in (None, card["scheme_edition"])]
    if not cards:
        raise NotExplainedError.about("no_subject", subject=subject)
    if of_year and not chosen:
        known = ", ".join(card["scheme_edition"] for card in of_year)
        raise NotExplainedError.about("no_edition", subject=subject, year=year, edition=edition, known=known)
    if not chosen:
        years = sorted({str(card["fiscal_year"]) for card in cards})
        raise NotExplainedError.about("no_score", subject=subject, year=year, years=", ".join(years))
    if len(chosen) > 1:
        editions = ", ".join(card["scheme_edition"] for card in chosen)
        raise NotExplainedError.about("several_editions", editions=editions)
    (card,) = chosen
    return Explanation(card, [*_total(connection, card), *_nodes(connection, card)])


def _total(connection: duckdb.DuckDBPyConnection, card: Row) -> Iterator[Sentence]:
    (total,) = _trace(connection, card, "trace_part = 'node' and parent_node_code is null")
    words: dict[Language, dict[str, str]] = {
        language: {
            "subject": card["subject_name_zh"] or card["subject_code"],
            "scheme": card[f"scheme_name_{language}"],
            "edition": card["scheme_edition"],
            "missing": card[f"missing_items_{language}"] or "",
            "grade": card[f"grade_name_{language}"] or "",
        }
        for language in LANGUAGES
    }
    values = {
        "year": card["fiscal_year"],
        "points": total["points"],
        "max_points": total["stated_max_points"],
        "missing_points": total["missing_points"],
        "published": card["total_points_with_defaults"],
    }
    key = _total_key(card, total)
    yield Sentence(key, facts=facts_of(values), words=words)
    if total["points"] is None:
        return
    if card["rank_overall"] is not None:
        yield from _ranks(card)
    if card["grade_code"]:
        yield Sentence("grade", words=words)
    if card["total_points_from_source"] is not None:
        of_source = {"points": card["total_points_from_source"], "max_points": card["max_points_from_source"]}
        yield Sentence("source", facts=facts_of(of_source))
    for column, key in _CAVEATS.items():
        if total[column]:
            yield Sentence(key, facts=facts_of({"points": total[column]}))
    for key in ("strengths", "weaknesses"):
        if card[f"{key}_en"]:
            names = {language: {"names": card[f"{key}_{language}"]} for language in LANGUAGES}
            yield Sentence(key, words=names)


def _total_key(card: Row, total: Row) -> str:
    is_index = card["max_points"] is None
    if is_index and not card["is_complete"]:
        return "index_total_incomplete"
    if total["points"] is None:
        return "total_none"
    if is_index:
        return "index_total"
    return "total" if card["is_complete"] else "total_incomplete"


def _ranks(card: Row) -> Iterator[Sentence]:
    overall = {"rank": card["rank_overall"], "ranked": card["ranked_overall"]}
    yield Sentence("rank", facts=facts_of(overall))
    first, last = card["rank_overall_from"], card["rank_overall_to"]
    if first is not None:
        tried = {"first": first, "last": last, "level": card["rank_interval_level"]}
        yield Sentence("rank_firm" if first == last else "rank_interval", facts=facts_of(tried))
    if (card["band_count"] or 1) > 1:
        in_band = {"rank": card["rank_in_band"], "ranked": card["ranked_in_band"]}
        yield Sentence("rank_in_band", facts=facts_of({**in_band, "band": int(card["band_code"])}))


def _nodes(connection: duckdb.DuckDBPyConnection, card: Row) -> Iterator[Sentence]:
    indicators = {
        row["node_code"]: row
        for row in _rows(connection, "marts.dim_indicators", *_edition(card), order="node_order")
    }
    judgements = {row["node_code"]: row for row in _trace(connection, card, "trace_part = 'node'")}
    names = {
        row["metric_code"]: row for row in _rows(connection, "marts.fct_indicator_values", *_subject(card))
    }
    metrics: dict[str, list[Row]] = {}
    for row in _trace(connection, card, "trace_part = 'metric'"):
        metrics.setdefault(row["node_code"], []).append({**names[row["metric_code"]], **row})
    for node, indicator in indicators.items():
        if indicator["parent_node_code"] is None:
            continue
        entering = metrics.get(node, [])
        units = {row["metric_unit"] for row in entering if row["metric_role"] == "value"}
        unit = units.pop() if len(units) == 1 and indicator["combination"] != "checklist" else ""
        yield from explain_node(judgements[node], indicator, unit, entering)


def _edition(card: Row) -> tuple[str, list[object]]:
    return "scheme_code = ? and scheme_edition = ?", [card["scheme_code"], card["scheme_edition"]]


def _subject(card: Row) -> tuple[str, list[object]]:
    condition, values = _edition(card)
    return f"{condition} and subject_code = ? and fiscal_year = ?", [
        *values,
        card["subject_code"],
        card["fiscal_year"],
    ]


def _trace(connection: duckdb.DuckDBPyConnection, card: Row, condition: str) -> list[Row]:
    of_subject, values = _subject(card)
    return _rows(
        connection,
        "marts.fct_score_trace",
        f"{of_subject} and {condition}",
        values,
        order="node_code, metric_role, metric_code",
    )


def _rows(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    condition: str,
    values: Sequence[object],
    order: str = "scheme_code, scheme_edition",
) -> list[Row]:
    cursor = connection.execute(f"select * from {relation} where {condition} order by {order}", list(values))
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
