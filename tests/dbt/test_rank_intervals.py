"""Rank intervals, tied groups, effective weights and strengths of a small province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.oracle import divide, seed

MOST_NAMED = 3
CARDS = "(select * from marts.rpt_region_scorecard union all select * from marts.rpt_department_scorecard)"
PLACES = ("overall", "in_province", "in_band")


@pytest.fixture(scope="module")
def cards(built: Path) -> list[dict[str, Any]]:
    return rows(built, f"select * from {CARDS}")


def rows(database: Path, query: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_every_rank_lies_in_its_interval(cards: list[dict[str, Any]]) -> None:
    ranked = [card for card in cards if card["rank_overall"]]
    assert len(ranked) > 100
    for card in ranked:
        for place in PLACES:
            first, rank, last = (card[f"rank_{place}{end}"] for end in ("_from", "", "_to"))
            assert 1 <= first <= rank <= last, (card["subject_code"], place)
            assert 1 <= card[f"tied_group_{place}"] <= rank
    assert any(card["rank_overall_from"] < card["rank_overall_to"] for card in ranked)
    for card in cards:
        if not card["rank_overall"]:
            assert all(card[f"rank_{place}_from"] is None for place in PLACES)


def test_groups_follow_ranks(cards: list[dict[str, Any]]) -> None:
    leagues = defaultdict(list)
    for card in cards:
        if card["rank_overall"]:
            leagues[card["scheme_code"], card["scheme_edition"], card["fiscal_year"]].append(card)
    for league in leagues.values():
        league.sort(key=lambda card: card["rank_overall"])
        groups = [card["tied_group_overall"] for card in league]
        assert groups == sorted(groups) and groups[0] == 1
        # The whole league lies among all its ranks, the best one first.
        assert min(card["rank_overall_from"] for card in league) == 1
        assert max(card["rank_overall_to"] for card in league) <= len(league)


def test_weights_of_a_league_add_up(built: Path) -> None:
    leagues: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows(built, "select * from marts.rpt_indicator_weights"):
        leagues[row["scheme_code"], row["scheme_edition"], row["fiscal_year"]].append(row)
    assert len(leagues) > 4
    points = {
        (node["scheme_code"], node["scheme_edition"], node["node_code"]): Decimal(node["max_points"])
        for node in seed("nodes")
        if node["max_points"]
    }
    for (scheme, edition, _), nodes in leagues.items():
        assert abs(sum(node["nominal_weight"] for node in nodes) - 1) < Decimal("1e-9")
        assert abs(sum(node["effective_weight"] for node in nodes) - 1) < Decimal("1e-9")
        of_nodes = {node["node_code"]: points[scheme, edition, node["node_code"]] for node in nodes}
        for node in nodes:
            expected = of_nodes[node["node_code"]] / sum(of_nodes.values())
            assert abs(node["nominal_weight"] - expected) < Decimal("1e-11")


def test_strengths_are_the_largest_gains_on_the_band(built: Path, cards: list[dict[str, Any]]) -> None:
    judged = rows(
        built,
        "select trace.*, bands.band_number as band from marts.fct_score_trace as trace "
        "inner join intermediate.int_bands as bands "
        "using (scheme_code, scheme_edition, subject_code, fiscal_year) "
        "where trace_part = 'node' and rule_code is not null and point_share is not null "
        "and rule_code not in ('bonus', 'penalty', 'veto', 'cap_by_variable')",
    )
    shares: dict[tuple[Any, ...], list[Decimal]] = defaultdict(list)
    for row in judged:
        shares[peers(row)].append(row["point_share"])
    order = {
        (node["scheme_code"], node["scheme_edition"], node["node_code"]): int(node["node_order"])
        for node in seed("nodes")
    }
    gains: dict[tuple[Any, ...], list[tuple[Decimal, int, str]]] = defaultdict(list)
    for row in judged:
        others = shares[peers(row)]
        mean = divide(sum(others, Decimal(0)), Decimal(len(others)))
        gain = ((row["point_share"] - mean) * row["max_points"]).quantize(Decimal("1e-9"), ROUND_HALF_UP)
        place = order[row["scheme_code"], row["scheme_edition"], row["node_code"]]
        gains[key_of(row)].append((gain, place, row["node_code"]))
    named = 0
    for card in cards:
        of_card = gains[key_of(card)]
        strong = [code for gain, _, code in sorted(of_card, key=lambda one: (-one[0], one[1])) if gain > 0]
        weak = [code for gain, _, code in sorted(of_card, key=lambda one: one[:2]) if gain < 0]
        assert (card["strength_node_codes"] or "").split(",") == (strong[:MOST_NAMED] or [""])
        assert (card["weakness_node_codes"] or "").split(",") == (weak[:MOST_NAMED] or [""])
        named += len(strong[:MOST_NAMED])
    assert named > len(cards)


def test_bounds_come_of_half_a_printed_unit(built: Path) -> None:
    """A quotient of two sums of printed amounts, recomputed from the cells of the trace."""
    node = "overall_guarantee"
    widths = rows(
        built,
        "select * from intermediate.int_node_rounding where node_code = 'overall_guarantee' "
        "and scheme_edition = '396-2012'",
    )
    assert len(widths) > 20
    figures = defaultdict(list)
    for row in rows(built, f"select * from marts.fct_score_trace where node_code = '{node}'"):
        figures[key_of(row)].append(row)
    for width in widths:
        own = figures[key_of(width)]
        half = Decimal("0.005")
        numerator = sum(half for row in own if row["input_role"] == "numerator")
        of_denominator = [row for row in own if row["input_role"] == "denominator"]
        denominator = sum((row["input_value"] for row in of_denominator), Decimal(0))
        (value,) = (row["measure"] for row in own if row["trace_part"] == "node")
        expected = (numerator + value * half * len(of_denominator)) / denominator
        assert abs(width["width"] - expected) < Decimal("1e-11")


def test_counts_and_answers_are_not_rounded(built: Path) -> None:
    (found,) = rows(
        built,
        "select count(*) filter (half_print_step is not null) as rounded, count(*) as figures "
        "from intermediate.int_scored_figures where figure_code like 'department_management_facts.%' "
        "and value_text not like '%.%'",
    )
    assert found["rounded"] == 0 and found["figures"] > 100


def peers(row: dict[str, Any]) -> Iterator[Any] | tuple[Any, ...]:
    return (row["scheme_code"], row["scheme_edition"], row["fiscal_year"], row["band"], row["node_code"])


def key_of(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["scheme_code"], row["scheme_edition"], row["subject_code"], row["fiscal_year"])
