"""What the checks find of drawn defects, and that they are silent on a clean province."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality import LOUD, PROVINCE, Judgement, judged, province, told
from orchestration.sample.counties import county_region

PLACES = {"counties": 70, "departments": 50}


@pytest.fixture(scope="module")
def judgement(tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    folder = tmp_path_factory.mktemp("drawn")
    truth = province(folder, **PLACES, years=(2013, 2014), draws_defects=True)
    places = {PROVINCE, *(county_region(index).code for index in range(PLACES["counties"]))}
    return judged(truth, told(folder), places)


def test_drawn_defects_are_found_and_nothing_else_is_told(judgement: Judgement) -> None:
    missed = {one.kind.kind: one.missed for one in judgement.claimed() if one.missed}
    assert judgement.recall >= 0.98, missed
    assert judgement.precision >= 0.98, judgement.stray
    assert judgement.at_cell >= 0.75
    assert sum(one.planted for one in judgement.claimed()) > 100


def test_a_clean_province_has_no_block_and_no_error(tmp_path: Path) -> None:
    province(tmp_path, **PLACES, years=(2013, 2014), with_defects=False)
    loud = [one for one in told(tmp_path) if one.severity in LOUD]
    assert loud == []
