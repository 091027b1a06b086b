"""The catalogue of checks: `catalogue.csv`, one row per check, read and validated.

What belongs here: what a check is called, where it stands, how grave it is, what it says and what to do
about it. Severity lives in that file only. What does not: how a check is computed (`expectations.rules`,
`expectations.receipts`, `expectations.product`, `orchestration.ingest`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal, get_args

Severity = Literal["block", "error", "warning", "note"]
Gate = Literal["G0", "G1", "G2", "G4"]
Aspect = Literal["data_basis", "target_setting", "target_attainment", "evaluation_quality", "result_use"]
CheckedObject = Literal["cell", "sheet", "table", "workbook", "submitter", "release"]
Language = Literal["zh", "en"]

CATALOGUE_FILE = Path(__file__).with_name("catalogue.csv")
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
GATES: tuple[Gate, ...] = get_args(Gate)
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
"""What the plan has supervised: 目标设置, 目标实现, 评价质量, 结果应用; and the data they rest on."""
OBJECTS: tuple[CheckedObject, ...] = get_args(CheckedObject)
"""What a finding points at; one about a cell always names sheet and cell."""
PLACEHOLDERS = frozenset(
    {
        *("file", "where", "sheet", "cell", "given", "expected", "item", "subject"),
        *("form_code", "fiscal_year", "difference", "tolerance", "addends", "rule"),
    }
)
"""Names a message template may use."""

AREAS = (
    *("receive", "read", "layout", "content", "identity", "register", "product"),
    *("cross_form", "cross_year", "stage", "code", "plausibility", "target", "monitoring", "self_evaluation"),
    *("exception",),
)
"""First part of a check's code."""

_CODE = re.compile(rf"({'|'.join(AREAS)})\.[a-z][a-z0-9_]*")
_YEAR = re.compile(r"\d{4}")
_MAY_BE_BLANK = frozenset({"form_code", "exemptible", "valid_from", "valid_to"})
_CLOSED = {
    "gate": GATES,
    "severity": SEVERITIES,
    "aspect": ASPECTS,
    "object": OBJECTS,
    "exemptible": ("yes", ""),
}


class CatalogueError(ValueError):
    """A row of the catalogue is broken; the message names file, line and field."""


class UnknownCheckError(KeyError):
    """A check code the catalogue does not hold."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        check_code: dotted name, such as content.text_in_amount.
        gate: where it stands: G0 receipt, G1 layout, G2 raw content, G4 product.
        severity: block holds the (submission, form) back, or the release at G4; error and warning are
            returned to the submitter; note informs.
        aspect: what of the supervision it serves: one of `ASPECTS`.
        object: what a finding points at: one of `OBJECTS`.
        form_code: the only form it applies to, '' when any.
        exemptible: 'yes' where a dated decision of the bureau may accept a finding, '' where none can.
        valid_from: first fiscal year it is asked of, '' when any.
        valid_to: last fiscal year, '' when any.
        title_zh: short name, Chinese.
        title_en: short name, English.
        rule_zh: what must hold, in words, Chinese.
        rule_en: the same in English.
        message_zh: template of what is said about one finding, Chinese.
        message_en: the same in English.
        basis: rule, document or data file it rests on.
        fix_zh: what the submitter should do, Chinese.
        fix_en: the same in English.
    """

    check_code: str
    gate: Gate
    severity: Severity
    aspect: Aspect
    object: CheckedObject
    form_code: str
    exemptible: str
    valid_from: str
    valid_to: str
    title_zh: str
    title_en: str
    rule_zh: str
    rule_en: str
    message_zh: str
    message_en: str
    basis: str
    fix_zh: str
    fix_en: str

    def title(self, language: Language) -> str:
        """Short name of the check."""
        return self.title_zh if language == "zh" else self.title_en

    @property
    def is_exemptible(self) -> bool:
        """Whether a dated decision may accept its findings."""
        return self.exemptible == "yes"

    def rule(self, language: Language) -> str:
        """What must hold, in words."""
        return self.rule_zh if language == "zh" else self.rule_en

    def applies_to(self, fiscal_year: int | None) -> bool:
        """Whether it is asked of a fiscal year; one that belongs to no year is asked of always."""
        if fiscal_year is None:
            return True
        return int(self.valid_from or fiscal_year) <= fiscal_year <= int(self.valid_to or fiscal_year)

    def fix(self, language: Language) -> str:
        """What to do about a finding."""
        return self.fix_zh if language == "zh" else self.fix_en


Catalogue = Mapping[str, Check]


@cache
def load(file: Path = CATALOGUE_FILE) -> dict[str, Check]:
    """The checks by code, in the order of the file.

    Raises:
        CatalogueError: header, code, gate, severity or a text is broken, or a code stands twice.
    """
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    header = [field.name for field in fields(Check)]
    if not rows or rows[0] != header:
        raise CatalogueError(f"{file.name}: header must be {','.join(header)}")
    checks: dict[str, Check] = {}
    for line, row in enumerate(rows[1:], start=2):
        check = _check(row, header, f"{file.name} line {line}")
        if check.check_code in checks:
            raise CatalogueError(f"{file.name} line {line}: {check.check_code} stands twice")
        checks[check.check_code] = check
    return checks


def find(catalogue: Catalogue, check_code: str) -> Check:
    """The check of that code.

    Raises:
        UnknownCheckError: the catalogue does not hold it.
    """
    check = catalogue.get(check_code)
    if check is None:
        raise UnknownCheckError(f"{check_code} is not in the catalogue of checks")
    return check


def _check(row: list[str], header: list[str], place: str) -> Check:
    if len(row) != len(header):
        raise CatalogueError(f"{place}: {len(row)} fields, header has {len(header)}")
    values = dict(zip(header, row, strict=True))
    for field, value in values.items():
        if value != value.strip() or (not value and field not in _MAY_BE_BLANK):
            raise CatalogueError(f"{place}: {field} is blank or has outer white space")
    if not _CODE.fullmatch(values["check_code"]):
        raise CatalogueError(f"{place}: check_code {values['check_code']!r} is not <area>.<name>")
    for field, allowed in _CLOSED.items():
        if values[field] not in allowed:
            raise CatalogueError(f"{place}: {field} {values[field]!r} is not one of {', '.join(allowed)}")
    _validity(values, place)
    used = {field: _placeholders(values[field], field, place) for field in ("message_zh", "message_en")}
    if used["message_zh"] != used["message_en"]:
        differing = ", ".join(sorted(used["message_zh"] ^ used["message_en"]))
        raise CatalogueError(f"{place}: message_zh and message_en do not say the same: {differing}")
    return Check(**values)  # type: ignore[arg-type]  # closed fields were compared with their lists above


def _validity(values: Mapping[str, str], place: str) -> None:
    for field in ("valid_from", "valid_to"):
        if values[field] and not _YEAR.fullmatch(values[field]):
            raise CatalogueError(f"{place}: {field} {values[field]!r} is not a fiscal year")
    if values["valid_from"] and values["valid_to"] and values["valid_from"] > values["valid_to"]:
        raise CatalogueError(f"{place}: valid_from {values['valid_from']} lies after {values['valid_to']}")


def _placeholders(template: str, field: str, place: str) -> set[str]:
    try:
        names = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError as error:
        raise CatalogueError(f"{place}: {field}: {error}") from error
    unknown = names - PLACEHOLDERS
    if unknown:
        raise CatalogueError(f"{place}: {field} uses unknown {', '.join(sorted(unknown))}")
    return names
