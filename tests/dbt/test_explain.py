"""Explanations of every score of a small province: complete, and each number held against the trace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from orchestration.scoring.explain import (
    Fact,
    NumberNotInTraceError,
    Sentence,
    explain_node,
    facts_of,
    shown,
)
from orchestration.scoring.explained import Explanation, NotExplainedError, explanation
from orchestration.texts import LANGUAGES, Language, catalogue
from tests.support.mini_province import MiniProvince

EVERY_KEY = (
    *(
        "total",
        "total_incomplete",
        "rank",
        "rank_interval",
        "rank_firm",
        "strengths",
        "weaknesses",
        "grade",
        "source",
        "default",
        "estimated",
        "estimate",
        "node",
    ),
    *("node_missing", "node_left_out", "rule_band_window_minmax", "rule_band_minmax", "rule_mean_reached"),
    *("rule_ratio_to_standard", "rule_improvement_on_last_year", "rule_proportion_capped"),
    *("rule_target_over_actual", "rule_growth_not_above_zero"),
)
TRACED = (
    *("value_status", "points_before_limit", "stated_max_points", "band_mean", "band_min", "band_max"),
    *("difference", "window_min", "window_max", "interval_points", "weight"),
)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:%|个百分点| percentage points?)?")


@pytest.fixture(scope="module")
def explained(built: Any) -> list[Explanation]:
    with duckdb.connect(str(built), read_only=True) as connection:
        cards = connection.execute(
            "select subject_code, fiscal_year, scheme_edition from marts.rpt_region_scorecard "
            "union all select subject_code, fiscal_year, scheme_edition from marts.rpt_department_scorecard "
            "order by all"
        ).fetchall()
        return [explanation(connection, *card) for card in cards]


def numbers_of_trace(connection: duckdb.DuckDBPyConnection, card: dict[str, Any]) -> dict[str, list[Decimal]]:
    """Every number the trace has about a node of this score, and about its total from the scorecard."""
    cursor = connection.execute(
        "select * from marts.fct_score_trace where scheme_code = ? and scheme_edition = ? "
        "and subject_code = ? and fiscal_year = ?",
        [card[key] for key in ("scheme_code", "scheme_edition", "subject_code", "fiscal_year")],
    )
    names = [column[0] for column in cursor.description]
    found: dict[str, list[Decimal]] = {
        "": [Decimal(v) for v in card.values() if isinstance(v, int | Decimal)]
    }
    found[""].append(Decimal(card["band_code"] or 0))
    for row in (dict(zip(names, row, strict=True)) for row in cursor.fetchall()):
        own = [Decimal(value) for value in row.values() if isinstance(value, int | Decimal)]
        own += [Decimal(number) for number in NUMBER.findall(row["parameters"] or "")]
        # Not stated, and nothing in its place: no value earns nothing; the window is empty.
        own += [Decimal(0), *(-value for value in own)]
        found.setdefault(row["node_code"], []).extend(own)
        if row["parent_node_code"] is None:
            found[""].extend(own)
    return found


def is_among(number: str, values: list[Decimal]) -> bool:
    plain = re.sub(r"[^-\d.]", "", number)
    scale = Decimal(1) if number == plain else Decimal(100)
    half = Decimal(1).scaleb(Decimal(plain).as_tuple().exponent) / 2  # type: ignore[arg-type]
    return any(abs(value * scale - Decimal(plain)) <= half for value in values)


def bare(sentence: Sentence, language: Language) -> str:
    said = sentence.said(language)
    for word in sorted(sentence.words.get(language, {}).values(), key=len, reverse=True):
        said = said.replace(word, " ") if word else said
    return said


def test_every_number_of_every_sentence_is_one_of_the_trace(
    explained: list[Explanation], marts: duckdb.DuckDBPyConnection
) -> None:
    checked = 0
    for one in explained:
        known = numbers_of_trace(marts, one.card)
        for sentence in one.sentences:
            for language in LANGUAGES:
                for number in NUMBER.findall(bare(sentence, language)):
                    said = sentence.said(language)
                    assert is_among(number, known[sentence.node_code]), (said, number)
                    checked += 1
    assert checked > 10_000


def sentences(explained: list[Explanation]) -> Iterator[Sentence]:
    return (sentence for one in explained for sentence in one.sentences)


def test_every_node_is_spoken_of_and_no_gap_is_left(explained: list[Explanation]) -> None:
    seen = Counter(sentence.key for sentence in sentences(explained))
    for key in EVERY_KEY:
        assert seen[key] > 0, key
    for one in explained:
        told = {sentence.node_code for sentence in one.sentences if sentence.key.startswith("node")}
        assert len(told) >= 23
    for sentence in sentences(explained):
        for language in LANGUAGES:
            assert not re.search(r"[{}]|None|\bnan\b", sentence.said(language))


def test_each_rule_has_a_sentence() -> None:
    from orchestration.methods.scheme_rules import rule_catalogue
    from orchestration.resources.paths import DBT_PROJECT

    kinds = rule_catalogue(DBT_PROJECT).kinds
    wanted = {code if kind["family"] != "index" else "index" for code, kind in kinds.items()}
    assert {f"explain.rule_{code}" for code in wanted} <= catalogue().keys()


@pytest.mark.parametrize(
    ("rule", "said", "key"),
    [
        ("band_minmax", {"direction": "more"}, "rule_band_minmax"),
        ("band_minmax", {"direction": "less"}, "rule_band_minmax_less"),
        ("ratio_to_standard", {"measure": "1.02"}, "rule_ratio_to_standard_reached"),
        ("ratio_to_standard", {"measure": "0.98"}, "rule_ratio_to_standard"),
        ("improvement_on_last_year", {"difference": "0.02"}, "rule_improvement_on_last_year_kept"),
        ("improvement_on_last_year", {"difference": "0.1"}, "rule_improvement_on_last_year"),
        ("improvement_on_last_year", {"point_share": "0.5"}, "rule_improvement_on_last_year"),
        ("veto", {"point_share": "0"}, "rule_veto_triggered"),
        ("veto", {"point_share": "1"}, "rule_veto"),
    ],
)  # fmt: skip
def test_a_rule_with_several_cases_tells_the_one_that_holds(
    rule: str, said: dict[str, str], key: str
) -> None:
    judgement: dict[str, Any] = dict.fromkeys(TRACED)
    judgement |= {"rule_code": rule, "direction": "more", "node_code": "n", "measure": Decimal("0.5")}
    judgement |= {"points": Decimal(1), "max_points": Decimal(1), "point_share": Decimal(1), "peer_count": 3}
    judgement |= {"parameters": "full_at=1; window_half_width=0.1", "window_max": Decimal("0.05")}
    judgement |= {name: value if name == "direction" else Decimal(value) for name, value in said.items()}
    named = {"node_name_zh": "指标", "node_name_en": "node", "node_level": 1, "rule_family": "points"}
    *_, last = explain_node(judgement, named, "", [])
    assert last.key == key


@pytest.mark.parametrize(
    ("state", "points", "told"),
    [
        ("not_applicable", None, "node: not scored, not applicable (5 points)."),
        ("missing", None, "node: not scored, data are missing (5 points)."),
        ("reported", None, "node: not scored, data are missing (5 points)."),
        ("not_demonstrable", Decimal(0), "node: not demonstrable; by rule 0 of 5 points."),
    ],
)
def test_what_has_no_measure_says_in_which_state_it_is(state: str, points: Decimal | None, told: str) -> None:
    judgement: dict[str, Any] = dict.fromkeys((*TRACED, "measure"))
    judgement |= {"rule_code": "threshold", "node_code": "n", "points": points, "max_points": Decimal(5)}
    judgement |= {"point_share": points, "value_status": "missing" if points is None else "reported"}
    named = {"node_name_zh": "指标", "node_name_en": "node", "node_level": 1, "rule_family": "points"}
    metric = {"value_status": state, "estimate_base": None}
    (sentence,) = explain_node(judgement, named, "", [metric])
    assert sentence.said("en") == told


def test_a_number_that_is_no_fact_is_refused() -> None:
    fact, full = (Fact(Decimal(number), dict.fromkeys(LANGUAGES, number)) for number in ("1.5", "2"))
    assert (
        Sentence("default", facts={"points": fact}).said("en") == "1.5 points rest on the project's defaults."
    )
    sentence = Sentence("node", facts={"points": fact, "max_points": full})
    sentence.verify("1.5 of 2 points", "en")
    with pytest.raises(NumberNotInTraceError, match="5"):
        sentence.verify("5 of 2 points", "en")


@pytest.mark.parametrize(
    ("value", "name", "unit", "expected"),
    [
        ("12.345", "points", "fraction", "12.35"), ("0.125", "measure", "fraction", "12.5%"),
        ("3", "rank", "", "3"), ("0.666666666667", "point_share", "", "66.67%"),
        ("-0.00001", "measure", "", "0"), ("1200", "measure", "", "1200"), ("0.9", "level", "", "90%"),
        ("-0.0523", "difference", "percentage_points", "-5.23 percentage points"),
        ("0.01", "step_size", "percentage_points", "1 percentage point"),
        ("-0.01", "difference", "percentage_points", "-1 percentage point"),
        ("2", "points", "percentage_points", "2"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_read_them(value: str, name: str, unit: str, expected: str) -> None:
    assert shown(Decimal(value), name, unit)["en"] == expected


def test_fractions_differ_by_percentage_points() -> None:
    values = {name: Decimal("0.125") for name in ("measure", "difference", "band_mean", "full_at")}
    of_values, of_changes = (
        facts_of(values, "fraction", rule) for rule in ("band_window_minmax", "improvement_on_last_year")
    )
    points = {"zh": "12.5个百分点", "en": "12.5 percentage points"}
    assert of_values["difference"].shown == of_changes["measure"].shown == points
    assert of_changes["band_mean"].shown == points
    assert {of_values[name].shown["zh"] for name in ("measure", "band_mean", "full_at")} == {"12.5%"}
    assert of_changes["full_at"].shown["en"] == "12.5%"
    assert facts_of(values, "yuan", "band_window_minmax")["difference"].shown["en"] == "0.125"


def test_a_score_that_is_not_there_or_not_one_is_refused(
    marts: duckdb.DuckDBPyConnection, mini_province: MiniProvince
) -> None:
    with pytest.raises(NotExplainedError, match="no score of nobody"):
        explanation(marts, "nobody", 2013)
    with pytest.raises(NotExplainedError, match=r"no score of .* for 1066; there are 20"):
        explanation(marts, mini_province.counties[0], 1066)
    with pytest.raises(NotExplainedError, match=r"under “tomorrow”; there are 396-2012"):
        explanation(marts, mini_province.counties[0], max(mini_province.years), "tomorrow")
    with pytest.raises(NotExplainedError, match="396-2012, hunan-2013"):
        explanation(marts, mini_province.counties[0], max(mini_province.years))


def test_the_column_of_the_scorecard_says_what_is_said_of_the_total(explained: list[Explanation]) -> None:
    assert sum(bool(found.card["strengths_en"]) for found in explained) > len(explained) / 2
    for found in explained:
        for language, separator in (("zh", ""), ("en", " ")):
            of_total = (one.said(language) for one in found.sentences if not one.node_code)
            assert found.card[f"explanation_{language}"] == separator.join(of_total)
