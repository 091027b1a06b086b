"""The catalogue of form maps: read from folders, validated, hashed, and compiled for one fiscal year.

What belongs here: files of maps and the raw tables they promise. What does not: the shape of a map
(`form_models.py`) and finding anything in a workbook.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from orchestration.errors import WorkspaceFileError
from orchestration.ingest.form_models import Bilingual, FormMap, Vocabulary
from orchestration.ingest.form_problems import problems, repeated_keys

VOCABULARY_FILE = "_vocabulary.yml"
_MAP_SUFFIXES = (".yml", ".yaml")
_BESIDE_MAPS = frozenset({".md", ".json", ".pdf", ".doc", ".docx"})
Model = TypeVar("Model", bound=BaseModel)
ColumnType = Literal["varchar", "integer"]


class FormMapError(WorkspaceFileError):
    """A form map that cannot be used; the message names the file and the place in it."""


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column of a raw table with its meaning in both languages."""

    name: str
    type: ColumnType
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class RawSchema:
    """Columns of a raw table, which exists even when no workbook of its form came."""

    table: str
    form_code: str
    columns: tuple[RawColumn, ...]


@dataclass(frozen=True)
class FormCatalogue:
    """All form maps in use.

    Attributes:
        forms: by form code.
        vocabulary: words all forms share.
        content_hash: SHA-256 of what the maps say, not of how the files are written.
    """

    forms: dict[str, FormMap]
    vocabulary: Vocabulary
    content_hash: str
    compiled: dict[int, Any] = field(default_factory=dict, repr=False, compare=False)

    def units(self) -> frozenset[str]:
        """Units that the maps print, of amounts and of other things."""
        layouts = [
            layout
            for form in self.forms.values()
            for edition in form.editions
            for table in form.tables_of(edition)
            for layout in table.layouts
        ]
        blocks = [block for layout in layouts for block in layout.blocks]
        said = [unit for layout in layouts for unit in layout.units]
        said += [column.unit for block in blocks for column in block.columns]
        said += [unit for block in blocks for item in block.items for unit in item.units]
        return frozenset(filter(None, said))

    def raw_schemas(self) -> dict[str, RawSchema]:
        """Raw tables promised by the maps, by table name (without schema)."""
        return {schema.table: schema for form in self.forms.values() for schema in _schemas(form)}


def _map_files(folder: Path) -> list[Path]:
    """Form maps of a folder, in the order of their names. Notes and schemas may lie beside them."""
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*")):
        if path.name.startswith((".", "~$")) or path.suffix.lower() in _BESIDE_MAPS or path.is_dir():
            continue
        if path.suffix.lower() not in _MAP_SUFFIXES:
            raise FormMapError(
                f"{path.name}: only {', '.join(_MAP_SUFFIXES)} files are read here. 此文件夹只读取上述文件。"
            )
        other = files.setdefault(path.stem, path)
        if other != path:
            raise FormMapError(f"{path.name}: {other.name} is the same form map. 与 {other.name} 重复。")
    return [files[stem] for stem in sorted(files)]


def load_catalogue(folders: Sequence[Path]) -> FormCatalogue:
    """Read the form maps of several folders; a file of a later folder replaces one of the same form in an
    earlier.

    Raises:
        FormMapError: a file is missing, no YAML, or breaks a rule; the message names file and field.
    """
    forms: dict[str, FormMap] = {}
    vocabulary: Vocabulary | None = None
    for folder in folders:
        for file in _map_files(folder):
            if file.name == VOCABULARY_FILE:
                vocabulary = _load(file, Vocabulary)
                continue
            form = _load(file, FormMap)
            if form.form != file.stem:
                raise FormMapError(f"{file.name}: form: {form.form!r} must equal the name of the file")
            forms[form.form] = form
    if vocabulary is None:
        raise FormMapError(f"{VOCABULARY_FILE}: not found in {', '.join(str(folder) for folder in folders)}")
    said = {code: form.model_dump(mode="json", exclude={"shared"}) for code, form in sorted(forms.items())}
    said[VOCABULARY_FILE] = vocabulary.model_dump(mode="json")
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return FormCatalogue(forms, vocabulary, digest)


