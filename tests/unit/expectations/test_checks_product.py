"""The audit of candidate marts: a good candidate, and one fault at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from expectations.product_gate import CandidateNotFoundError
from expectations.runner import CheckOutcome, check_candidate

SCHEME = "'county_expenditure_management' as scheme_code, '396-2012' as scheme_edition"
TABLES = {
    "fct_submissions": """
        select * from (values
            ('s1', 2013, '990101', 'government_final_account', 'accepted'),
            ('s2', 2013, '990000', 'region_register,unit_register', 'accepted'),
            ('s3', 2013, '302', 'project_list', 'quarantined')
        ) as t (submission_id, fiscal_year, submitter_code, form_codes, status)""",
    "fct_findings": """
        select
            'f1' as finding_id, 'content.text_in_amount' as check_code, 'block' as severity,
            2013 as fiscal_year, 's3' as submission_id, '文' as message_zh, 'text' as message_en""",
    "dim_regions": """
        select * from (values
            (2013, '990000', 'province'), (2013, '990101', 'county'), (2013, '990102', 'county')
        ) as t (fiscal_year, region_code, level_code)""",
    "dim_units": """
        select * from (values
            (2013, '301', 1, '990000'), (2013, '301001', 2, '990000'), (2013, '990101301', 1, '990101')
        ) as t (fiscal_year, unit_code, unit_level, region_code)""",
    "fct_final_accounts": """
        select
            's1' as submission_id, '表' as sheet, 'C5' as cell, '990101' as subject_code,
            2013 as fiscal_year, 'government_final_account' as form_code,
            cast(100 as decimal(24, 2)) as amount_cny, 'reported' as value_status""",
    "fct_coverage_ratios": """
        select
            coverage_code, subject_type, subject_code, 2013 as fiscal_year, level as subject_level_code,
            cast(net as decimal(24, 2)) as numerator_net_cny,
            cast(total as decimal(24, 2)) as denominator_cny,
            cast(units as integer) as denominator_count, cast(ratio as decimal(20, 12)) as coverage_ratio,
            cast(0.2 as decimal(9, 6)) as target_ratio, status as value_status
        from (values
            ('C2', 'region', '990101', 'county', 25.00, 100.00, null, 0.25, 'reported'),
            ('C2', 'region', '990102', 'county', null, null, null, null, 'missing'),
            ('C3', 'region', '990101', 'county', null, null, 4, 0.5, 'reported'),
            ('C3', 'region', '990102', 'county', null, null, null, null, 'missing'),
            ('C1', 'department', '301', 'province', null, 0.00, null, null, 'not_applicable'),
            ('C2', 'level', 'county', 'county', 25.00, 100.00, null, 0.25, 'reported')
        ) as t (coverage_code, subject_type, subject_code, level, net, total, units, ratio, status)""",
    "fct_coverage_ledger": """
        select
            coverage_code, subject_type, '990101' as subject_code, 2013 as fiscal_year, line_no,
            cast(amount as decimal(24, 2)) as amount_cny, cast(units as integer) as unit_count,
            status as coverage_status, 'evaluated' as reason_code, 's1' as submission_id, '表' as sheet,
            'C5' as cell
        from (values
            ('C2', 'region', 1, 25.00, null, 'covered'),
            ('C2', 'region', 2, 75.00, null, 'not_covered'),
            ('C3', 'region', 1, null, 2, 'covered'),
            ('C3', 'region', 2, null, 2, 'not_covered')
        ) as t (coverage_code, subject_type, line_no, amount, units, status)""",
    "fct_scores": f"""
        select
            {SCHEME}, 'region' as subject_type, subject_code, 2013 as fiscal_year, node_code,
            cast(points as decimal(28, 12)) as points, cast(full_points as decimal(9, 4)) as max_points,
            status as value_status, parent as parent_node_code, rule_code
        from (values
            ('990101', 'total', 72.5, 100, 'reported', null, null),
            ('990101', 'overall', 20, 20, 'reported', 'total', 'band_relative'),
            ('990102', 'total', null, 100, 'missing', null, null),
            ('990102', 'overall', null, 20, 'missing', 'total', 'band_relative')
        ) as t (subject_code, node_code, points, full_points, status, parent, rule_code)""",
    "fct_score_trace": f"""
        select
            {SCHEME}, '990101' as subject_code, 2013 as fiscal_year, 'overall' as node_code, figure_code,
            'reported' as value_status, ledger_coverage_code, submission_id, sheet, cell
        from (values
            ('a.b.205.final', null, 's1', '表', 'C5'),
            ('coverage.C1', 'C1', null, null, null),
            (null, null, null, null, null)
        ) as t (figure_code, ledger_coverage_code, submission_id, sheet, cell)""",
}

Change = dict[str, str | None]


def candidate(folder: Path, **changes: str | None) -> Path:
    """Write the marts; a change replaces a table's SQL ({} is the good one), None leaves the table out."""
    (folder / "parquet").mkdir(parents=True)
    with duckdb.connect() as connection:
        for table, sql in TABLES.items():
            changed = changes.get(table, sql)
            if changed is None:
                continue
            written = changed.replace("{}", f"({sql})")
            target = (folder / "parquet" / f"{table}.parquet").as_posix()
            connection.execute(f"copy ({written}) to '{target}' (format parquet)")
    return folder


