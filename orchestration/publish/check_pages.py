"""The catalogue of checks of a release, in English and in Chinese, generated from the catalogue itself.

What belongs here: laying out. Nothing about a check is worded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from expectations.catalogue import ASPECTS, Check
from orchestration.texts import Language, text

FILE_NAMES: Mapping[Language, str] = {"en": "CHECKS.md", "zh": "CHECKS.zh-CN.md"}
_COLUMNS = (
    "check",
    "severity",
    "name",
    "rule",
    "object",
    "form",
    "years",
    "gate",
    "basis",
    "fix",
    "exemptible",
)


def write_check_pages(checks: Iterable[Check], folder: Path) -> None:
    """Write the catalogue into `folder`, one file per language."""
    known = list(checks)
    folder.mkdir(parents=True, exist_ok=True)
    for language, name in FILE_NAMES.items():
        (folder / name).write_text(check_page(known, language), "utf-8")


def check_page(checks: list[Check], language: Language) -> str:
    """The catalogue in one language, by what of the supervision a check serves."""

    def said(key: str, **values: object) -> str:
        return text(f"checks.{key}", language, **values)

    lines = [f"# {said('title')}", "", said("intro", count=len(checks)), ""]
    for aspect in ASPECTS:
        own = [check for check in checks if check.aspect == aspect]
        if not own:
            continue
        lines += [f"## {said(f'aspect_{aspect}')}", ""]
        lines += [_row([said(column) for column in _COLUMNS]), _row(["---"] * len(_COLUMNS))]
        lines += [_row(_cells(check, language)) for check in own]
        lines.append("")
    return "\n".join(lines)


def _cells(check: Check, language: Language) -> list[str]:
    years = f"{check.valid_from}–{check.valid_to}" if check.valid_from or check.valid_to else ""
    return [
        f"`{check.check_code}`",
        text(f"returned.severity_{check.severity}", language),
        check.title(language),
        check.rule(language),
        text(f"checks.object_{check.object}", language),
        check.form_code,
        years,
        check.gate,
        check.basis,
        check.fix(language),
        text("checks.exemptible_yes", language) if check.is_exemptible else "",
    ]


def _row(cells: Iterable[str]) -> str:
    """A row of a table; angle brackets would be read as tags and vanish."""
    shown = (cell.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ") for cell in cells)
    return "| " + " | ".join(shown) + " |"
