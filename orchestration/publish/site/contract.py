"""The columns of the marts that the page reads, and how it reads them.

A missing column is told by name before anything is rendered, so that a renamed column fails a release and
not a reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import duckdb

from orchestration.publish.candidate import MARTS_SCHEMA
from orchestration.publish.errors import PublishError

Row: TypeAlias = dict[str, Any]
Number: TypeAlias = Decimal | int | None

_BATCH = 10_000

COLUMNS: dict[str, tuple[str, ...]] = {
    table: tuple(columns.split())
    for table, columns in {
        "rpt_coverage_board": """
        coverage_code coverage_name_zh coverage_name_en level_code level_name_zh is_headline fiscal_year
        denominator_count coverage_ratio target_ratio gap_cny gap_count is_target_reached value_status
        status_reason_zh status_reason_en subjects_total subjects_reached change_on_previous_year note_zh
        note_en citation parameters_zh parameters_en
    """,
        "fct_coverage_ratios": """
        coverage_code subject_type subject_code subject_name_zh subject_level_code fiscal_year
        numerator_gross_cny numerator_net_cny overlap_cny unplaced_cny denominator_cny
        numerator_count denominator_count coverage_ratio target_ratio gap_cny gap_count value_status
        status_reason_zh status_reason_en is_target_reached subjects_due
    """,
        "fct_coverage_ledger": """
        coverage_code subject_type subject_code fiscal_year line_no object_type object_code object_name_zh
        function_code amount_cny unit_count coverage_status reason_code reason_zh reason_en submission_id
        sheet cell evidence_submission_id evidence_sheet evidence_cell
    """,
        "fct_scores": """
        scheme_code scheme_edition subject_type subject_code subject_name_zh fiscal_year node_code
        node_name_zh node_name_en parent_node_code node_level node_order points max_points node_status
        value_status
        is_complete
    """,
        "fct_score_trace": """
        scheme_code scheme_edition subject_type subject_code fiscal_year node_code rule_code trace_part
        metric_code input_role figure_code figure_name_zh input_value value_text value_status
        measure band_number peer_count band_mean band_min band_max difference window_min window_max
        fiscal_year_of_figure submission_id sheet cell
    """,
        "fct_submissions": """
        submission_id fiscal_year submitter_code submitter_name_zh form_codes file_name relative_path
        status reason finding_count
    """,
        "fct_findings": """
        finding_id gate check_code severity fiscal_year submission_id submitter_code form_code sheet cell
        given expected subject_code message_zh message_en file_name relative_path disposition
    """,
        "rpt_quality_board": """
        fiscal_year aspect aspect_name_zh aspect_name_en submitter_code submitter_name_zh block_count
        error_count warning_count late_form_count never_form_count open_weight attention_rank
        worst_check_code worst_check_title_zh worst_check_title_en
    """,
        "rpt_data_quality": """
        fiscal_year submitter_code submitter_name_zh due_form_count late_form_count never_form_count
        check_count failed_count quality_points quality_points_change grade_name_zh grade_name_en
    """,
        "rpt_evaluation_signals": """
        fiscal_year signal_code signal_name_zh signal_name_en peer_group subject_code subject_name_zh
        subject_name_en window_years sample_count observed_value comparison_value p_value is_signal
    """,
        "fct_threshold_bins": """
        fiscal_year threshold_code threshold peer_group bin_from bin_to case_count expected_count
    """,
        "rpt_region_scorecard": """
        subject_code subject_name_zh fiscal_year scheme_code scheme_edition scheme_name_zh scheme_name_en
        band_code band_count total_points_from_source max_points_from_source total_points_with_defaults
        is_trial is_complete missing_items_zh missing_items_en rank_overall rank_overall_from
        rank_overall_to rank_in_band rank_interval_level grade_code grade_name_zh grade_name_en
        explanation_zh explanation_en
    """,
        "rpt_department_scorecard": """
        subject_code subject_name_zh fiscal_year scheme_code scheme_edition scheme_name_zh scheme_name_en
        band_code band_count total_points_from_source max_points_from_source total_points_with_defaults
        is_trial is_complete missing_items_zh missing_items_en rank_overall rank_overall_from
        rank_overall_to rank_in_band rank_interval_level grade_code grade_name_zh grade_name_en
        explanation_zh explanation_en
    """,
    }.items()
}


class ContractError(PublishError):
    """The marts lack a table or column that the page shows."""


def require_contract(connection: duckdb.DuckDBPyConnection) -> None:
    """Check that the database has every column of `COLUMNS`.

    Raises:
        ContractError: names what is missing.
    """
    present = set(
        connection.execute(
            "SELECT table_name || '.' || column_name FROM duckdb_columns() "
            "WHERE database_name = current_database() AND schema_name = $schema",
            {"schema": MARTS_SCHEMA},
        ).fetchall()
    )
    wanted = [f"{table}.{column}" for table, columns in COLUMNS.items() for column in columns]
    missing = [name for name in wanted if (name,) not in present]
    if missing:
        raise ContractError.about("page_columns_missing", columns=", ".join(missing))


def read(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    order: str,
    where: str = "true",
    values: Sequence[object] = (),
) -> list[Row]:
    """Rows of a mart with the columns of `COLUMNS`, decimals as `Decimal`.

    Args:
        connection: a connection to the release's database.
        table: name of the mart.
        order: SQL of ORDER BY; part of the page's bytes, so it must be total for what is shown.
        where: SQL condition with `?` for `values`.
        values: values of the condition.
    """
    columns = COLUMNS[table]
    selected = ", ".join(f'"{column}"' for column in columns)
    cursor = connection.execute(
        f"SELECT {selected} FROM {MARTS_SCHEMA}.{table} WHERE {where} ORDER BY {order}", list(values)
    )
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def stream(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, order: str
) -> Iterator[tuple[Any, Row]]:
    """Rows of a mart in the order of `key` and then `order`, in batches, each with its key.

    For tables that are walked through once, subject by subject: a query per subject would read them whole
    each time.

    Args:
        connection: a connection to the release's database; the stream opens its own cursor.
        table: name of the mart, called `t` in `key` and `order`.
        key: SQL expression of the key, a struct or a value.
        order: SQL of the order within a key.
    """
    columns = COLUMNS[table]
    selected = ", ".join(f't."{column}"' for column in columns)
    cursor = connection.cursor().execute(
        f"SELECT {key} AS stream_key, {selected} FROM {MARTS_SCHEMA}.{table} AS t "
        f"ORDER BY stream_key, {order}"
    )
    while batch := cursor.fetchmany(_BATCH):
        for stream_key, *row in batch:
            yield stream_key, dict(zip(columns, row, strict=True))
