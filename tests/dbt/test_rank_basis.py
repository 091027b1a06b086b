"""Ranks and grades come from unrounded points unless the edition says otherwise."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.scheme_folders import SchemeWriter, scored_folder, write_table

VALUES = {"a": "10.44", "b": "10.36", "c": "10.35", "d": "10.34"}
SHOWN = {"a": "10.4", "b": "10.4", "c": "10.4", "d": "10.3"}


@pytest.mark.parametrize(
    ("basis", "ranks", "grades"),
    [
        ("unrounded", {"a": 1, "b": 2, "c": 3, "d": 4}, {"a": "up", "b": "low", "c": "low", "d": "low"}),
        ("rounded", {"a": 1, "b": 1, "c": 1, "d": 4}, {"a": "up", "b": "up", "c": "up", "d": "low"}),
    ],
)
def test_ranks_and_grades_follow_the_basis(
    basis: str, ranks: dict[str, int], grades: dict[str, str], tmp_path: Path, scoring_work: Path
) -> None:
    writer = SchemeWriter("basis", about={"rounding_digits": 1, "rank_basis": basis})
    writer.inner("total", max_points=20, aggregation="sum_of_points")
    writer.leaf("x", "total", "proportion_capped", {"full_at": 20}, max_points=20)
    for grade, low, high in (("up", "10.4", ""), ("low", "", "10.4")):
        writer.add(
            "grades", grade_code=grade, points_from=low, points_below=high, name_zh=grade, name_en=grade,
            status="default", citation="test",
        )  # fmt: skip
    folder = writer.write(tmp_path / "basis")
    values = write_table(
        tmp_path / "values.csv", [{"subject_code": code, "x": value} for code, value in VALUES.items()]
    )
    with scored_folder(folder, values, scoring_work) as results:
        rows = results.execute(
            "select subject_code, total_points_with_defaults, total_points_with_defaults_unrounded, "
            "rank_overall, grade_code from intermediate.int_scorecards"
        ).fetchall()
    assert {row[0]: row[1] for row in rows} == {code: Decimal(value) for code, value in SHOWN.items()}
    assert {row[0]: row[2] for row in rows} == {code: Decimal(value) for code, value in VALUES.items()}
    assert {row[0]: row[3] for row in rows} == ranks
    assert {row[0]: row[4] for row in rows} == grades
