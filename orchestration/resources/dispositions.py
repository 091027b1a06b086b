"""What becomes of findings: open, exempted by a dated decision, or justified by who filed.

What belongs here: matching exemptions and explanations to findings, and what is said where one matches
nothing or no longer holds. What does not: reading the table of exemptions (`orchestration.exemptions`),
judging what was filed (`expectations`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import pyarrow as pa

from expectations.catalogue import find, load
from expectations.findings import EXEMPTED, JUSTIFIED, OPEN, CheckOutcome, make_finding, make_result
from orchestration.exemptions import Exemption
from orchestration.resources.findings import insert_outcome
from orchestration.resources.warehouse import Warehouse

JUSTIFIABLE = "warning"
"""The severity a submitter may answer with a reason; what is graver has to be corrected or exempted."""

UNMATCHED_EXEMPTION = "exception.unmatched_exemption"
EXPIRED_EXEMPTION = "exception.expired_exemption"
UNMATCHED_EXPLANATION = "exception.unmatched_explanation"
EXPLANATION_NOT_ENOUGH = "exception.explanation_not_enough"
CHECKS = (UNMATCHED_EXEMPTION, EXPIRED_EXEMPTION, UNMATCHED_EXPLANATION, EXPLANATION_NOT_ENOUGH)

_FILED = "gate in ('G0', 'G1', 'G2')"


def settle(warehouse: Warehouse, run_id: str, exemptions: Sequence[Exemption], today: date) -> None:
    """Say of every finding what becomes of it, and of every exemption and explanation whether it was needed.

    Args:
        warehouse: the working database, judged.
        run_id: noted on what is written.
        exemptions: all of them, those that no longer hold as well.
        today: the day they are held against.
    """
    with warehouse.transaction() as connection:
        _forget(connection)
        _load_exemptions(connection, exemptions, today)
        connection.execute(_EXPLANATIONS)
        connection.execute(_EXEMPT)
        connection.execute(_JUSTIFY, [JUSTIFIABLE])
        outcome = CheckOutcome()
        _judge_exemptions(connection, outcome, exemptions, today)
        _judge_explanations(connection, outcome)
        insert_outcome(connection, run_id, outcome)
        connection.execute(_EXCUSE)
        connection.unregister("exemptions")


def _forget(connection: duckdb.DuckDBPyConnection) -> None:
    for table in ("quality.findings", "quality.check_results"):
        connection.execute(f"delete from {table} where list_contains(?, check_code)", [list(CHECKS)])
    connection.execute(
        f"update quality.findings set disposition = '{OPEN}', disposition_reason = '', exemption_code = ''"
        f" where {_FILED}"
    )


def _load_exemptions(
    connection: duckdb.DuckDBPyConnection, exemptions: Sequence[Exemption], today: date
) -> None:
    columns = ("exemption_code", "check_code", "fiscal_year", "submitter_code", "form_code", "sheet", "cell")
    values: dict[str, list[object]] = {name: [getattr(one, name) for one in exemptions] for name in columns}
    values["reason"] = [
        f"{one.reason} ({one.evidence}; {one.granted_by}; → {one.valid_to})" for one in exemptions
    ]
    values["is_in_force"] = [one.is_in_force(today) for one in exemptions]
    types = {"fiscal_year": pa.int32(), "is_in_force": pa.bool_()}
    arrays = {name: pa.array(own, type=types.get(name, pa.string())) for name, own in values.items()}
    connection.register("exemptions", pa.table(arrays))
    connection.execute(_COVERED)


def _judge_exemptions(
    connection: duckdb.DuckDBPyConnection, outcome: CheckOutcome, exemptions: Sequence[Exemption], today: date
) -> None:
    used = {row[0] for row in connection.execute("select distinct exemption_code from covered").fetchall()}
    for one in exemptions:
        values = {
            "fiscal_year": one.fiscal_year,
            "submitter_code": one.submitter_code,
            "form_code": one.form_code,
            "sheet": one.place.rpartition(" ")[0],
            "cell": one.place.rpartition(" ")[2],
            "item": one.exemption_code,
            "given": one.check_code,
            "expected": str(one.valid_to),
        }
        if one.is_in_force(today):
            _say(outcome, UNMATCHED_EXEMPTION, values, is_violated=one.exemption_code not in used)
        elif one.valid_to < today:
            _say(outcome, EXPIRED_EXEMPTION, values, is_violated=one.exemption_code in used)


def _judge_explanations(connection: duckdb.DuckDBPyConnection, outcome: CheckOutcome) -> None:
    cursor = connection.execute(_EXPLAINED)
    names = [column[0] for column in cursor.description or ()]
    for row in [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]:
        severity = row.pop("severity")
        _say(outcome, UNMATCHED_EXPLANATION, row, is_violated=severity == "")
        if severity:
            _say(outcome, EXPLANATION_NOT_ENOUGH, row, is_violated=severity not in (JUSTIFIABLE, "note"))


def _say(outcome: CheckOutcome, code: str, values: Mapping[str, object], *, is_violated: bool) -> None:
    check = find(load(), code)
    outcome.results.append(
        make_result(
            check,
            form_code=str(values["form_code"]),
            fiscal_year=int(str(values["fiscal_year"])),
            submitter_code=str(values["submitter_code"]),
            subject_code=str(values["submitter_code"]),
            submission_id=str(values.get("submission_id", "")),
            evaluated_count=1,
            violation_count=int(is_violated),
        )
    )
    if is_violated:
        outcome.findings.append(make_finding(check, **values))


# An exemption names the check, the year and the submitter; what else it names narrows it.
_COVERED = f"""
    create or replace temp table covered as
    select
        f.finding_id,
        e.exemption_code,
        e.is_in_force,
        e.reason
    from quality.findings as f
    inner join exemptions as e
        on
            f.check_code = e.check_code
            and f.fiscal_year = e.fiscal_year
            and f.submitter_code = e.submitter_code
            and e.form_code in ('', f.form_code)
            and e.sheet in ('', f.sheet)
            and e.cell in ('', f.cell)
    where f.{_FILED}
