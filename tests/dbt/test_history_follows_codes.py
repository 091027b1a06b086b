"""A county whose code changed keeps its history; a merged one has the sum; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.codes.held import advance, write_held
from orchestration.codes.taken import TakenList, write_taken
from orchestration.dbt_runner import DbtProject
from orchestration.resources.paths import Workspace
from tests.support.mini_province import PROVINCE, MiniProvince
from tests.support.mini_rows import write
from tests.support.raw_store import RawStore

YEAR = 2015
BEFORE = YEAR - 1
MERGED_POPULATION = "county_base_data.base_data.total_population.value"


def scores(connection: duckdb.DuckDBPyConnection, county: str) -> list[Any]:
    return connection.execute(
        "select node_code, value_status, points from marts.fct_scores where subject_code = ? "
        "and fiscal_year = ? and scheme_code = 'county_expenditure_management' order by node_code",
        [county, YEAR],
    ).fetchall()


def inputs(connection: duckdb.DuckDBPyConnection, county: str) -> list[Any]:
    return connection.execute(
        "select metric_code, input_role, figure_code, subject_code_of_figure, input_value, value_status, "
        "cell from marts.fct_indicator_inputs where subject_code = ? and fiscal_year = ? "
        "and fiscal_year_of_figure = ? order by all",
        [county, YEAR, BEFORE],
    ).fetchall()


class Codes:
    """One county is renumbered, one absorbed by another, one renumbered without a word about it, and one is
    divided among two that are there all along."""

    def __init__(self, province: MiniProvince) -> None:
        filed = province.counties[:-1]
        self.moved, self.kept, self.absorbed, self.unsaid = filed[0], filed[1], filed[2], filed[3]
        self.divided, *self.parts = filed[4:7]
        # No list was taken in for the year before: its register alone says that the code had changed by then.
        self.early = filed[7]
        self.since = {self.early: BEFORE}
        self.old = {self.moved: "990901", self.unsaid: "990904", self.early: "990907"}
        self.gone = [self.absorbed, self.divided]
        names = {code: f"县{code}" for code in province.counties}
        self.lists = {
            2012: {self.old.get(code, code): name for code, name in names.items()},
            YEAR: {code: name for code, name in names.items() if code not in self.gone},
        }
        self.stated = {self.old[code]: (code,) for code in (self.moved, self.early)} | {
            self.absorbed: (self.kept,)
        }
        self.stated[self.divided] = tuple(self.parts)

    def take_in(self, workspace: Workspace) -> None:
        held = advance([], self.lists[2012], 2012, "2012.csv", {})
        held = advance(held, self.lists[YEAR], YEAR, "2015.csv", self.stated)
        write_held(workspace.codes / "region.csv", held)
        taken = [TakenList("region", str(year), f"{year}.csv", "", "0") for year in self.lists]
        write_taken(workspace.codes / "lists.csv", taken)

    def rewrite(self, warehouse: Path) -> None:
        """File the years before under the old codes; two counties are gone in the last year."""
        with duckdb.connect(str(warehouse)) as connection:
            for new, old in self.old.items():
                connection.execute(
                    "update raw.submissions set submitter_code = ? "
                    "where submitter_code = ? and fiscal_year < ?",
                    [old, new, self.since.get(new, YEAR)],
                )
                connection.execute(
                    "update raw.region_register set region_code = ? "
                    "where region_code = ? and fiscal_year < ?",
                    [old, new, self.since.get(new, YEAR)],
                )
            connection.execute(
                "delete from raw.region_register where list_contains(?, region_code) and fiscal_year = ?",
                [self.gone, YEAR],
            )
            connection.execute(
                "delete from raw.submissions where list_contains(?, submitter_code) and fiscal_year = ?",
                [self.gone, YEAR],
            )


@pytest.fixture(scope="module")
def codes(mini_province: MiniProvince) -> Codes:
    return Codes(mini_province)


@pytest.fixture(scope="module")
def changed(
    mini_province: MiniProvince, codes: Codes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    workspace = Workspace(tmp_path_factory.mktemp("changed"))
    workspace.make()
    write(mini_province, RawStore(workspace.warehouse))
    codes.rewrite(workspace.warehouse)
    codes.take_in(workspace)
    outcome = DbtProject(workspace).build([])
    assert outcome.success, outcome.failures
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        yield connection


def test_a_renumbered_county_takes_its_own_figures_of_the_year_before(
    marts: duckdb.DuckDBPyConnection, changed: duckdb.DuckDBPyConnection, codes: Codes
) -> None:
    before, after = inputs(marts, codes.moved), inputs(changed, codes.moved)
    assert {row[3] for row in after} == {codes.old[codes.moved]} and {row[3] for row in before} == {
        codes.moved
    }
    assert [row[:3] + row[4:] for row in after] == [row[:3] + row[4:] for row in before]
    assert any(row[5] == "reported" for row in after)


def test_without_a_stated_successor_nothing_is_taken(
    changed: duckdb.DuckDBPyConnection, codes: Codes
) -> None:
    found = inputs(changed, codes.unsaid)
    assert found and {(row[3], row[4], row[5]) for row in found} == {(codes.unsaid, None, "missing")}
    assert changed.execute(
        "select successor_code, succession_status from marts.dim_code_successions where code = ?",
        [codes.old[codes.unsaid]],
    ).fetchall() == [(None, "not_stated")]


def test_a_merged_county_has_the_figures_of_both(
    marts: duckdb.DuckDBPyConnection, changed: duckdb.DuckDBPyConnection, codes: Codes
) -> None:
    own, absorbed = inputs(marts, codes.kept), figures(marts, codes.absorbed)
    found = inputs(changed, codes.kept)
    assert {row[3] for row in found} == {codes.kept, codes.absorbed}
    assert len(found) == 2 * len(own)
    for _, _, figure, code, value, status, _ in found:
        if code == codes.absorbed and status == "reported":
            assert value == absorbed[figure]
    reported = {row[2] for row in found if row[3] == codes.absorbed and row[5] == "reported"}
    answers = {row[2] for row in own if row[4] in (0, 1)} - {MERGED_POPULATION}
    assert reported and not reported & answers


def figures(connection: duckdb.DuckDBPyConnection, county: str) -> dict[str, Decimal]:
    rows = connection.execute(
        "select figure_code, figure_value from intermediate.int_scored_figures "
        "where subject_type = 'region' and subject_code = ? and fiscal_year = ?",
        [county, BEFORE],
    ).fetchall()
    return dict(rows)


def test_metrics_of_a_merged_county_are_sums_over_sums(
    changed: duckdb.DuckDBPyConnection, codes: Codes
) -> None:
    rows = changed.execute(
        "select v.scheme_edition, v.metric_code, v.numerator, v.denominator, "
        "sum(i.coefficient * i.input_value) filter (i.input_role = 'numerator'), "
        "sum(i.coefficient * i.input_value) filter (i.input_role = 'denominator') "
        "from marts.fct_indicator_values as v "
        "join marts.fct_indicator_inputs as i "
        "using (scheme_code, scheme_edition, subject_code, fiscal_year, metric_code) "
        "where v.subject_code = ? and v.fiscal_year = ? and v.value_status = 'reported' group by all",
        [codes.kept, YEAR],
    ).fetchall()
    assert rows
    for _, _, numerator, denominator, summed, summed_below in rows:
        assert (numerator, denominator) == (summed, summed_below)


def test_the_parts_of_a_divided_county_have_no_figures_of_the_years_before(
    marts: duckdb.DuckDBPyConnection, changed: duckdb.DuckDBPyConnection, codes: Codes
) -> None:
    """What each had before is not what it is now: neither its own figures nor a share of the others count."""
    for part in codes.parts:
        own, found = inputs(marts, part), inputs(changed, part)
        assert any(row[5] == "reported" for row in own)
        assert [row[:3] for row in found] == [row[:3] for row in own]
        assert {row[3:] for row in found} == {("", None, "missing", None)}
        assert scores(changed, part)


def test_how_codes_ended_is_told(changed: duckdb.DuckDBPyConnection, codes: Codes) -> None:
    told = changed.execute("select code, successor_code, succession_status from marts.dim_code_successions")
    assert set(told.fetchall()) == {
        *((codes.old[code], code, "succeeded") for code in (codes.moved, codes.early)),
        (codes.old[codes.unsaid], None, "not_stated"),
        (codes.absorbed, codes.kept, "merged"),
        *((codes.divided, part, "split") for part in codes.parts),
    }


def test_between_two_lists_the_code_that_filed_counts(
    marts: duckdb.DuckDBPyConnection, changed: duckdb.DuckDBPyConnection, codes: Codes
) -> None:
    assert inputs(changed, codes.early) == inputs(marts, codes.early)


def test_the_register_names_who_holds_each_county_now(
    changed: duckdb.DuckDBPyConnection, codes: Codes
) -> None:
    found = dict(
        changed.execute(
            "select region_code, current_region_code from marts.dim_regions where fiscal_year = ?", [BEFORE]
        ).fetchall()
    )
    assert found[codes.old[codes.moved]] == codes.moved
    assert found[codes.absorbed] == codes.kept == found[codes.kept]
    assert found[codes.old[codes.unsaid]] is None
    assert found[PROVINCE] == PROVINCE
    assert scores(changed, codes.moved)
