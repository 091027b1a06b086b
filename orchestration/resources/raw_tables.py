"""The raw tables of a form catalogue, in the warehouse's terms, the one that holds its vocabulary, and the
view that shows every filed cell of all of them in one shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from orchestration.ingest.form_models import FormMap, Vocabulary
from orchestration.ingest.forms import FormCatalogue, RawSchema
from orchestration.methods.crosswalk import listed_codes
from orchestration.resources import warehouse as store
from orchestration.resources.warehouse import Columns, Warehouse

VOCABULARY_TABLE = "amount_vocabulary"
FILED_CELLS = "filed_cells"
"""View of schema raw: what each cell that was read says, whatever the form."""
_WITHDRAWN = f"select {', '.join(store.FILED_CELLS)} from raw.withdrawn_cells"


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


def write_code_lists(warehouse: Warehouse, folder: Path) -> int:
    """Make `raw.code_lists` what the published lists held in a folder say.

    Returns:
        How many rows it holds.

    Raises:
        CodeListError: a list was edited into something that cannot be read.
    """
    rows = list(listed_codes(folder))
    with warehouse.transaction() as connection:
        connection.execute("delete from raw.code_lists")
        return store.insert(connection, "raw.code_lists", store.CODE_LISTS, rows)


def write_filed_cells(warehouse: Warehouse, catalogue: FormCatalogue) -> None:
    """Make `raw.filed_cells` show the raw tables of the forms in use, a bureau's own among them, and what is
    kept of submissions that left.
    """
    parts = [part for schema in catalogue.raw_schemas().values() for part in _cells(catalogue, schema)]
    view = store.quoted(f"raw.{FILED_CELLS}")
    with warehouse.transaction() as connection:
        connection.execute(f"create or replace view {view} as " + "\nunion all\n".join([*parts, _WITHDRAWN]))


def _cells(catalogue: FormCatalogue, schema: RawSchema) -> Iterator[str]:
    """Selects of the cells of one raw table, all with the same columns."""
    form = catalogue.forms[schema.form_code]
    if form.is_long:
        yield _select(
            schema,
            "table_code",
            "_cell",
            "measure_code",
            "value_text",
            "item_code, item_label, subject_label",
        )
        return
    for field in _read_fields(form, schema):
        yield (
            _select(schema, f"'{schema.table}'", f'"{field}__cell"', f"'{field}'", f'"{field}"', "'', '', ''")
            + f" where \"{field}__cell\" <> ''"
        )


def _read_fields(form: FormMap, schema: RawSchema) -> list[str]:
    """Fields of a wide table whose text is that of their cell.

    The key of a card's inner table is the card's own cell; a constant is said by the map, not by a cell.
    """
    if schema.table == form.form:
        return list(form.fields)
    layouts = [
        layout for edition in form.editions for table in form.tables_of(edition) for layout in table.layouts
    ]
    constants = {name for layout in layouts for part in layout.indicators for name in part.constants}
    return [name for name in form.indicator_fields if name not in constants]


def _select(schema: RawSchema, table: str, cell: str, measure: str, text: str, item: str) -> str:
    item_code, item_label, subject_label = item.split(", ")
    return (
        f"select _submission_id as submission_id, fiscal_year, '{schema.form_code}' as form_code,"
        f" {table} as table_code, _sheet as sheet, _row as row_number, {cell} as cell, row_kind,"
        f" {item_code} as item_code, {item_label} as item_label, {measure} as measure_code,"
        f" {subject_label} as subject_label, reporting_unit_label, unit_label, {text} as value_text"
        f" from {store.quoted('raw.' + schema.table)}"
    )
