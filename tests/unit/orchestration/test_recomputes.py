"""Why years are judged and models are built again."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.resources import recomputes, stage_state
from orchestration.resources.stage_state import CONTENT, check_reasons, note_finished
from orchestration.resources.warehouse import Warehouse
from orchestration.voice import voice

MOVED = ("inbox", "versions", "forms", "methods", "checks", "code")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    warehouse.prepare({})
    note_finished(warehouse, CONTENT, "run", {2012: "rows checks", 2013: "rows checks"})
    return warehouse


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("other checks", "rows_changed"),
        ("rows other", "checks_changed"),
        ("other other", "rows_changed"),
        ("rows checks", "other_year_changed"),
    ],
)
def test_a_year_is_judged_for_a_reason(warehouse: Warehouse, state: str, reason: str) -> None:
    assert check_reasons(warehouse, {2012: state}) == {2012: reason}


def test_a_new_year_is_told_from_one_whose_judgement_was_cut_off(warehouse: Warehouse) -> None:
    assert check_reasons(warehouse, {2014: "rows checks"}) == {2014: "first_time"}
    with warehouse.transaction() as connection:
        recomputes.note(connection, "run", "check", [(2012, "", "rows_changed")])
    stage_state.begin(warehouse, CONTENT)
    assert check_reasons(warehouse, {2012: "rows checks"}) == {2012: "not_finished"}


def test_a_year_that_is_gone_needs_none(warehouse: Warehouse) -> None:
    assert check_reasons(warehouse, {2012: ""}) == {}


@pytest.mark.parametrize("part", MOVED)
def test_the_models_are_built_for_what_moved(part: str) -> None:
    before = dict.fromkeys(MOVED, "1")
    assert recomputes.build_reasons(before, {**before, part: "2"}) == [f"{part}_changed"]


def test_a_first_build_and_one_for_nothing() -> None:
    assert recomputes.build_reasons(None, {"inbox": "1"}) == ["first_time"]
    assert recomputes.build_reasons({"inbox": "1"}, {"inbox": "1"}) == ["unchanged"]


def test_what_was_done_since_is_counted(warehouse: Warehouse) -> None:
    with warehouse.transaction() as connection:
        recomputes.note(
            connection, "a", "load", [(2012, "x.xlsx", "new_workbook"), (2012, "y.xlsx", "new_workbook")]
        )
    assert recomputes.since(warehouse, None) == [
        {"stage": "load", "fiscal_year": 2012, "reason": "new_workbook", "count": 2}
    ]
    moment = warehouse.rows("select max(recorded_at) as at from quality.recomputes")[0]["at"]
    assert recomputes.since(warehouse, moment.replace(tzinfo=recomputes.UTC)) == []


def test_every_reason_has_its_words() -> None:
    builds = [f"{part}_changed" for part in MOVED]
    for code in {*recomputes.LOAD_REASONS, *recomputes.CHECK_REASONS, *builds, recomputes.UNCHANGED}:
        assert voice("zh").line(f"because_{code}")
