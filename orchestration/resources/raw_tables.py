"""The raw tables of a form catalogue, in the warehouse's terms."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.ingest.forms import FormCatalogue
from orchestration.resources.warehouse import Columns


def raw_tables(catalogue: FormCatalogue) -> Mapping[str, Columns]:
    """`raw.<table>` → columns, for every form whether filed or not."""
    return {
        f"raw.{table}": {column.name: column.type for column in schema.columns}
        for table, schema in catalogue.raw_schemas().items()
    }
