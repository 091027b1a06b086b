"""What becomes of submissions when files are added, renamed, copied, changed and removed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from orchestration.inbox import scan
from orchestration.resources import warehouse as store
from orchestration.resources.recomputes import note
from orchestration.resources.registry import ReceiveSummary, forget_reading, pending, register
from orchestration.resources.warehouse import Warehouse

YEARS = (2012, 2013)
FORMS = "forms-1 reader-1"
RAW = {"raw.filed": {"_submission_id": "varchar", "value_text": "varchar"}}
LONG_AGO = 1_500_000_000


class Bureau:
    """An inbox and its warehouse."""

    def __init__(self, root: Path) -> None:
        self.inbox = root / "raw"
        self.inbox.mkdir()
        self.warehouse = Warehouse(root / "warehouse.duckdb")
        self.warehouse.prepare(RAW)

    def file(self, relative: str, content: str) -> None:
        path = self.inbox / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        os.utime(path, (LONG_AGO, LONG_AGO))

    def receive(self, years: Sequence[int] = YEARS) -> ReceiveSummary:
        return register(self.warehouse, scan(self.inbox, YEARS), years, "run", RAW)

    def load_all(self, forms: str = FORMS, *, every: bool = False) -> list[str]:
        """Open what waits, as the load stage would; gives the paths."""
        waiting = pending(self.warehouse, YEARS, forms, every=every)
        with self.warehouse.transaction() as connection:
            for one in waiting:
                connection.execute("delete from raw.filed where _submission_id = ?", [one.submission_id])
                connection.execute("insert into raw.filed values (?, 'x')", [one.submission_id])
                connection.execute(
                    "update raw.submissions set status = 'loaded', forms_hash = ? where submission_id = ?",
                    [forms, one.submission_id],
                )
            reasons = [(one.fiscal_year, one.relative_path, one.reason) for one in waiting]
            note(connection, "run", "load", reasons)
        return [one.relative_path for one in waiting]

    def reasons(self) -> list[tuple[str, str]]:
        """Why workbooks were opened, in the order they were."""
        rows = self.warehouse.rows("select relative_path, reason from quality.recomputes order by rowid")
        return [(row["relative_path"], row["reason"]) for row in rows]

    def statuses(self) -> dict[str, str]:
        rows = self.warehouse.rows("select relative_path, status from raw.submissions order by relative_path")
        return {row["relative_path"]: row["status"] for row in rows}

    def filed_rows(self) -> int:
        return int(self.warehouse.rows("select count(*) as n from raw.filed")[0]["n"])


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    bureau = Bureau(tmp_path)
    bureau.file("2012/a/one.xlsx", "one")
    bureau.file("2013/a/two.xlsx", "two")
    bureau.receive()
    bureau.load_all()
    return bureau


def test_known_content_is_not_opened_again(bureau: Bureau) -> None:
    summary = bureau.receive()

    assert (len(summary.known), summary.new, summary.gone) == (2, [], [])
    assert bureau.load_all() == []


def test_a_renamed_file_is_the_same_submission(bureau: Bureau) -> None:
    (bureau.inbox / "2012/a/one.xlsx").rename(bureau.inbox / "2012/a/renamed.xlsx")

    summary = bureau.receive()

    assert (len(summary.moved), summary.new, summary.gone) == (1, [], [])
    assert bureau.load_all() == []
    assert bureau.statuses() == {"2012/a/renamed.xlsx": "loaded", "2013/a/two.xlsx": "loaded"}


def test_a_copy_is_the_same_submission_with_a_second_path(bureau: Bureau) -> None:
    bureau.file("2012/b/copy.xlsx", "one")

    summary = bureau.receive()

    assert summary.duplicate_paths == ["2012/b/copy.xlsx"]
    assert bureau.load_all() == []
    assert bureau.statuses() == {"2012/a/one.xlsx": "loaded", "2013/a/two.xlsx": "loaded"}
    files = bureau.warehouse.rows("select relative_path from raw.submission_files order by 1")
    assert [row["relative_path"] for row in files] == [
        "2012/a/one.xlsx",
        "2012/b/copy.xlsx",
        "2013/a/two.xlsx",
    ]


def test_changed_content_is_a_new_submission_and_the_old_one_leaves(bureau: Bureau) -> None:
    bureau.file("2012/a/one.xlsx", "one, corrected")

    summary = bureau.receive()

    assert (len(summary.new), len(summary.gone)) == (1, 1)
    assert bureau.load_all() == ["2012/a/one.xlsx"]
    statuses = bureau.warehouse.rows(
        "select status, count(*) as n from raw.submissions group by 1 order by 1"
    )
    assert statuses == [{"status": "loaded", "n": 2}, {"status": "withdrawn", "n": 1}]
    assert bureau.filed_rows() == 2


def kept_cells(bureau: Bureau) -> list[str]:
    rows = bureau.warehouse.rows("select value_text from raw.withdrawn_cells order by 1")
    return [row["value_text"] for row in rows]


def test_cells_of_what_left_can_be_looked_up_until_it_comes_back(bureau: Bureau) -> None:
    nulls = ", ".join(f"null as {name}" for name in list(store.FILED_CELLS)[1:-1])
    with bureau.warehouse.transaction() as connection:
        connection.execute("update raw.filed set value_text = 'one' where rowid = 0")
        connection.execute(
            f"create view raw.filed_cells as select _submission_id as submission_id, {nulls}, value_text"
            " from raw.filed"
        )
    bureau.file("2012/a/one.xlsx", "one, corrected")
    bureau.receive()
    bureau.load_all()
    assert kept_cells(bureau) == ["one"]
    bureau.receive()
    assert kept_cells(bureau) == ["one"]

    bureau.file("2012/a/one.xlsx", "one")
    bureau.receive()

    assert kept_cells(bureau) == ["x"]  # the correction left, the first one is back


def test_a_removed_file_stays_known_but_its_rows_leave(bureau: Bureau) -> None:
    (bureau.inbox / "2012/a/one.xlsx").unlink()

    summary = bureau.receive()

    assert len(summary.gone) == 1
    assert bureau.statuses() == {"2012/a/one.xlsx": "withdrawn", "2013/a/two.xlsx": "loaded"}
    assert bureau.filed_rows() == 1


def test_a_file_that_comes_back_is_opened_again_and_keeps_its_first_run(bureau: Bureau) -> None:
    (bureau.inbox / "2012/a/one.xlsx").unlink()
    bureau.receive()
    bureau.file("2012/a/one.xlsx", "one")
    register(bureau.warehouse, scan(bureau.inbox, YEARS), YEARS, "later run", RAW)

    assert bureau.load_all() == ["2012/a/one.xlsx"]
    first = bureau.warehouse.rows("select distinct first_seen_run from raw.submissions")
    assert first == [{"first_seen_run": "run"}]
    assert bureau.filed_rows() == 2


def test_content_that_moves_to_another_year_is_read_for_that_year(bureau: Bureau) -> None:
    target = bureau.inbox / "2013/a/one.xlsx"
    (bureau.inbox / "2012/a/one.xlsx").rename(target)
    bureau.receive()

    waiting = pending(bureau.warehouse, YEARS, FORMS)

    assert [(one.relative_path, one.fiscal_year) for one in waiting] == [("2013/a/one.xlsx", 2013)]
    assert bureau.filed_rows() == 1


def test_the_first_path_owns_content_filed_under_two_years(bureau: Bureau) -> None:
    bureau.file("2013/b/again.xlsx", "one")
    bureau.receive()
    owner = bureau.warehouse.rows(
        "select s.relative_path from raw.submissions s join raw.submission_files f using (submission_id)"
        " where f.relative_path = '2013/b/again.xlsx'"
    )
    assert owner == [{"relative_path": "2012/a/one.xlsx"}]

    (bureau.inbox / "2012/a/one.xlsx").unlink()
    bureau.receive()

    assert bureau.load_all() == ["2013/b/again.xlsx"]
    assert bureau.statuses() == {"2013/a/two.xlsx": "loaded", "2013/b/again.xlsx": "loaded"}


def test_a_copy_put_elsewhere_later_takes_nothing_over(bureau: Bureau) -> None:
    """Whichever path sorts first, with the year or without."""
    for place in ("2011/z/copy.xlsx", "2012/A/copy.xlsx", "2012/a/0 copy.xlsx"):
        bureau.file(place, "two")
    bureau.receive()
    assert bureau.load_all() == []
    assert bureau.statuses() == {"2012/a/one.xlsx": "loaded", "2013/a/two.xlsx": "loaded"}

    (bureau.inbox / "2013/a/two.xlsx").unlink()
    bureau.receive()
    assert bureau.load_all() == ["2012/A/copy.xlsx"]


def test_a_run_of_one_year_leaves_the_others_alone(bureau: Bureau) -> None:
    bureau.file("2012/a/one.xlsx", "one, corrected")
    bureau.file("2013/a/two.xlsx", "two, corrected")

    bureau.receive([2013])

    assert bureau.load_all() == ["2013/a/two.xlsx"]
    rows = bureau.warehouse.rows("select status from raw.submissions where fiscal_year = 2012")
    assert rows == [{"status": "loaded"}]


def test_a_year_that_left_the_inbox_is_withdrawn_by_any_run(bureau: Bureau) -> None:
    (bureau.inbox / "2012/a/one.xlsx").unlink()

    bureau.receive([2013])

    assert bureau.statuses() == {"2012/a/one.xlsx": "withdrawn", "2013/a/two.xlsx": "loaded"}
    assert bureau.filed_rows() == 1


def test_a_file_outside_the_layout_is_a_row_and_is_never_opened(bureau: Bureau) -> None:
    bureau.file("lost.xlsx", "lost")

    summary = bureau.receive([2012])

    assert summary.outside_layout == ["lost.xlsx"]
    assert bureau.load_all() == []
    row = bureau.warehouse.rows(
        "select status, reason from raw.submissions where relative_path = 'lost.xlsx'"
    )
    assert row == [{"status": "unrecognised", "reason": "receive.outside_layout"}]


def test_other_form_maps_open_everything_that_is_filed(bureau: Bureau) -> None:
    bureau.file("lost.xlsx", "lost")
    bureau.receive()

    waiting = [one.relative_path for one in pending(bureau.warehouse, YEARS, "forms-2 reader-1")]

    assert waiting == ["2012/a/one.xlsx", "2013/a/two.xlsx"]


def test_a_table_with_other_columns_is_made_anew_and_said_so(bureau: Bureau) -> None:
    wider = {"raw.filed": {**RAW["raw.filed"], "unit_label": "varchar"}}

    assert bureau.warehouse.prepare(wider) == ["raw.filed"]
    assert bureau.warehouse.prepare(wider) == []


def test_rows_with_an_unknown_column_are_refused_and_nothing_is_written(bureau: Bureau) -> None:
    with (
        pytest.raises(store.UnknownColumnError, match="no_such"),
        bureau.warehouse.transaction() as connection,
    ):
        connection.execute("delete from raw.filed")
        store.insert(connection, "raw.filed", RAW["raw.filed"], [{"_submission_id": "x", "no_such": "y"}])

    assert bureau.filed_rows() == 2


ONE, TWO = "2012/a/one.xlsx", "2013/a/two.xlsx"


def test_every_opening_has_its_reason(bureau: Bureau) -> None:
    assert bureau.reasons() == [(ONE, "new_workbook"), (TWO, "new_workbook")]

    bureau.file(ONE, "one, corrected")
    bureau.receive()
    bureau.load_all()
    (bureau.inbox / TWO).rename(bureau.inbox / "2013/a/renamed.xlsx")
    bureau.receive()
    bureau.load_all()

    assert bureau.reasons()[2:] == [(ONE, "corrected_workbook")]


def test_filing_again_after_a_withdrawal_is_told_from_a_first_filing(bureau: Bureau) -> None:
    (bureau.inbox / ONE).unlink()
    bureau.receive()
    bureau.file(ONE, "one")
    bureau.receive()
    bureau.load_all()

    assert bureau.reasons()[2:] == [(ONE, "filed_again")]


@pytest.mark.parametrize(
    ("forms", "every", "reason"),
    [
        ("forms-2 reader-1", False, "forms_changed"),
        ("forms-1 reader-2", False, "reader_changed"),
        ("forms-1 reader-1", True, "forced"),
    ],
)
def test_reasons_of_the_product_and_of_people(bureau: Bureau, forms: str, every: bool, reason: str) -> None:
    bureau.load_all(forms, every=every)

    assert bureau.reasons()[2:] == [(ONE, reason), (TWO, reason)]


def test_tables_made_anew_are_a_reason(bureau: Bureau) -> None:
    forget_reading(bureau.warehouse)
    bureau.load_all()

    assert [reason for _, reason in bureau.reasons()[2:]] == ["tables_remade"] * 2
