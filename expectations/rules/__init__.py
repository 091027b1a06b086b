"""Rules over what was filed, as SQL files: one family each, every judged thing a row, `is_violated` the
verdict.

What belongs here: reading the files and running them. A file opens with comment lines: `-- checks: a.b,
c.d` names the catalogue rows it can emit, `-- reads: table` the raw tables that must exist. What does not:
bounds, bands, identities and vocabularies, which are data in `expectations/data/`.

A rule gives check_code, form_code, submission_id, sheet, cell, subject_code, given, expected, item,
is_violated, and where it has them difference, tolerance, addends, rule_zh, rule_en.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent
_HEAD = re.compile(r"^-- (checks|reads): (.+)$", re.MULTILINE)


class RuleError(ValueError):
    """A rule file is broken, or its SQL failed; the message names the file."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One SQL file.

    Attributes:
        name: file name without suffix.
        checks: catalogue rows it emits.
        reads: raw tables without which it is not asked.
        sql: one query.
    """

    name: str
    checks: tuple[str, ...]
    reads: tuple[str, ...]
    sql: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a rule judged something of one version of a form for one check, and how much of it failed."""

    check_code: str
    form_code: str
    fiscal_year: int | None
    submitter_code: str
    submission_id: str
    evaluated_count: int
    violation_count: int


Row = dict[str, object]


@cache
def load_rules(folder: Path = FOLDER) -> tuple[Rule, ...]:
    """All rules of a folder, by name.

    Raises:
        RuleError: a file names no check.
    """
    return tuple(_rule(file) for file in sorted(folder.glob("*.sql")))


def _rule(file: Path) -> Rule:
    sql = file.read_text(encoding="utf-8")
    named: dict[str, list[str]] = {"checks": [], "reads": []}
    for kind, listed in _HEAD.findall(sql):
        named[kind] += [name.strip() for name in listed.split(",")]
    if not named["checks"]:
        raise RuleError(f"{file.name}: no line '-- checks: …'")
    return Rule(file.stem, tuple(named["checks"]), tuple(named["reads"]), sql)


def applicable(rules: Collection[Rule], tables: Collection[str]) -> list[Rule]:
    """The rules whose raw tables all exist."""
    return [rule for rule in rules if set(rule.reads) <= set(tables)]


def run_rule(
    connection: duckdb.DuckDBPyConnection, rule: Rule, parameters: Mapping[str, object]
) -> tuple[list[Tally], list[Row]]:
    """Run one rule.

    Returns:
        How often each of its checks was asked, and the violating rows in a fixed order.

    Raises:
        RuleError: the SQL fails, or emits a check its head does not name.
    """
    used = {name: value for name, value in parameters.items() if f"${name}" in rule.sql}
    try:
        connection.execute(f"create or replace temp table check_verdicts as {rule.sql}", used)
    except duckdb.Error as error:
        raise RuleError(f"{rule.name}.sql: {error}") from error
    names = [
        column[0] for column in connection.execute("select * from check_verdicts limit 0").description or ()
    ]
    year = "fiscal_year" if "fiscal_year" in names else "null::integer"
    submitter = "submitter_code" if "submitter_code" in names else "''"
    submission = "submission_id" if "submission_id" in names else "''"
    tallies = [
        Tally(*row)
        for row in connection.execute(
            f"select check_code, form_code, {year}, {submitter}, {submission}, count(*),"
            " count(*) filter (where is_violated)"
            " from check_verdicts group by all order by all"
        ).fetchall()
    ]
    unknown = {tally.check_code for tally in tallies} - set(rule.checks)
    if unknown:
        raise RuleError(f"{rule.name}.sql emits {', '.join(sorted(unknown))}, which its head does not name")
    violating = connection.execute("select * from check_verdicts where is_violated order by all").fetchall()
    return tallies, [dict(zip(names, row, strict=True)) for row in violating]