@pytest.fixture
def audit(tmp_path: Path) -> Callable[..., CheckOutcome]:
    def run(**changes: str | None) -> CheckOutcome:
        return check_candidate(candidate(tmp_path / "candidate", **changes))

    return run


def said(outcome: CheckOutcome) -> list[tuple[str, str]]:
    return [(finding.check_code, finding.form_code) for finding in outcome.findings]


def test_a_good_candidate(audit: Callable[..., CheckOutcome]) -> None:
    outcome = audit()
    assert said(outcome) == []
    assert not outcome.has_blocking
    assert {"product.ledger_differs", "product.ratio_out_of_range", "product.scope_incomplete"} <= {
        result.check_code for result in outcome.results
    }
    assert all(result.gate == "G4" and result.evaluated_count for result in outcome.results)


FAULTS: list[tuple[Change, list[tuple[str, str]]]] = [
    ({"fct_scores": None}, [("product.missing_table", "fct_scores")]),
    ({"fct_scores": "select * exclude (points) from {}"}, [("product.missing_column", "fct_scores")]),
    ({"fct_submissions": "select * from {} where false"}, [("product.empty_table", "fct_submissions")]),
    ({"fct_final_accounts": "select * from {} where false"}, [("product.empty_table", "fct_final_accounts")]),
    ({"fct_findings": "select * from {} where false"}, []),
    (
        {"fct_final_accounts": "select * from {} union all select * from {}"},
        [("product.duplicate_key", "fct_final_accounts")],
    ),
    (
        {"fct_final_accounts": "select * replace ('' as cell) from {}"},
        [("product.value_without_cell", "fct_final_accounts")],
    ),
    ({"fct_final_accounts": "select * replace ('missing' as value_status, '' as cell) from {}"}, []),
    (
        {"fct_score_trace": "select * replace (null as sheet) from {}"},
        [("product.value_without_cell", "fct_score_trace")],
    ),
    (
        {"fct_coverage_ledger": "select * replace (null as submission_id) from {}"},
        [("product.value_without_cell", "fct_coverage_ledger")],
    ),
    # The ledger: exact to the fen, and to the unit.
    (
        {"fct_coverage_ledger": "select * replace (amount_cny + (line_no - 1) * 0.01 as amount_cny) from {}"},
        [("product.ledger_differs", "fct_coverage_ratios")],
    ),
    (
        {"fct_coverage_ledger": "select * replace (unit_count + line_no - 1 as unit_count) from {}"},
        [("product.ledger_differs", "fct_coverage_ratios")],
    ),
    (
        {"fct_coverage_ledger": "select * from {} where coverage_code = 'C3'"},
        [("product.ledger_differs", "fct_coverage_ratios")] * 2,
    ),
    # Ratios: the bounds are inside.
    (
        {"fct_coverage_ratios": "select * replace (least(coverage_ratio * 4, 1) as coverage_ratio) from {}"},
        [],
    ),
    (
        {"fct_coverage_ratios": "select * replace (coverage_ratio * 2.000004 as coverage_ratio) from {}"},
        [("product.ratio_out_of_range", "fct_coverage_ratios")],
    ),
    (
        {"fct_coverage_ratios": "select * replace (0.499999 - coverage_ratio as coverage_ratio) from {}"},
        [("product.ratio_out_of_range", "fct_coverage_ratios")],
    ),
    # Scope: silent places are rows.
    (
        {"fct_coverage_ratios": "select * from {} where coverage_code || value_status <> 'C3missing'"},
        [("product.scope_incomplete", "fct_coverage_ratios")],
    ),
    (
        {"fct_scores": "select * from {} where subject_code <> '990102'"},
        [("product.scope_incomplete", "fct_scores")],
    ),
    # Scores.
    (
        {"fct_scores": "select * replace (max_points + 0.01 as points) from {} where rule_code <> ''"},
        [("product.points_above_maximum", "fct_scores")] * 2,
    ),
    ({"fct_scores": "select * replace (max_points as points) from {}"}, []),
    (
        {"fct_scores": "select * replace ('' as scheme_edition) from {} where node_code = 'total'"},
        [("product.score_without_edition", "fct_scores")] * 2,
    ),
]


