"""A tiny warehouse: raw tables of the agreed shape in memory, filled cell by cell."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from expectations.findings import CheckOutcome, Finding
from expectations.raw_gate import check_raw, check_receipts
from orchestration.resources.raw_tables import vocabulary_rows
from tests.support.real_material import shipped_forms

LONG = (
    "_submission_id _sheet _row:integer _cell fiscal_year:integer table_code item_code item_label row_kind"
    " measure_code subject_label reporting_unit_label reporting_unit_label__cell unit_label decimals"
    " value_text"
)
WIDE = (
    "_submission_id _sheet _row:integer fiscal_year:integer row_kind reporting_unit_label"
    " reporting_unit_label__cell unit_label"
)
RECEIVED = {
    "submissions": "submission_id varchar, content_sha256 varchar, fiscal_year integer,"
    " submitter_code varchar, file_name varchar, relative_path varchar, size_bytes bigint,"
    " modified_at timestamp,"
    " first_seen_run varchar, container_format varchar, status varchar, reason varchar,"
    " form_codes varchar, forms_hash varchar, cell_count bigint",
    "submission_files": "relative_path varchar, submission_id varchar, fiscal_year integer,"
    " submitter_code varchar, file_name varchar, modified_at timestamp",
}
FIELDS = {
    "unit_register": "unit_code unit_name unit_level parent_unit_code region_code unit_nature",
    "region_register": "region_code region_name region_type parent_region_code",
    "project_list": "project_code project_name unit_code unit_name function_code project_nature budget_amount"
    " adjusted_budget_amount executed_amount is_livelihood",
    "project_performance_target": "project_code project_name requested_amount requested_fiscal requested_own"
    " requested_other annual_target long_term_target project_overview project_basis project_period",
    "project_performance_target_indicators": "project_code horizon level1 level2 indicator target_value"
    " remark",
    "project_self_evaluation": "project_code project_name expected_target actual_attainment total_score",
    "project_self_evaluation_indicators": "project_code part fund_source initial_budget annual_budget"
    " executed_amount execution_rate level1 level2 level3 target_value actual_value max_points score"
    " deviation_reason",
    "project_performance_monitoring": "project_code project_name monitoring_date measures_taken",
    "project_performance_monitoring_indicators": "project_code part fund_source initial_budget"
    " executed_to_date execution_rate expected_execution level3 likelihood",
    "department_performance_target": "unit_code unit_name total_budget basic_budget project_budget"
    " annual_target",
    "transfer_performance_target": "programme_code programme_name transfer_kind amount annual_target",
    "evaluation_register": "evaluation_code object_type object_code object_name unit_code function_code"
    " expenditure_year evaluated_amount evaluator_kind evaluator_name evaluation_date score grade",
}
LONG_FORMS = (
    "department_final_account",
    "government_final_account",
    "county_base_data",
    "department_management_facts",
    "regional_expenditure_yearbook",
    "department_budget",
)


def columns_of(table: str) -> dict[str, str]:
    if table in LONG_FORMS:
        text = LONG
    else:
        text = " ".join([WIDE, *(f"{field} {field}__cell" for field in FIELDS[table].split())])
    return {name: kind or "varchar" for name, _, kind in (column.partition(":") for column in text.split())}


class TinyWarehouse:
    """Raw tables in memory. Every form's table exists; only what a test files is in it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute("create schema raw")
        for table, columns in RECEIVED.items():
            connection.execute(f"create table raw.{table} ({columns})")
        for table in (*FIELDS, *LONG_FORMS):
            body = ", ".join(f"{name} {kind}" for name, kind in columns_of(table).items())
            connection.execute(f"create table raw.{table} ({body})")
        connection.execute(
            "create table raw.amount_vocabulary"
            " (printed_text varchar, statement varchar, value_status varchar)"
        )
        for row in vocabulary_rows(shipped_forms().vocabulary):
            self.insert("amount_vocabulary", row)
        self.rows: dict[str, int] = {}

    def insert(self, table: str, values: Mapping[str, object]) -> None:
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        self.connection.execute(f"insert into raw.{table} ({names}) values ({marks})", list(values.values()))

    def submit(
        self,
        submission_id: str,
        form_codes: str,
        *,
        year: int | None = 2013,
        submitter: str = "301",
        name: str = "",
        modified: str = "2014-01-01 00:00:00",
        status: str = "loaded",
        size: int = 1000,
    ) -> str:
        """One received workbook."""
        name = name or f"{submission_id}.xlsx"
        path = f"{year}/{submitter}/{name}" if year else name
        self.insert(
            "submissions",
            {
                "submission_id": submission_id,
                "fiscal_year": year,
                "submitter_code": submitter,
                "file_name": name,
                "relative_path": path,
                "modified_at": modified,
                "status": status,
                "size_bytes": size,
                "form_codes": form_codes,
            },
        )
        self.path(path, submission_id, year, submitter, modified)
        return submission_id

    def path(
        self,
        path: str,
        submission_id: str,
        year: int | None,
        submitter: str,
        modified: str = "2014-01-01 00:00:00",
    ) -> None:
        self.insert(
            "submission_files",
            {
                "relative_path": path,
                "submission_id": submission_id,
                "fiscal_year": year,
                "submitter_code": submitter,
                "file_name": path.rsplit("/", 1)[-1],
                "modified_at": modified,
            },
        )

    def cell(
        self,
        form: str,
        submission_id: str,
        figure: str,
        value: str,
        *,
        unit: str = "万元",
        decimals: str = "2",
        row_kind: str = "value",
        label: str = "示例省教育厅",
        subject: str = "",
        year: int = 2013,
    ) -> str:
        """One cell of a long form; `figure` is table.item.measure. Returns its address."""
        table, item, measure = figure.split(".")
        row = self.rows[submission_id] = self.rows.get(submission_id, 0) + 1
        address = f"C{row}"
        self.insert(
            form,
            {
                "_submission_id": submission_id,
                "_sheet": table,
                "_row": row,
                "_cell": address,
                "fiscal_year": year,
                "table_code": table,
                "item_code": item,
                "item_label": item,
                "row_kind": row_kind,
                "measure_code": measure,
                "subject_label": subject,
                "reporting_unit_label": label,
                "reporting_unit_label__cell": "A2",
                "unit_label": unit,
                "decimals": decimals,
                "value_text": value,
            },
        )
        return address

    def cells(self, form: str, submission_id: str, figures: Mapping[str, str], **more: str) -> dict[str, str]:
        """Several cells. Returns their addresses by figure."""
        return {
            figure: self.cell(form, submission_id, figure, value, **more) for figure, value in figures.items()
        }  # type: ignore[arg-type]

    def row(
        self,
        form: str,
        submission_id: str,
        *,
        row_kind: str = "value",
        unit: str = "万元",
        label: str = "示例省教育厅",
        sheet: str = "表",
        **fields: str,
    ) -> int:
        """One row of a list or card form. Returns its number; field n has the n-th letter and that number."""
        row = self.rows[submission_id] = self.rows.get(submission_id, 0) + 1
        values: dict[str, object] = {
            "_submission_id": submission_id,
            "_sheet": sheet,
            "_row": row,
            "fiscal_year": 2013,
            "row_kind": row_kind,
            "reporting_unit_label": label,
            "reporting_unit_label__cell": "A2",
            "unit_label": unit,
        }
        for position, field in enumerate(FIELDS[form].split()):
            values[field] = fields.get(field, "")
            values[f"{field}__cell"] = f"{chr(65 + position)}{row}"
        self.insert(form, values)
        return row

    def raw(self, year: int = 2013, **more: object) -> CheckOutcome:
        return check_raw(self.connection, year, **more)  # type: ignore[arg-type]

    def receipts(self) -> CheckOutcome:
        return check_receipts(self.connection)


def found(outcome: CheckOutcome, code: str) -> list[Finding]:
    """Findings of one check."""
    return [finding for finding in outcome.findings if finding.check_code == code]


def codes(outcome: CheckOutcome) -> set[str]:
    return {finding.check_code for finding in outcome.findings}