def load_vocabulary(folders: Sequence[Path]) -> Vocabulary:
    """The words around tables alone, without the form maps.

    Raises:
        FormMapError: the file is missing, no YAML, or breaks a rule.
    """
    files = [folder / VOCABULARY_FILE for folder in folders if (folder / VOCABULARY_FILE).is_file()]
    if not files:
        raise FormMapError(f"{VOCABULARY_FILE}: not found in {', '.join(str(folder) for folder in folders)}")
    return _load(files[-1], Vocabulary)


def _load(file: Path, model: type[Model]) -> Model:
    loader = _Loader(file.read_text(encoding="utf-8"))
    try:
        root = loader.get_single_node()
        if repeated := repeated_keys(root):
            raise FormMapError(f"{file.name}: {'; '.join(repeated)}")
        return model.model_validate(loader.construct_document(root) if root else None)
    except yaml.YAMLError as error:
        raise FormMapError(f"{file.name}: not readable as YAML: {error}") from error
    except ValidationError as error:
        raise FormMapError(f"{file.name}: {problems(root, error)}") from error
    finally:
        loader.dispose()


_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PLACE = (
    RawColumn("_submission_id", "varchar", "报送文件编号", "Submission the row was read from"),
    RawColumn("_sheet", "varchar", "工作表名称", "Name of the sheet"),
    RawColumn("_row", "integer", "行号", "Row of the sheet, from 1; of a card its first row"),
)
_YEAR = RawColumn("fiscal_year", "integer", "财政年度", "Fiscal year of the folder the workbook was filed in")
_ROW_KIND = RawColumn("row_kind", "varchar", "行类型", "value, subtotal, total, of_which or memo")
_AROUND = (
    RawColumn(
        "reporting_unit_label", "varchar", "编制单位（原文）", "Reporting unit as printed beside the table"
    ),
    RawColumn(
        "reporting_unit_label__cell", "varchar", "编制单位的单元格地址", "Cell of: reporting unit as printed"
    ),
    RawColumn("unit_label", "varchar", "计量单位（原文）", "Unit as printed"),
)
LONG_COLUMNS = (
    *_PLACE,
    RawColumn("_cell", "varchar", "单元格地址", "Address of the cell the value was read from"),
    _YEAR,
    RawColumn("table_code", "varchar", "表代码", "Table of the form"),
    RawColumn(
        "item_code",
        "varchar",
        "项目代码",
        "Item: digits of a classification code, TOTAL, or a code of the form map",
    ),
    RawColumn("item_label", "varchar", "项目名称（原文）", "Item as printed"),
    _ROW_KIND,
    RawColumn("measure_code", "varchar", "指标列代码", "Measure: what the column holds"),
    RawColumn(
        "subject_label", "varchar", "主体名称（原文）", "Subject of the row as printed, in cross tables"
    ),
    *_AROUND,
    RawColumn("decimals", "varchar", "打印小数位数", "Printed decimals, '' when not known"),
    RawColumn("value_text", "varchar", "数值（原文）", "Value as published; '' for a blank cell"),
)


def raw_tables(form: FormMap) -> list[str]:
    """Names of the raw tables of a form."""
    return [form.form, *([indicator_table(form.form)] if form.indicator_fields else [])]


def indicator_table(form_code: str) -> str:
    """Name of the raw table of the tables inside a form's cards."""
    return f"{form_code}_indicators"


def _schemas(form: FormMap) -> Iterator[RawSchema]:
    if form.is_long:
        yield RawSchema(form.form, form.form, LONG_COLUMNS)
        return
    yield RawSchema(form.form, form.form, (*_PLACE, _YEAR, _ROW_KIND, *_AROUND, *_field_columns(form.fields)))
    if form.indicator_fields:
        fields = {form.key: form.fields[form.key], **form.indicator_fields}
        yield RawSchema(
            indicator_table(form.form),
            form.form,
            (*_PLACE, _YEAR, _ROW_KIND, *_AROUND, *_field_columns(fields)),
        )


def _field_columns(fields: Mapping[str, Bilingual]) -> Iterator[RawColumn]:
    for name, meaning in fields.items():
        yield RawColumn(name, "varchar", meaning.zh, meaning.en)
        yield RawColumn(f"{name}__cell", "varchar", f"{meaning.zh}的单元格地址", f"Cell of: {meaning.en}")
