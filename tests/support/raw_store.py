"""A working database filled by hand: the raw and quality tables as the load stage would leave them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestration.ingest.forms import load_catalogue
from orchestration.resources.paths import SHIPPED_FORMS
from orchestration.resources.raw_tables import raw_tables, write_filed_cells, write_vocabulary
from orchestration.resources.warehouse import Warehouse


class RawStore:
    """Inserts rows by field name; fields left out are blank text, as an empty cell is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        catalogue = load_catalogue([SHIPPED_FORMS])
        Warehouse(path).prepare(raw_tables(catalogue))
        write_vocabulary(Warehouse(path), catalogue.vocabulary)
        write_filed_cells(Warehouse(path), catalogue)
        self.connection = duckdb.connect(str(path))
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.submissions: dict[str, dict[str, Any]] = {}
        self.held: list[tuple[str, str, str]] = []

    def submission(self, submission_id: str, fiscal_year: int, submitter: str, form: str) -> str:
        """Register a loaded submission; the same id may carry several forms."""
        known = self.submissions.setdefault(
            submission_id,
            {
                "submission_id": submission_id,
                "content_sha256": submission_id,
                "fiscal_year": fiscal_year,
                "submitter_code": submitter,
                "file_name": f"{submission_id}.xlsx",
                "relative_path": f"{fiscal_year}/{submitter}/{submission_id}.xlsx",
                "container_format": "xlsx",
                "status": "loaded",
                "form_codes": "",
            },
        )
        codes = [code for code in known["form_codes"].split(",") if code]
        if form not in codes:
            known["form_codes"] = ",".join([*codes, form])
        return submission_id

    def add(self, table: str, submission_id: str, **fields: Any) -> None:
        """One raw row; `fiscal_year` comes from the submission."""
        rows = self.rows.setdefault(table, [])
        number = len(rows) + 10
        rows.append(
            {
                "_submission_id": submission_id,
                "_sheet": "S",
                "_row": number,
                "_cell": f"C{number}",
                "row_kind": "value",
                "fiscal_year": self.submissions[submission_id]["fiscal_year"],
                **fields,
            }
        )

    def hold(self, submission_id: str, form: str, *, superseded: bool = False) -> None:
        """Say that a form of a submission does not count: quarantined, or replaced by a later one."""
        self.held.append((submission_id, form, "receive.superseded" if superseded else "planted.fault"))

    def write(self) -> None:
        """Insert everything and close, as the load stage does before dbt opens the file."""
        for table, rows in [*self.rows.items(), ("submissions", list(self.submissions.values()))]:
            columns = [
                (name, kind)
                for name, kind in self.connection.execute(
                    "select column_name, data_type from duckdb_columns() "
                    "where schema_name = 'raw' and table_name = ? order by column_index",
                    [table],
                ).fetchall()
            ]
            unknown = {key for row in rows for key in row} - {name for name, _ in columns} - {"_cell"}
            if unknown:
                raise KeyError(f"raw.{table} has no column {sorted(unknown)}")
            values = [tuple(self._value(row, name, kind) for name, kind in columns) for row in rows]
            marks = ", ".join("?" * len(columns))
            self.connection.executemany(f"insert into raw.{table} values ({marks})", values)
        for submission_id, form, check in self.held:
            if check == "receive.superseded":
                self.connection.execute(
                    "insert into quality.findings (finding_id, submission_id, form_code, check_code)"
                    " values (?, ?, ?, ?)",
                    [f"{submission_id}/{form}", submission_id, form, check],
                )
            else:
                self.connection.execute(
                    "insert into quality.quarantine (submission_id, form_code, check_code) values (?, ?, ?)",
                    [submission_id, form, check],
                )
        self.connection.close()

    @staticmethod
    def _value(row: dict[str, Any], name: str, kind: str) -> Any:
        if name in row:
            return row[name]
        if name.endswith("__cell") and name.removesuffix("__cell") in row:
            return f"D{row['_row']}"
        return "" if kind == "VARCHAR" else None
