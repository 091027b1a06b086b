"""`bpw spot-check`: announced, drawn once, drawn again by anyone; changed files are told."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main

SEED = "20150701 03 11 17"
TABLES = """
    create schema marts;
    create table marts.fct_evaluations as
    select
        2014 as fiscal_year, '990000' as region_code, printf('2014-990000-%03d', i) as evaluation_code,
        'project' as object_type, printf('30%d2014%03d', i % 3, i) as object_code, '项目' || i as object_name,
        printf('30%d', i % 3) as department_code, 80 + i % 20 as score_points,
        if(i % 10 = 9, 'third_party_evaluation', 'self_evaluation') as evaluator_kind_code,
        printf('第%d厅', i % 3) as evaluator_name, '2014/990000/甲.xlsx' as relative_path, '登记表' as sheet,
        'M' || i as cell, i as row_number
    from range(60) as numbers (i);
    create table marts.rpt_data_quality as
    select 2014 as fiscal_year, '301' as submitter_code, 'D' as grade_code;
    create table marts.rpt_evaluation_signals as
    select 2014 as fiscal_year, '第2厅' as subject_code, true as is_signal;
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    release = tmp_path / "marts" / "releases" / "r1"
    release.mkdir(parents=True)
    with duckdb.connect(str(release / "budget_performance.duckdb")) as connection:
        connection.execute(TABLES)
    return tmp_path


def bpw(workspace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        main, ["--language", "en", "--workspace", str(workspace), "spot-check", *arguments]
    )


def announce(workspace: Path, *more: str, year: str = "2014", seed: str = SEED) -> Result:
    named = ["--region", "990000", "--year", year, "--seed", seed, "--seed-source", "lottery"]
    named += ["--release", "r1"]
    return bpw(workspace, "announce", *named, *more)


def drawn_file(workspace: Path) -> Path:
    assert announce(workspace).exit_code == 0
    assert bpw(workspace, "draw", "2014-990000").exit_code == 0
    return workspace / "quality" / "spot_checks" / "2014-990000" / "draw.json"


def content(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def test_a_plan_holds_all_the_draw_depends_on(workspace: Path) -> None:
    done = announce(workspace)
    assert done.exit_code == 0, done.output
    plan = content(workspace / "quality" / "spot_checks" / "2014-990000" / "plan.json")
    assert (plan["release"], plan["seed"], plan["seed_source"]) == ("r1", SEED, "lottery")
    assert len(plan["population"]) == 54
    assert plan["population"][1]["cell"] == "2014/990000/甲.xlsx 登记表!M1"
    assert plan["risk_factors"] == {"301": "2", "302": "1.5"}


def test_departments_at_risk_are_drawn_more_often(workspace: Path) -> None:
    """Eighteen each: a tenth, twice a tenth for the poor grade, one and a half for the signal."""
    allocations = content(drawn_file(workspace))["allocations"]
    assert {row["stratum"]: row["sample"] for row in allocations} == {"300": 2, "301": 4, "302": 3}


def test_anyone_draws_the_same_from_the_file_alone(workspace: Path, tmp_path_factory: Any) -> None:
    elsewhere = tmp_path_factory.mktemp("third_party")
    copied = elsewhere / "as_received.json"
    copied.write_bytes(drawn_file(workspace).read_bytes())
    done = bpw(elsewhere, "redraw", str(copied))
    assert done.exit_code == 0, done.output
    assert "same result: 9" in done.output


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda drawn: drawn["drawn"].pop(), "the list"),
        (lambda drawn: drawn["plan"].update(seed="another"), "the plan, the list"),
        (lambda drawn: drawn["plan"]["population"].pop(), "the plan, numbers by department"),
        (lambda drawn: drawn["allocations"][0].update(sample=1), "numbers by department"),
    ],
)
def test_a_changed_draw_is_told(workspace: Path, change: Any, part: str) -> None:
    path = drawn_file(workspace)
    drawn = content(path)
    change(drawn)
    path.write_text(json.dumps(drawn), encoding="utf-8")
    done = bpw(workspace, "redraw", str(path))
    assert done.exit_code == 1
    assert f"another result: {part}." in done.output.replace("\n", " ")


def test_what_was_announced_and_drawn_is_never_changed(workspace: Path) -> None:
    path = drawn_file(workspace)
    before = path.read_bytes()
    assert announce(workspace, seed="a better one").exit_code == 2
    assert bpw(workspace, "draw", "2014-990000").exit_code == 2
    assert path.read_bytes() == before


def test_the_list_opens_in_excel(workspace: Path) -> None:
    listed = drawn_file(workspace).with_suffix(".csv")
    assert listed.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(listed.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 9
    assert {row["Department"] for row in rows} == {"300", "301", "302"}
    assert all(row["Source"].startswith("2014/990000/甲.xlsx 登记表!M") for row in rows)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"year": "2013"}, "there are 2014"),
        ({"year": "2010"}, "No rules"),
        ({"seed": " "}, "seed must not be empty"),
    ],
)
def test_plans_that_cannot_be_made(workspace: Path, arguments: dict[str, str], said: str) -> None:
    done = announce(workspace, **arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert not (workspace / "quality").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("null", "登记表!M3 has no code"),
        ("'2014-990000-001'", "stands at 2014/990000/甲.xlsx 登记表!M1 and at 2014/990000/甲.xlsx 登记表!M3"),
    ],
)
def test_self_evaluations_without_a_code_of_their_own(workspace: Path, wrong: str, said: str) -> None:
    database = workspace / "marts" / "releases" / "r1" / "budget_performance.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"update marts.fct_evaluations set evaluation_code = {wrong} where cell = 'M3'")
    done = announce(workspace)
    assert done.exit_code == 2
    assert said in done.output.replace("\n", " ")


def test_names_and_releases_that_do_not_exist(workspace: Path) -> None:
    assert "cannot be the name" in announce(workspace, "--name", "../elsewhere").output
    assert "no release nowhere" in announce(workspace, "--release", "nowhere").output
    done = bpw(workspace, "draw", "unknown")
    assert (done.exit_code, "no plan unknown" in done.output) == (2, True)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"plan": {"seed": 1}}', '{"plan": []}'])
def test_files_that_are_no_draw(workspace: Path, text: str) -> None:
    file = workspace / "file.json"
    file.write_text(text, encoding="utf-8")
    done = bpw(workspace, "redraw", str(file))
    assert done.exit_code == 2
    assert "file.json" in done.output.replace("\n", "")