@pytest.mark.parametrize(("changes", "expected"), FAULTS)
def test_one_fault_at_a_time(
    audit: Callable[..., CheckOutcome], changes: Change, expected: list[tuple[str, str]]
) -> None:
    outcome = audit(**changes)
    assert said(outcome) == expected
    assert outcome.has_blocking is bool(expected)
    failed = {result.check_code for result in outcome.results if result.status == "failed"}
    assert failed == {code for code, _ in expected}


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CandidateNotFoundError):
        check_candidate(tmp_path)


def against(tmp_path: Path, before: Change, now: Change) -> CheckOutcome:
    return check_candidate(candidate(tmp_path / "now", **now), candidate(tmp_path / "before", **before))


def test_the_same_again(tmp_path: Path) -> None:
    assert said(against(tmp_path, {}, {})) == []


WITHOUT_COUNTY = {
    "fct_scores": "select * from {} where subject_code <> '990102'",
    "fct_coverage_ratios": "select * from {} where subject_code <> '990102'",
    "dim_regions": "select * from {} where region_code <> '990102'",
}


def test_what_was_published_does_not_vanish(tmp_path: Path) -> None:
    outcome = against(tmp_path, {}, WITHOUT_COUNTY)
    assert set(said(outcome)) == {
        ("product.coverage_shrank", "fct_scores"),
        ("product.coverage_shrank", "fct_coverage_ratios"),
    }
    assert outcome.has_blocking


def test_a_withdrawn_workbook_may_take_its_figures_with_it(tmp_path: Path) -> None:
    now = {**WITHOUT_COUNTY, "fct_submissions": "select * from {} where submission_id <> 's3'"}
    outcome = against(tmp_path, {}, now)
    assert {code for code, _ in said(outcome)} == {"product.figures_vanished"}
    assert not outcome.has_blocking


REPLACED_REGISTER = {
    "fct_submissions": "select * replace (case submission_id when 's2' then 'superseded' else status end"
    " as status)"
    " from {} union all select 's4', 2013, '990000', 'region_register', 'accepted'"
}


def test_a_place_a_corrected_register_no_longer_names_may_go(tmp_path: Path) -> None:
    outcome = against(tmp_path, {}, {**WITHOUT_COUNTY, **REPLACED_REGISTER})
    assert {code for code, _ in said(outcome)} == {"product.figures_vanished"}
    assert not outcome.has_blocking


def test_a_place_the_corrected_register_names_may_not_go(tmp_path: Path) -> None:
    kept = {table: sql for table, sql in WITHOUT_COUNTY.items() if table != "dim_regions"}
    outcome = against(tmp_path, {}, {**kept, **REPLACED_REGISTER})
    assert {code for code, _ in said(outcome)} >= {"product.coverage_shrank", "product.scope_incomplete"}


def test_another_edition_of_a_scheme_may_take_a_year_over(tmp_path: Path) -> None:
    other = "select * replace ('990-2014' as scheme_edition) from {}"
    outcome = against(tmp_path, {}, {"fct_scores": other, "fct_score_trace": other})
    assert set(said(outcome)) == {("product.figures_vanished", "fct_scores")}
    partly = f"{other} where subject_code <> '990102'"
    outcome = against(tmp_path / "partly", {}, {"fct_scores": partly, "fct_score_trace": other})
    assert ("product.coverage_shrank", "fct_scores") in said(outcome)


def test_an_account_now_held_back_is_said_and_does_not_stop_the_release(tmp_path: Path) -> None:
    now = {
        "fct_final_accounts": "select * replace ('990102' as subject_code) from {}",
        "fct_submissions": "select * from {}",
    }
    outcome = against(tmp_path, {}, now)
    assert said(outcome) == [("product.figures_vanished", "fct_final_accounts")]
    assert not outcome.has_blocking


def test_more_than_before_is_fine(tmp_path: Path) -> None:
    assert said(against(tmp_path, WITHOUT_COUNTY, {})) == []