"""

_EXEMPT = f"""
    update quality.findings
    set disposition = '{EXEMPTED}', disposition_reason = c.reason, exemption_code = c.exemption_code
    from (
        select finding_id, min(exemption_code) as exemption_code, min_by(reason, exemption_code) as reason
        from covered
        where is_in_force
        group by finding_id
    ) as c
    where quality.findings.finding_id = c.finding_id
"""

# What submitters wrote into the lists they got back, of a list filed several times the latest filing.
_EXPLANATIONS = """
    create or replace temp table explanations as
    select
        s.fiscal_year,
        s.submitter_code,
        r._submission_id as submission_id,
        r._sheet as sheet,
        r.explanation__cell as cell,
        regexp_extract(r.check_title, '([a-z_]+[.][a-z0-9_]+)\\s*$', 1) as check_code,
        r.sheet as of_sheet,
        r.cell as of_cell,
        r.given as of_given,
        trim(r.explanation) as explanation
    from raw.finding_responses as r
    inner join raw.submissions as s on r._submission_id = s.submission_id
    where
        trim(r.explanation) <> ''
        and s.status = 'loaded'
        and s.submission_id in (select submission_id from raw.submission_files)
    qualify row_number() over (
        partition by s.fiscal_year, s.submitter_code, check_code, of_sheet, of_cell, of_given
        order by s.modified_at desc, s.submission_id, r._row
    ) = 1
"""

# An explanation is about a figure: of another figure in the same cell it says nothing.
_SAME = """
    f.check_code = x.check_code
    and f.fiscal_year = x.fiscal_year
    and f.submitter_code = x.submitter_code
    and f.sheet = x.of_sheet
    and f.cell = x.of_cell
    and (f.given = x.of_given or f.given = '')
"""

_JUSTIFY = f"""
    update quality.findings
    set disposition = '{JUSTIFIED}', disposition_reason = j.explanation
    from (
        select f.finding_id, min(x.explanation) as explanation
        from quality.findings as f
        inner join explanations as x on {_SAME}
        where f.disposition = '{OPEN}' and f.severity = ?
        group by f.finding_id
    ) as j
    where quality.findings.finding_id = j.finding_id
"""

_EXPLAINED = f"""
    select
        x.fiscal_year,
        x.submitter_code,
        x.submission_id,
        'finding_responses' as form_code,
        x.sheet,
        x.cell,
        x.explanation as given,
        x.check_code || ' ' || x.of_sheet || ' ' || x.of_cell as item,
        coalesce(max(f.severity), '') as severity
    from explanations as x
    left join quality.findings as f on {_SAME}
    group by all
    order by all
"""

_EXCUSE = f"""
    update quality.check_results as r
    set
        excused_count = least(e.excused_count, r.violation_count),
        status = case
            when r.violation_count = 0 then 'passed' when e.open_count = 0 then 'excused' else 'failed'
        end
    from (
        select
            gate,
            check_code,
            fiscal_year,
            submission_id,
            submitter_code,
            form_code,
            count(*) filter (disposition <> '{OPEN}') as excused_count,
            count(*) filter (disposition = '{OPEN}') as open_count
        from quality.findings
        where {_FILED}
        group by all
    ) as e
    where
        r.is_in_force
        and r.gate = e.gate
        and r.check_code = e.check_code
        and r.fiscal_year = e.fiscal_year
        and r.submission_id = e.submission_id
        and r.submitter_code = e.submitter_code
        and r.form_code in ('', e.form_code)
"""
