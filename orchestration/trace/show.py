"""The way of a figure as a tree for people, and as CSV or JSON for programs."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from orchestration.trace.rows import Row
from orchestration.trace.ways import Step
from orchestration.voice import Voice

_PIPE_WIDTH = 100_000
SHOWN_BELOW = 12
"""Rows shown below one step unless all are asked for."""

_CSV_COLUMNS = (
    *("level", "role", "mart", "subject", "value", "value_status", "workbook", "sheet", "cell", "raw_text"),
    *("unit_as_published", "form_code", "form_status", "table_code", "item_code", "item_label_zh"),
    "measure_code",
)
_FILED = _CSV_COLUMNS[9:]
# What of a row says which one it is, and what says how much: the first columns a row has.
_NAMES = (
    *("coverage_code", "object_code", "object_name_zh", "subject_code", "subject_name_zh", "figure_code"),
    *("figure_name_zh", "node_code", "node_name", "metric_code", "metric_name", "account_code"),
    *("account_label_zh", "project_code", "project_name_zh", "unit_code", "unit_name_zh", "region_code"),
    *("region_name_zh", "check_code", "measure_code", "table_code", "fiscal_year"),
)
_VALUES: Mapping[str, tuple[str, ...]] = {
    "rpt_coverage_board": ("coverage_ratio", "numerator_net_cny", "denominator_cny", "numerator_count",
                           "denominator_count"),
    "fct_coverage_ratios": ("coverage_ratio", "numerator_net_cny", "denominator_cny", "numerator_count",
                            "denominator_count"),
    "fct_coverage_ledger": ("amount_cny", "unit_count"),
    "fct_scores": ("points", "max_points"),
    "fct_score_trace": ("input_value",),
    "fct_indicator_inputs": ("input_value",),
    "fct_indicator_values": ("metric_value", "numerator", "denominator"),
    "fct_final_accounts": ("amount_cny",),
    "fct_budgets": ("amount_cny",),
    "fct_findings": ("given", "expected"),
    "fct_cells": ("value_text",),
    "fct_submissions": ("status", "relative_path"),
    "dim_projects": ("budget_cny", "adjusted_budget_cny", "executed_cny"),
    "rpt_region_scorecard": ("total_points_with_defaults", "total_points_from_source"),
    "rpt_department_scorecard": ("total_points_with_defaults", "total_points_from_source"),
}  # fmt: skip
_GROUP_VALUES = ("amount_cny", "unit_count")


class Shown:
    """A traced figure in the languages of a voice."""

    def __init__(self, root: Step, voice: Voice) -> None:
        self.root = root
        self.voice = voice.about("trace")

    def tree(self, console: Console, *, everything: bool = False) -> None:
        """Print the tree; long lists are cut unless `everything` is asked for."""
        tree = Tree(self._line(self.root, {}))
        self._grow(tree, self.root, everything)
        if not console.is_terminal:  # a pipe has no width to keep to: one step is one line
            console = Console(file=console.file, width=_PIPE_WIDTH)
        console.print(tree, crop=False)

    def csv(self, stream: TextIO) -> None:
        """Write one line a step, the levels of the tree as a number."""
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_CSV_COLUMNS)
        for level, step in self.root.walk():
            flat = {"level": level, **self._flat(step)}
            writer.writerow(["" if flat.get(name) is None else flat[name] for name in _CSV_COLUMNS])

    def json(self, stream: TextIO) -> None:
        """Write the tree; decimals are texts, because a binary float is not the figure."""
        json.dump(self._nested(self.root), stream, ensure_ascii=False, indent=1, default=str)
        stream.write("\n")

    def _grow(self, tree: Tree, step: Step, everything: bool, above: Row | None = None) -> None:
        known = {**(above or {}), **step.row}
        shown = step.children if everything else step.children[:SHOWN_BELOW]
        for child in shown:
            self._grow(tree.add(self._line(child, known)), child, everything, known)
        if hidden := len(step.children) - len(shown):
            tree.add(Text(self.voice.line("hidden", count=hidden), style="dim"))

    def _line(self, step: Step, above: Row) -> Text:
        line = Text()
        line.append(self._role(step), style="bold")
        for part in (self._names(step, above), self._amounts(step)):
            if part:
                line.append(f"  {part}")
        if step.place and not any(child.place == step.place for child in step.children):
            line.append("  ")
            line.append(self._place(step), style="cyan")
        elif citation := step.row.get("citation") if not step.children else None:
            line.append("  " + self.voice.line("method", citation=citation))
        return line

    def _role(self, step: Step) -> str:
        role = step.role
        if role == "input":
            role = str(step.row["input_role"])
        try:
            return self.voice.line(f"role_{role}")
        except KeyError:  # a role the indicator tree names, such as a quarter's progress
            return role

    def _names(self, step: Step, above: Row) -> str:
        """What tells the row from others; what the row above says already is left out."""
        parts = [step.mart] if step.role == "figure" else []
        if "lines" in step.row:
            parts.append(self.voice.line("lines", count=step.row["lines"]))
        for name in _NAMES:
            value = step.row.get(name) or self.voice.pick(step.row, name)
            if value and str(value) not in parts and value != above.get(name):
                parts.append(str(value))
        return " · ".join(parts)

    def _amounts(self, step: Step) -> str:
        names = _VALUES.get(step.mart, ()) if step.mart else _GROUP_VALUES
        if step.role == "figure" and step.mart not in _VALUES:
            names = tuple(name for name, value in step.row.items() if isinstance(value, Decimal))
        said = [f"{name} = {_read(name, step.row[name])}" for name in names if step.row.get(name) is not None]
        status = step.row.get("value_status")
        if status and status != "reported":
            said.append(self.voice.line(f"status_{status}"))
        reason = self.voice.pick(step.row, "status_reason") or self.voice.pick(step.row, "reason")
        return ", ".join([*said, *([reason] if reason else [])])

    def _place(self, step: Step) -> str:
        submission, sheet, cell = step.place or ("", "", "")
        if step.filed is None:
            where = step.row.get("relative_path") or submission
            return f"{where} › {sheet} › {cell} ({self.voice.line('unread')})"
        filed = step.filed
        has_unit = filed["unit_as_published"] and any(sign.isdigit() for sign in filed["value_text"])
        unit = f" {filed['unit_as_published']}" if has_unit and filed["item_code"] else ""
        held = filed["form_status"]
        note = "" if held == "accepted" else f" ({self.voice.line(f'form_{held}')})"
        return f"{filed['workbook']} › {sheet} › {cell} “{filed['value_text']}”{unit}{note}"

    def _flat(self, step: Step) -> Row:
        names = _VALUES.get(step.mart, _GROUP_VALUES)
        value = next((step.row[name] for name in names if step.row.get(name) is not None), None)
        filed = step.filed or {}
        submission, sheet, cell = step.place or (None, None, None)
        return {
            "role": step.row["input_role"] if step.role == "input" else step.role,
            "mart": step.mart,
            "subject": self._names(step, {}),
            "value": None if value is None else plain(value),
            "value_status": step.row.get("value_status"),
            "workbook": filed.get("workbook") or step.row.get("relative_path") or submission,
            "sheet": sheet,
            "cell": cell,
            **{name: filed.get(name) for name in _FILED if name != "raw_text"},
            "raw_text": filed.get("value_text"),
        }

    def _nested(self, step: Step) -> dict[str, Any]:
        said = {name: value for name, value in self._flat(step).items() if value is not None}
        row = {name: value for name, value in step.row.items() if value is not None}
        return {**said, "row": row, "rests_on": [self._nested(child) for child in step.children]}


def plain(value: object) -> str:
    """A value as text; decimals without the zeros of their storage."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        if "." not in text:
            return text
        whole, _, decimals = text.partition(".")
        kept = decimals.rstrip("0")
        return f"{whole}.{kept.ljust(2, '0')}" if kept else whole
    return str(value)


def _read(name: str, value: object) -> str:
    """A value for people: money in groups of three digits."""
    return f"{value:,.2f}" if name.endswith("_cny") and isinstance(value, Decimal) else plain(value)
