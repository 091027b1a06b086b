"""The raw tables of a form catalogue, in the warehouse's terms, and the one that holds its vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.ingest.form_models import Vocabulary
from orchestration.ingest.forms import FormCatalogue
from orchestration.resources import warehouse as store
from orchestration.resources.warehouse import Columns, Warehouse

VOCABULARY_TABLE = "amount_vocabulary"


def raw_tables(catalogue: FormCatalogue) -> Mapping[str, Columns]:
    """`raw.<table>` → columns, for every form whether filed or not."""
    return {
        f"raw.{table}": {column.name: column.type for column in schema.columns}
        for table, schema in catalogue.raw_schemas().items()
    }


def vocabulary_rows(vocabulary: Vocabulary) -> list[dict[str, object]]:
    """What amount cells may say without a number, in the order of the texts."""
    return [
        {"printed_text": text, "statement": said, "value_status": vocabulary.value_status[said]}
        for text, said in sorted(vocabulary.statements.items())
    ]


def write_vocabulary(warehouse: Warehouse, vocabulary: Vocabulary) -> int:
    """Make `raw.amount_vocabulary` what the form maps in use say.

    Returns:
        How many texts it holds.
    """
    table = f"raw.{VOCABULARY_TABLE}"
    rows = vocabulary_rows(vocabulary)
    with warehouse.transaction() as connection:
        connection.execute(f"delete from {table}")
        return store.insert(connection, table, store.AMOUNT_VOCABULARY, rows)
