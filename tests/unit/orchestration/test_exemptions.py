"""Exemptions and explanations: what they cover, when they end, and what is said where they cover nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.catalogue import load
from expectations.findings import CheckOutcome, make_finding, make_result
from orchestration.exemptions import Exemption, exemptions_hash, read_exemptions
from orchestration.ingest.forms import load_catalogue
from orchestration.methods.table_files import OwnTableError
from orchestration.resources.dispositions import settle
from orchestration.resources.findings import insert_outcome, rebuild_quarantine
from orchestration.resources.paths import SHIPPED_FORMS
from orchestration.resources.raw_tables import raw_tables
from orchestration.resources.warehouse import SUBMISSION_FILES, SUBMISSIONS, Warehouse, insert

TODAY = date(2026, 5, 1)
HEADER = "exemption_code,check_code,fiscal_year,submitter_code,reason,evidence,granted_by,valid_from,valid_to"
ROW = "E-1,content.negative_amount,2013,301,退库,财预函3号,绩效处,2026-01-01,2026-12-31"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "quality").mkdir()
    return tmp_path / "quality"


def written(folder: Path, *rows: str) -> tuple[Exemption, ...]:
    (folder / "exemptions.csv").write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return read_exemptions(folder)


def test_a_row_is_read(folder: Path) -> None:
    (exemption,) = written(folder, ROW)
    assert (exemption.check_code, exemption.fiscal_year, exemption.form_code) == (
        "content.negative_amount",
        2013,
        "",
    )
    assert (exemption.valid_to, exemption.place) == (date(2026, 12, 31), "exemptions.csv A2")


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_it_holds_from_its_first_to_its_last_day(folder: Path, day: str, holds: bool) -> None:
    (exemption,) = written(folder, ROW)
    assert exemption.is_in_force(date.fromisoformat(day)) is holds


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("content.negative_amount", "content.nothing"), "content.nothing"),
        (("content.negative_amount", "content.text_in_amount"), "content.text_in_amount"),
        (("退库", ""), "reason"),
        (("财预函3号", ""), "evidence"),
        (("2026-12-31", "年底"), "年底"),
        (("2026-12-31", ""), "valid_to"),
        (("2026-12-31", "2025-12-31"), "row 2"),
        (("2013", "二〇一三"), "二〇一三"),
        (("301", ""), "submitter_code"),
    ],
)
def test_a_broken_row_is_refused_by_name(folder: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(OwnTableError, match=said) as error:
        written(folder, ROW.replace(*change))
    assert "exemptions.csv" in str(error.value)


def test_a_code_twice_is_refused(folder: Path) -> None:
    with pytest.raises(OwnTableError, match=r"exemptions\.csv"):
        written(folder, ROW, ROW.replace("退库", "其他"))


def test_a_run_depends_on_which_exemptions_hold(folder: Path) -> None:
    assert exemptions_hash(folder, TODAY) == ""
    written(folder, ROW)
    assert exemptions_hash(folder, TODAY) == exemptions_hash(folder, date(2026, 12, 31))
    assert exemptions_hash(folder, TODAY) != exemptions_hash(folder, date(2027, 1, 1))


class Judged:
    """A working database with findings as the gates leave them."""

    def __init__(self, path: Path) -> None:
        self.warehouse = Warehouse(path)
        self.warehouse.prepare(raw_tables(load_catalogue([SHIPPED_FORMS])))

    def found(self, code: str, cell: str = "C4", given: str = "-1", submission: str = "a") -> None:
        whose: dict[str, Any] = {"fiscal_year": 2013, "submitter_code": "301", "submission_id": submission}
        finding = make_finding(
            load()[code], form_code="project_list", sheet="表", cell=cell, given=given, **whose
        )
        result = make_result(
            load()[code], form_code="project_list", evaluated_count=9, violation_count=1, **whose
        )
        with self.warehouse.transaction() as connection:
            insert_outcome(connection, "run", CheckOutcome([finding], [result]))

    def submitted(self, submission: str) -> None:
        row = {"submission_id": submission, "fiscal_year": 2013, "submitter_code": "301", "status": "loaded"}
        with self.warehouse.transaction() as connection:
            insert(connection, "raw.submissions", SUBMISSIONS, [{**row, "form_codes": "project_list"}])
            del row["status"]
            insert(connection, "raw.submission_files", SUBMISSION_FILES, [row])

    def explained(self, code: str, explanation: str, cell: str = "C4", given: str = "-1") -> None:
        self.submitted("back")
        columns = raw_tables(load_catalogue([SHIPPED_FORMS]))["raw.finding_responses"]
        row = {
            "_submission_id": "back",
            "_sheet": "核对意见 Findings",
            "_row": 9,
            "check_title": f"名称\nTitle\n{code}",
            "sheet": "表",
            "cell": cell,
            "given": given,
            "explanation": explanation,
            "explanation__cell": "J9",
        }
        with self.warehouse.transaction() as connection:
            insert(connection, "raw.finding_responses", columns, [row])

    def settled(self, *exemptions: Exemption, today: date = TODAY) -> dict[str, tuple[str, str]]:
        settle(self.warehouse, "run", exemptions, today)
        rows = self.warehouse.rows("select check_code, disposition, disposition_reason from quality.findings")
        return {row["check_code"]: (row["disposition"], row["disposition_reason"]) for row in rows}

    def statuses(self) -> dict[str, tuple[str, int]]:
        rows = self.warehouse.rows("select check_code, status, excused_count from quality.check_results")
        return {row["check_code"]: (row["status"], row["excused_count"]) for row in rows}


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    return Judged(tmp_path / "warehouse.duckdb")


def test_an_exemption_excuses_its_finding(judged: Judged, folder: Path) -> None:
    judged.found("content.negative_amount")
    disposition, reason = judged.settled(*written(folder, ROW))["content.negative_amount"]
    assert disposition == "exempted"
    assert "退库" in reason and "财预函3号" in reason
    assert judged.statuses()["content.negative_amount"] == ("excused", 1)


def test_an_expired_exemption_fires_again(judged: Judged, folder: Path) -> None:
    judged.found("content.negative_amount")
    exemptions = written(folder, ROW)
    judged.settled(*exemptions)
    said = judged.settled(*exemptions, today=date(2027, 1, 1))
    assert said["content.negative_amount"][0] == "open"
    assert "exception.expired_exemption" in said
    assert judged.statuses()["content.negative_amount"] == ("failed", 0)


@pytest.mark.parametrize(
    "change",
    [("2013", "2014"), ("301", "302"), ("content.negative_amount", "content.count_not_whole")],
)
def test_one_that_matches_nothing_is_itself_a_finding(
    judged: Judged, folder: Path, change: tuple[str, str]
) -> None:
    judged.found("content.negative_amount")
    said = judged.settled(*written(folder, ROW.replace(*change)))
    assert said["content.negative_amount"][0] == "open"
    assert said["exception.unmatched_exemption"][0] == "open"


def test_one_that_is_expired_and_matches_nothing_is_silent(judged: Judged, folder: Path) -> None:
    exemptions = written(folder, ROW)
    assert judged.settled(*exemptions, today=date(2027, 1, 1)) == {}


def test_a_cell_narrows_an_exemption(judged: Judged, folder: Path) -> None:
    judged.found("content.negative_amount", cell="C4")
    (exemption,) = written(folder, ROW)
    assert judged.settled(replace(exemption, sheet="表", cell="C5"))["content.negative_amount"][0] == "open"
    assert (
        judged.settled(replace(exemption, sheet="表", cell="C4"))["content.negative_amount"][0] == "exempted"
    )


def test_an_exempted_block_holds_nothing_back(judged: Judged, folder: Path) -> None:
    judged.submitted("a")
    judged.found("content.magnitude")
    judged.settled()
    assert rebuild_quarantine(judged.warehouse) == 1
    judged.settled(*written(folder, ROW.replace("content.negative_amount", "content.magnitude")))
    assert rebuild_quarantine(judged.warehouse) == 0


def test_a_warning_is_justified_by_who_filed(judged: Judged) -> None:
    judged.found("content.target_zero_amount", given="0")
    judged.explained("content.target_zero_amount", " 不安排资金 ", given="0")
    assert judged.settled()["content.target_zero_amount"] == ("justified", "不安排资金")
    assert judged.statuses()["content.target_zero_amount"] == ("excused", 1)


def test_an_explanation_of_an_error_is_not_enough(judged: Judged) -> None:
    judged.found("content.negative_amount")
    judged.explained("content.negative_amount", "没有问题")
    said = judged.settled()
    assert said["content.negative_amount"][0] == "open"
    assert "exception.explanation_not_enough" in said


@pytest.mark.parametrize(("cell", "given"), [("C5", "0"), ("C4", "12.00")])
def test_an_explanation_is_about_one_figure_in_one_cell(judged: Judged, cell: str, given: str) -> None:
    judged.found("content.target_zero_amount", given="0")
    judged.explained("content.target_zero_amount", "不安排资金", cell=cell, given=given)
    said = judged.settled()
    assert said["content.target_zero_amount"][0] == "open"
    assert "exception.unmatched_explanation" in said


def test_what_is_settled_twice_says_the_same(judged: Judged, folder: Path) -> None:
    judged.found("content.negative_amount")
    first = judged.settled(*written(folder, ROW))
    assert judged.settled(*written(folder, ROW)) == first
    assert judged.statuses()["content.negative_amount"] == ("excused", 1)
