"""The walk from one score to another over releases made by hand: parts by indicator, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.methods.scheme_folders import Scheme, read_scheme
from orchestration.methods.seed_tables import seed_tables
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.scoring.movement import Movement, State, movement
from orchestration.scoring.replay import ReplayError

SCHEME = read_scheme(
    DBT_PROJECT / "seeds" / "schemes" / "department_expenditure_management_396_2012",
    seed_tables(DBT_PROJECT).values(),
)
CODE, EDITION = SCHEME.key
YEARS = (2013, 2014, 2015)


def release(
    folder: Path,
    totals: dict[int, str],
    changes: list[tuple[object, ...]],
    items: Sequence[tuple[object, ...]] = (),
) -> Path:
    """A release with one department.

    Changes: year, is_total, node, change, and each of its parts in turn; items: year, node, rule, points.
    """
    folder.mkdir()
    with closing(duckdb.connect(str(folder / DATABASE_NAME))) as connection:
        connection.execute("CREATE SCHEMA marts")
        for kind in ("region", "department"):
            connection.execute(
                f"CREATE TABLE marts.rpt_{kind}_scorecard (scheme_code varchar, scheme_edition varchar, "
                "subject_code varchar, subject_name_zh varchar, fiscal_year integer, "
                "total_points_with_defaults_unrounded decimal(28, 12), is_complete boolean)"
            )
        connection.executemany(
            "INSERT INTO marts.rpt_department_scorecard VALUES (?, ?, '301', '财政厅', ?, ?, ?)",
            [(CODE, EDITION, year, points, year != 2015) for year, points in totals.items()],
        )
        connection.execute(
            "CREATE TABLE marts.fct_score_changes (scheme_code varchar, scheme_edition varchar, "
            "subject_code varchar, fiscal_year integer, is_total boolean, node_name_zh varchar, "
            "node_name_en varchar, node_order integer, change_points decimal(28, 12), "
            "own_change_points decimal(28, 12), peer_change_points decimal(28, 12), "
            "undivided_change_points decimal(28, 12), unmatched_change_points decimal(28, 12), "
            "other_change_points decimal(28, 12))"
        )
        connection.executemany(
            "INSERT INTO marts.fct_score_changes VALUES (?, ?, '301', ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
            [(CODE, EDITION, year, total, node, node, *points) for year, total, node, *points in changes],
        )
        connection.execute(
            "CREATE TABLE marts.fct_scores (scheme_code varchar, scheme_edition varchar, "
            "subject_code varchar, fiscal_year integer, node_code varchar, node_name_zh varchar, "
            "node_name_en varchar, node_order integer, rule_code varchar, points decimal(28, 12), "
            "max_points decimal(28, 12))"
        )
        for year, node, rule, points in items:
            connection.execute(
                "INSERT INTO marts.fct_scores VALUES (?, ?, '301', ?, ?, ?, ?, 1, ?, ?, 100)",
                [CODE, EDITION, year, node, node, node, rule, points],
            )
    return folder


TOTALS = {2013: "60", 2014: "65", 2015: "63.5"}
CHANGES = [
    (2014, True, "total", "5", "7", "-2.5", "0", "0", "0.5"),
    (2014, False, "x", "6", "8", "-2", "0", "0", "0"),
    (2014, False, "y", "-1.5", "-1", "-0.5", "0", "0", "0"),
    (2015, True, "total", "-1.5", "1", "0.25", "0.75", "-3.5", "0"),
    (2015, False, "x", "1.25", "1", "0.25", "0", "0", "0"),
    (2015, False, "y", "0.75", "0", "0", "0.75", "0", "0"),
    (2015, False, "z", "-3.5", "0", "0", "0", "-3.5", "0"),
]


def walk(start: State, end: State, place: Path) -> Movement:
    return movement(Workspace(place), "301", start, end)


def kinds(found: Movement) -> list[tuple[str, int, Decimal]]:
    return [(part.kind, part.year, part.points) for part in found.parts]


def state(folder: Path, year: int, scheme: Scheme = SCHEME) -> State:
    return State(folder, scheme, year)


def test_years_are_walked_one_by_one(tmp_path: Path) -> None:
    folder = release(tmp_path / "r", TOTALS, CHANGES)
    found = walk(state(folder, 2013), state(folder, 2015), tmp_path)
    assert (found.before, found.after, found.subject_name) == (Decimal(60), Decimal("63.5"), "财政厅")
    assert kinds(found) == [
        ("own", 2014, Decimal(7)),
        ("peers", 2014, Decimal("-2.5")),
        ("limits", 2014, Decimal("0.5")),
        ("own", 2015, Decimal(1)),
        ("peers", 2015, Decimal("0.25")),
        ("undivided", 2015, Decimal("0.75")),
        ("unmatched", 2015, Decimal("-3.5")),
    ]
    assert [[(node.name_en, node.points) for node in part.nodes] for part in found.parts] == [
        [("x", Decimal(8)), ("y", Decimal(-1))],
        [("x", Decimal(-2)), ("y", Decimal("-0.5"))],
        [],
        [("x", Decimal(1))],
        [("x", Decimal("0.25"))],
        [("y", Decimal("0.75"))],
        [("z", Decimal("-3.5"))],
    ]
    assert (found.is_complete_before, found.is_complete_after) == (True, False)


def test_a_year_between_without_a_total_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holes = [(2014, True, "total", *[None] * 6), *CHANGES[3:]]
    folder = release(tmp_path / "r", {2013: "60", 2015: "63.5"}, holes)

    @contextmanager
    def replayed(*_: object, **__: object) -> Iterator[duckdb.DuckDBPyConnection]:
        """The same scores, computed: nobody has points for 2014 in either."""
        with closing(duckdb.connect()) as connection:
            connection.execute(f"ATTACH '{folder / DATABASE_NAME}' AS release (READ_ONLY)")
            for schema in ("intermediate", "marts"):
                connection.execute(f"CREATE SCHEMA {schema}")
            for name, source in (
                ("intermediate.int_scorecards", "rpt_department_scorecard"),
                ("marts.fct_score_changes", "fct_score_changes"),
            ):
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM release.marts.{source}")
            yield connection

    monkeypatch.setattr("orchestration.scoring.movement.replayed", replayed)
    with pytest.raises(ReplayError, match="2014"):
        walk(state(folder, 2013), state(folder, 2015), tmp_path)


def test_corrections_come_first(tmp_path: Path) -> None:
    before = [(2013, "total", None, "58"), (2013, "x", "veto", "30"), (2013, "y", "veto", "28")]
    after = [
        *((2013, "total", None, "60"), (2013, "x", "veto", "30"), (2013, "y", "veto", None)),
        *((2013, "z", "veto", "30.5"), (2014, "x", "veto", "99")),
    ]
    older = release(tmp_path / "older", {2013: "58"}, CHANGES, before)
    newer = release(tmp_path / "newer", TOTALS, CHANGES, after)
    found = walk(state(older, 2013), state(newer, 2014), tmp_path)
    assert kinds(found)[0] == ("corrections", 2013, Decimal(2))
    assert [(node.name_en, node.points) for node in found.parts[0].nodes] == [
        ("z", Decimal("30.5")), ("y", Decimal(-28)), ("limits and cuts", Decimal("-0.5")),
    ]  # fmt: skip
    assert sum((part.points for part in found.parts), Decimal(0)) == found.after - found.before == Decimal(7)


def test_nothing_moved(tmp_path: Path) -> None:
    folder = release(tmp_path / "r", TOTALS, CHANGES)
    assert walk(state(folder, 2014), state(folder, 2014), tmp_path).parts == ()


def test_parts_that_do_not_add_up_are_no_answer(tmp_path: Path) -> None:
    spoilt = [(2014, True, "total", "5", "7", "-2.5", "0", "0", "0.25")]
    folder = release(tmp_path / "r", TOTALS, spoilt)
    with pytest.raises(AssertionError, match="do not add up"):
        walk(state(folder, 2013), state(folder, 2014), tmp_path)
