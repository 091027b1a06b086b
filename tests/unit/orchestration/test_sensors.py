"""What a change in the inbox asks for."""

from __future__ import annotations

from dagster import RunRequest

from orchestration.inbox import InboxFile
from orchestration.partitions import RANGE_END_TAG, RANGE_START_TAG
from orchestration.sensors import moved_versions, run_requests


def spans(requests: list[RunRequest]) -> list[tuple[str, str]]:
    return [(request.tags[RANGE_START_TAG], request.tags[RANGE_END_TAG]) for request in requests]


def test_nothing_new_asks_for_nothing() -> None:
    assert list(run_requests({"2012": "a", "": "x"}, {"2012": "a", "": "y"}, 1)) == []


def test_each_stretch_of_changed_years_is_one_run() -> None:
    seen = {"2012": "a", "2013": "b", "2014": "c", "2015": "d"}
    found = {"2012": "A", "2013": "B", "2014": "c", "2015": "D"}

    assert spans(list(run_requests(seen, found, 1))) == [("2012", "2013"), ("2015", "2015")]


def test_a_year_that_left_the_inbox_is_a_change() -> None:
    requests = list(run_requests({"2012": "a"}, {}, 1))

    assert spans(requests) == [("2012", "2012")]
    assert "withdrawn" in (requests[0].run_key or "")


def test_a_return_to_earlier_content_is_a_run_of_its_own() -> None:
    first = next(run_requests({}, {"2012": "a"}, 0))
    back = next(run_requests({"2012": "b"}, {"2012": "a"}, 2))

    assert first.run_key != back.run_key


def test_the_same_tick_again_asks_for_the_same_run() -> None:
    keys = {next(run_requests({}, {"2012": "a"}, 0)).run_key for _ in range(2)}

    assert len(keys) == 1


def test_only_versions_in_another_order_ask_for_a_run() -> None:
    def file(name: str, seconds: float) -> InboxFile:
        return InboxFile(f"2012/a/{name}", 2012, "a", name, 1, seconds, name)

    published = [("one.xlsx", "two.xlsx")]
    as_published = [file("one.xlsx", 1), file("two.xlsx", 2), file("three.xlsx", 9)]
    other_order = [file("one.xlsx", 3), file("two.xlsx", 2), file("three.xlsx", 1)]

    assert moved_versions(published, as_published) == {}
    assert list(moved_versions(published, other_order)) == ["2012"]
