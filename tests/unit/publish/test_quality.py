"""The page's section on quality control: who needs attention, the index, and signals with their pictures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.publish.site import figures
from orchestration.publish.site.quality import Quality, quality
from tests.support.marts_fixture import SMALL, write_marts


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Quality]:
    with duckdb.connect(str(write_marts(tmp_path / "w.duckdb", SMALL)), read_only=True) as connection:
        yield quality(connection, 2015)


def test_only_who_needs_attention_is_listed_and_all_are_counted(shown: Quality) -> None:
    listed = {aspect.row["aspect"]: (aspect.attention.size, aspect.asked) for aspect in shown.aspects}
    assert listed == {"target_setting": (1, 3), "evaluation_quality": (0, 3)}


def test_the_index_starts_with_the_lowest(shown: Quality) -> None:
    points = [row["quality_points"] for row in shown.submitters.rows]
    assert points == sorted(points) and len(points) == 3


def test_a_statistic_that_is_no_signal_is_counted_and_not_told(shown: Quality) -> None:
    assert shown.asked == 2
    assert [row["subject_code"] for row in shown.signals.rows] == ["score_90"]


def test_a_told_threshold_has_its_picture_in_both_languages(shown: Quality) -> None:
    (crowding,) = shown.crowdings
    for language in ("zh", "en"):
        drawn = json.loads(crowding.charts[language])
        assert drawn["data"][0]["y"] == [9] * 6 + [0, 0] + [9] * 8
        assert drawn["layout"]["shapes"][0]["x0"] == 90
    assert "88.000000: 0" not in crowding.series
    assert "88: 0" in crowding.series


def test_a_probability_is_never_nought() -> None:
    assert figures.probability(Decimal("0")) == "< 0.000001"
    assert figures.probability(Decimal("0.003032")) == "0.003032"
    assert figures.probability(None) == figures.NOTHING


def test_a_change_bears_its_sign() -> None:
    assert [figures.signed(Decimal(value)) for value in ("1.255", "-0.5")] == ["+1.26", "-0.50"]
    assert figures.signed(None) == figures.NOTHING


def test_a_year_without_checks_has_nothing(tmp_path: Path) -> None:
    with duckdb.connect(str(write_marts(tmp_path / "w.duckdb", SMALL)), read_only=True) as connection:
        nothing = quality(connection, 1999)
    assert (nothing.aspects, nothing.asked, nothing.crowdings) == ([], 0, [])
    assert not any(listing.size for listing in nothing.listings())
