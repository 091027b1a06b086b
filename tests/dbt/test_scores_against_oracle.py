"""County and department points from SQL equal a plain recomputation from the same figures."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import duckdb
import pytest

from tests.support.mini_province import MiniProvince
from tests.support.oracle import NOT_APPLICABLE, Figure, divide, key_of, leaf_points, seed

COUNTY = ("county_expenditure_management", "396-2012")
HUNAN = ("county_expenditure_management", "hunan-2013")
DEPARTMENT = ("department_expenditure_management", "396-2012")
# A rescaled share is rounded once more than in the oracle; all else is equal to the last digit.
ONE_STEP = Decimal(5).scaleb(-11)


def figures_with_coverage(
    province: MiniProvince, connection: duckdb.DuckDBPyConnection
) -> dict[tuple[str, int, str], Figure]:
    """Filed figures, and the coverage results the department scheme builds on (tested elsewhere)."""
    figures: dict[tuple[str, int, str], Figure] = dict(province.figures)
    rows = connection.execute(
        "select coverage_code, subject_code, fiscal_year, numerator_net_cny, denominator_cny, value_status "
        "from marts.fct_coverage_ratios where subject_type = 'department'"
    ).fetchall()
    for code, subject, year, net, denominator, status in rows:
        value: Figure = divide(net, denominator) if status == "reported" else None
        if status == NOT_APPLICABLE:
            value = NOT_APPLICABLE
        figures[subject, year, f"coverage.{code}.department.ratio"] = value
    for code, year in province.departments:
        filed = (code, year) in province.whole_targets
        figures[code, year, "coverage.C3.unit.filed"] = Decimal(int(filed))
    return figures


@pytest.mark.parametrize("scheme", [COUNTY, HUNAN, DEPARTMENT])
def test_points_of_every_leaf(
    scheme: tuple[str, str], mini_province: MiniProvince, marts: duckdb.DuckDBPyConnection
) -> None:
    figures = figures_with_coverage(mini_province, marts)
    seen: dict[str, int] = defaultdict(int)
    first_year = min(int(row["valid_from"]) for row in seed("scheme") if key_of(row) == scheme)
    for year in (year for year in mini_province.years if year >= first_year):
        subjects = (
            mini_province.counties
            if scheme in (COUNTY, HUNAN)
            else sorted(code for code, of_year in mini_province.departments if of_year == year)
        )
        expected = leaf_points(scheme, figures, subjects, year)
        got = {
            (subject, node): (status, points)
            for subject, node, status, points in marts.execute(
                "select subject_code, node_code, value_status, points from marts.fct_scores "
                "where scheme_code = ? and scheme_edition = ? and fiscal_year = ? and rule_code is not null",
                [*scheme, year],
            ).fetchall()
        }
        assert got.keys() == expected.keys()
        for key, value in expected.items():
            status, points = got[key]
            if value is None:
                assert status == "missing", (year, key, points)
            elif value == NOT_APPLICABLE:
                assert status == NOT_APPLICABLE, (year, key, points)
            else:
                assert status == "reported", (year, key, value)
                assert abs(points - Decimal(str(value))) <= ONE_STEP, (year, key, points, value)
            seen[str(status)] += 1
    assert seen["reported"] > 50
    assert seen["missing"] > 0


def test_totals_add_up_and_incomplete_totals_are_not_ranked(
    mini_province: MiniProvince, marts: duckdb.DuckDBPyConnection
) -> None:
    leaves = defaultdict(Decimal)
    missing = defaultdict(int)
    for subject, year, points, status in marts.execute(
        "select subject_code, fiscal_year, points, value_status from marts.fct_scores "
        "where scheme_code = ? and scheme_edition = ? and rule_code is not null",
        list(COUNTY),
    ).fetchall():
        leaves[subject, year] += points or 0
        missing[subject, year] += status == "missing"
    cards = marts.execute(
        "select subject_code, fiscal_year, total_points_with_defaults_unrounded, is_complete, rank_overall, "
        "missing_items_zh, is_trial from marts.rpt_region_scorecard where scheme_edition = ?",
        [COUNTY[1]],
    ).fetchall()
    silent = mini_province.counties[-1]
    assert len(cards) == len(mini_province.counties) * len(mini_province.years)
    for subject, year, total, is_complete, rank, missing_items, is_trial in cards:
        assert total == (None if subject == silent else leaves[subject, year])
        assert is_complete == (missing[subject, year] == 0)
        assert (rank is None) == (not is_complete)
        assert (missing_items is None) == is_complete
        assert is_trial
    first_year = min(mini_province.years)
    assert not any(complete for _, year, _, complete, *_ in cards if year == first_year), (
        "no year before: dynamic parts missing"
    )
    assert any(complete for _, year, _, complete, *_ in cards if year != first_year)


def test_standards_that_were_not_filed_are_estimated_and_marked(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select metric_code, metric_value, estimate_base, estimate_mean from marts.fct_indicator_values "
        "where is_estimate and scheme_edition = ?",
        [COUNTY[1]],
    ).fetchall()
    assert {code for code, *_ in rows} == {"guarantee_rate_210", "guarantee_rate_210_previous"}
    assert all(value == divide(base, mean) for _, value, base, mean in rows)
    marked = marts.execute(
        "select distinct node_code from marts.fct_scores "
        "where estimated_points > 0 and rule_code is not null and scheme_edition = ?",
        [COUNTY[1]],
    ).fetchall()
    assert {code for (code,) in marked} == {"guarantee_210_static", "guarantee_210_dynamic"}


def test_source_total_is_the_overall_guarantee_alone(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        """
        select cards.total_points_from_source, scores.points, cards.max_points_from_source
        from marts.rpt_region_scorecard as cards
        inner join marts.fct_scores as scores using (scheme_code, scheme_edition, subject_code, fiscal_year)
        where scores.node_code = 'overall_guarantee' and scores.scheme_edition = '396-2012'
        """
    ).fetchall()
    assert rows
    for shown, points, full in rows:
        assert shown == (None if points is None else round(points, 2))
        assert full == 20


def test_every_trace_figure_has_its_cell(marts: duckdb.DuckDBPyConnection) -> None:
    rows = marts.execute(
        "select count(*), sum(case when submission_id is null then 1 else 0 end) from marts.fct_score_trace "
        "where figure_code is not null and value_status = 'reported' "
        "and figure_code not like 'coverage.%.ratio'"
    ).fetchone()
    assert rows is not None
    assert rows[0] > 100
    assert rows[1] == 0


def test_seeds_name_only_known_metrics() -> None:
    metrics = {row["metric_code"] for row in seed("metrics")}
    assert {row["metric_code"] for row in seed("metric_terms")} == metrics
    assert {row["metric_code"] for row in seed("inputs")} <= metrics
