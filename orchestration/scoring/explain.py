"""A score in sentences, Chinese and English, each number taken from the trace and held against it again.

What belongs here: which sentence says what of a judgement. What does not: the sentences
(`texts/explain.yml`), and reading a release.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from orchestration.texts import LANGUAGES, Language, text

Row = Mapping[str, Any]
_POINT_DECIMALS, _VALUE_DECIMALS, _PERCENT_DECIMALS = 2, 4, 2
_FRACTION, _PERCENTAGE_POINTS = "fraction", "percentage_points"
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?%?")
_STATES = ("missing", "not_applicable", "not_demonstrable")
# Numbers a rule judges and is judged by are of the unit of its metric; these are points or counts.
_IN_POINTS = frozenset({"points", "max_points", "step_points", "interval_points", "before", "missing_points"})
_ADJUSTMENTS = frozenset({"bonus", "penalty"})
_SHARES = frozenset({"point_share", "level"})
# Rounded by the scheme already.
_PUBLISHED = "published"
_COUNTS = frozenset({"peer_count", "rank", "ranked", "first", "last", "band", "year"})
# What one value differs from another by; a rule that judges changes has only such values.
_DIFFERENCES = frozenset({"difference", "window_min", "window_max", "window_half_width", "step_size"})
_OF_CHANGES = _DIFFERENCES | {"measure", "band_mean", "band_min", "band_max"}
_JUDGES_CHANGES = frozenset({"improvement_on_last_year"})


class NumberNotInTraceError(AssertionError):
    """A sentence holds a number that the trace does not."""


@dataclass(frozen=True)
class Fact:
    """A number of a sentence.

    Attributes:
        value: the number as the trace has it.
        shown: as the sentences of each language write it.
    """

    value: Decimal
    shown: Mapping[Language, str]


@dataclass(frozen=True)
class Sentence:
    """One sentence of an explanation.

    Attributes:
        key: its text.
        node_code: the node it is about; '' for the total.
        level: how deep that node stands in the tree.
        facts: its numbers by name.
        words: its names and labels by language.
    """

    key: str
    node_code: str = ""
    level: int = 0
    facts: Mapping[str, Fact] = field(default_factory=dict)
    words: Mapping[Language, Mapping[str, str]] = field(default_factory=dict)

    def said(self, language: Language) -> str:
        """The sentence in one language.

        Raises:
            NumberNotInTraceError: it holds a number that is none of its facts.
        """
        words = self.words.get(language, {})
        written = {name: fact.shown[language] for name, fact in self.facts.items()}
        self.verify(text(f"explain.{self.key}", language, **dict.fromkeys(words, " "), **written), language)
        return text(f"explain.{self.key}", language, **words, **written)

    def verify(self, bare: str, language: Language) -> None:
        """Hold a text's numbers against the facts.

        Args:
            bare: the text without its names, which may hold figures of their own (2012, C1).
            language: of the text.

        Raises:
            NumberNotInTraceError: a number is none of the facts.
        """
        known = {number for fact in self.facts.values() for number in _NUMBER.findall(fact.shown[language])}
        strangers = [number for number in _NUMBER.findall(bare) if number not in known]
        if strangers:
            raise NumberNotInTraceError(f"{self.key}: {', '.join(strangers)} in “{bare}”")


def shown(value: Decimal, name: str, unit: str = "") -> dict[Language, str]:
    """A number as sentences write it: points with two decimals, shares as percentages, counts whole.

    Args:
        value: the number of the trace.
        name: what it is, as the text calls it.
        unit: unit of the metric the rule judges, for numbers of that unit; `percentage_points` for what two
            fractions differ by.
    """
    if name not in _COUNTS | _IN_POINTS and unit == _PERCENTAGE_POINTS:
        number = _plain(value * 100, _PERCENT_DECIMALS)
        key = "percentage_point" if number.lstrip("-") == "1" else _PERCENTAGE_POINTS
        return {language: text(f"explain.{key}", language, number=number) for language in LANGUAGES}
    return dict.fromkeys(LANGUAGES, _number(value, name, unit))


def _number(value: Decimal, name: str, unit: str) -> str:
    if name in _COUNTS:
        return format(value.quantize(Decimal(1), ROUND_HALF_UP), "f")
    if name in _IN_POINTS:
        return _plain(value, _POINT_DECIMALS)
    if name == _PUBLISHED:
        return _plain(value, -int(value.as_tuple().exponent))
    if name in _SHARES or unit == _FRACTION:
        return _plain(value * 100, _PERCENT_DECIMALS) + "%"
    return _plain(value, _VALUE_DECIMALS)


def _plain(value: Decimal, decimals: int) -> str:
    rounded = format(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP), "f")
    if "." in rounded:
        rounded = rounded.rstrip("0").rstrip(".")
    return "0" if rounded in ("-0", "") else rounded


def explain_node(judgement: Row, indicator: Row, unit: str, metrics: Sequence[Row]) -> Iterator[Sentence]:
    """The sentences about one node.

    Args:
        judgement: its row of `fct_score_trace` with `trace_part` node.
        indicator: its row of `dim_indicators`.
        unit: unit of the metric its rule judges; '' where it has none.
        metrics: rows of the trace of the metrics that entered it, with their names.
    """
    names: dict[Language, dict[str, str]] = {
        "zh": {"node": indicator["node_name_zh"]},
        "en": {"node": indicator["node_name_en"]},
    }
    node, level = judgement["node_code"], indicator["node_level"]
    yield Sentence(
        _index_key(judgement)
        or _limit_key(judgement, indicator)
        or _adjustment_key(judgement)
        or _node_key(judgement),
        node,
        level,
        _node_facts(judgement),
        _with_state(names, judgement, metrics),
    )
    for metric in metrics:
        if metric["estimate_base"] is not None:
            yield _estimate(metric, node, level + 1)
    if judgement["rule_code"] and judgement["measure"] is not None:
        yield _rule(judgement, indicator, node, level + 1, unit)


def _node_key(judgement: Row) -> str:
    if judgement["value_status"] == "not_applicable":
        return "node_left_out"
    if judgement["points"] is None:
        return "node_missing"
    if judgement["rule_code"] and judgement["measure"] is None and judgement["point_share"] == 0:
        return "node_zero"
    before = judgement["points_before_limit"]
    return "node_limited" if before is not None and before != judgement["points"] else "node"


def _index_key(judgement: Row) -> str:
    """The text of a node of an index, which has a weight and no points of its own; '' of other nodes."""
    if judgement["weight"] is None:
        return ""
    if judgement["value_status"] == "not_applicable":
        return "index_node_left_out"
    if judgement["points"] is None:
        return "index_node_missing"
    return "index_node_zero" if judgement["rule_code"] and judgement["measure"] is None else "index_node"


def _limit_key(judgement: Row, indicator: Row) -> str:
    """The text of a node that gives no points and limits the one above; '' of other nodes."""
    if indicator["rule_family"] != "limit":
        return ""
    return "node_limit_unknown" if judgement["points"] is None else "node_limit"


def _adjustment_key(judgement: Row) -> str:
    """The text of points added to, or taken off, a total, which start from none; '' of other nodes."""
    is_scored = _node_key(judgement) == "node" and judgement["rule_code"] in _ADJUSTMENTS
    return f"node_{judgement['rule_code']}" if is_scored else ""


def _node_facts(judgement: Row) -> dict[str, Fact]:
    full = judgement["max_points"]
    if _node_key(judgement) == "node_left_out" or not full:
        full = judgement["stated_max_points"]
    values = {"points": judgement["points"], "max_points": full, "before": judgement["points_before_limit"]}
    values |= {"index": judgement["points"], "weight": judgement["weight"]}
    return facts_of(values)


def facts_of(
    values: Mapping[str, Decimal | int | None], unit: str = "", rule_code: str = ""
) -> dict[str, Fact]:
    """The numbers of a sentence as it writes them; what is null is no number.

    Args:
        values: numbers by the names the text has for them.
        unit: unit of the metric the rule judges; fractions differ by percentage points.
        rule_code: the rule, which may judge values or what they changed by.
    """
    differences = _OF_CHANGES if rule_code in _JUDGES_CHANGES else _DIFFERENCES
    return {
        name: Fact(
            Decimal(value),
            shown(
                Decimal(value),
                name,
                _PERCENTAGE_POINTS if unit == _FRACTION and name in differences else unit,
            ),
        )
        for name, value in values.items()
        if value is not None
    }


def _with_state(
    names: Mapping[Language, Mapping[str, str]], judgement: Row, metrics: Sequence[Row]
) -> dict[Language, dict[str, str]]:
    states = [metric["value_status"] for metric in metrics if metric["value_status"] in _STATES]
    # Values are there, yet no points: nobody to compare with, or a rule that takes what is there for nothing.
    otherwise = "missing" if judgement["points"] is None else "not_demonstrable"
    state = next((one for one in _STATES if one in states), otherwise)
    return {
        language: {**own, "state": text(f"explain.state_{state}", language)}
        for language, own in names.items()
    }


def _estimate(metric: Row, node: str, level: int) -> Sentence:
    facts = facts_of({"base": metric["estimate_base"], "mean": metric["estimate_mean"]})
    words: dict[Language, dict[str, str]] = {
        "zh": {"metric": metric["metric_name_zh"]},
        "en": {"metric": metric["metric_name_en"]},
    }
    return Sentence("estimate", node, level, facts, words)


def _rule(judgement: Row, indicator: Row, node: str, level: int, unit: str) -> Sentence:
    pairs = (pair.split("=") for pair in (judgement["parameters"] or "").split("; ") if pair)
    values: dict[str, Decimal | int | None] = {"nothing_at": Decimal(0)}
    values |= {code: Decimal(value) for code, value in pairs}
    for name in (
        *("measure", "peer_count", "band_mean", "band_min", "band_max", "difference", "point_share"),
        *("window_min", "window_max", "interval_points", "points"),
    ):
        values[name] = judgement[name]
    is_index = indicator["rule_family"] == "index"
    template = text_of("index" if is_index else judgement["rule_code"])
    if values["peer_count"] is None and "{peer_count}" in template:
        return Sentence("nobody_to_compare", node, level)
    if is_index:
        own_scale = facts_of({"index": judgement["points"]})
        return Sentence("rule_index", node, level, {**facts_of(values, unit), **own_scale})
    # Everybody else lies at or beyond the edges: the window is empty, and its ends are the edges.
    half = values.get("window_half_width")
    if half is not None and values["window_min"] is None:
        values["window_min"], values["window_max"] = -Decimal(half), Decimal(half)
    facts = facts_of(values, unit, judgement["rule_code"])
    return Sentence(f"rule_{_case(judgement, values)}", node, level, facts)


def _case(judgement: Row, values: Mapping[str, Decimal | int | None]) -> str:
    """Which text of a rule tells this judgement: the rule's code, with the case where there are several."""
    rule = str(judgement["rule_code"])
    measure, share, falls = judgement["measure"], judgement["point_share"], judgement["direction"] == "less"
    match rule:
        case "band_minmax":
            return f"{rule}_less" if falls else rule
        case "ratio_to_standard":
            full = values.get("full_at")
            return f"{rule}_reached" if full is not None and _is_at(measure, full, falls) else rule
        case "improvement_on_last_year":
            return f"{rule}_kept" if share == 1 and not _earns_all(values) else rule
        case "veto":
            return f"{rule}_triggered" if share is not None and share < 1 else rule
    return rule


def _is_at(measure: Decimal, standard: Decimal | int, falls: bool) -> bool:
    return measure <= standard if falls else measure >= standard


def _earns_all(values: Mapping[str, Decimal | int | None]) -> bool:
    """Whether the difference from the peers alone earns all points."""
    difference, half, highest = (
        values.get(name) for name in ("difference", "window_half_width", "window_max")
    )
    return difference is not None and (
        (half is not None and difference >= half) or (highest is not None and difference >= highest)
    )


def text_of(rule_code: str) -> str:
    """The template of a rule, to see which numbers it needs."""
    from orchestration.texts import catalogue

    return catalogue()[f"explain.rule_{rule_code}"]["en"]
