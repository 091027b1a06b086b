"""Points recomputed from `fct_score_trace` alone, in plain `decimal`: no seed, no model, no other figure.

Rules are written again from their descriptions, so an error in the SQL, or a row the trace lacks, shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

Row = Mapping[str, Any]
Subject = tuple[str, int]
TWELVE_PLACES = Decimal(1).scaleb(-12)
ZERO, ONE = Decimal(0), Decimal(1)
MISSING, LEFT_OUT, REPORTED = "missing", "not_applicable", "reported"
ADJUSTMENTS, LIMITS = ("bonus", "penalty"), ("veto", "cap_by_variable")
SETTINGS = ("reference_value", "item_points", "counted_from", "most_item_points")
OF_PEERS = (
    *("band_window_minmax", "band_minmax", "ratio_to_standard", "improvement_on_last_year"),
    *("growth_not_above_zero", "mean_reached"),
)


def divide(numerator: Decimal, denominator: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec = 80
        return (numerator / denominator).quantize(TWELVE_PLACES, rounding=ROUND_HALF_UP)


@dataclass
class Leaf:
    """What the trace says about one scored node of one subject."""

    rule: str
    combination: str
    direction: str
    policies: dict[str, str]
    parameters: dict[str, Decimal]
    settings: dict[tuple[str, str], dict[str, Decimal]] = field(default_factory=dict)
    figures: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))
    said: dict[str, Decimal | None] = field(default_factory=dict)
    metrics: dict[tuple[str, str], Row] = field(default_factory=dict)


@dataclass
class Judged:
    """A measure with its state, and the two values some rules look at."""

    state: str
    measure: Decimal | None = None
    value: Decimal | None = None
    previous: Decimal | None = None


@dataclass
class Earned:
    """A node's share or points, before the points of others come to it."""

    state: str
    share: Decimal = ZERO
    points: Decimal = ZERO


class Trace:
    """One edition of a scheme in the trace: leaves, tree and what each subject was given."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.leaves: dict[tuple[Subject, str], Leaf] = {}
        self.parents: dict[str, str | None] = {}
        self.aggregations: dict[str, str | None] = {}
        self.rules: dict[str, str | None] = {}
        self.stated: dict[str, Decimal] = {}
        self.results: dict[tuple[Subject, str], Row] = {}
        self.subjects: set[Subject] = set()
        for row in rows:
            self._take(row)

    def _take(self, row: Row) -> None:
        subject, node = (row["subject_code"], row["fiscal_year"]), row["node_code"]
        self.subjects.add(subject)
        self.parents[node] = row["parent_node_code"]
        self.aggregations[node], self.rules[node] = row["aggregation"], row["rule_code"]
        if row["trace_part"] == "node":
            self.results[subject, node] = row
            if row["stated_max_points"] is not None:
                self.stated[node] = row["stated_max_points"]
        if row["rule_code"] is None:
            return
        leaf = self.leaves.setdefault((subject, node), _leaf(row))
        if row["trace_part"] == "figure":
            leaf.figures[row["metric_role"], row["metric_code"]].append(row)
        elif row["trace_part"] == "metric":
            key = row["metric_role"], row["metric_code"]
            leaf.metrics[key] = row
            leaf.settings[key] = {name: row[name] for name in SETTINGS if row[name] is not None}
        else:
            leaf.said = {name: row[name] for name in ("peer_year", "band_number", "interval_points")}

    def children(self, node: str | None) -> list[str]:
        return [code for code, parent in self.parents.items() if parent == node]

    # ---- points -------------------------------------------------------------------------------------------

    def points(self) -> dict[tuple[Subject, str], Decimal | None]:
        """(subject, node) → points of every node, recomputed."""
        judged = {key: judge(leaf) for key, leaf in self.leaves.items()}
        peers = self._peers(judged)
        earned = {
            key: earn(leaf, judged[key], peers.get(key, []), self._own_points(key[1]))
            for key, leaf in self.leaves.items()
        }
        found: dict[tuple[Subject, str], Decimal | None] = {}
        (top,) = self.children(None)
        for subject in self.subjects:
            self._descend(subject, top, ONE, earned, found)
        return found

    def _own_points(self, node: str) -> Decimal:
        return self.stated.get(node, ZERO)

    def _peers(
        self, judged: Mapping[tuple[Subject, str], Judged]
    ) -> dict[tuple[Subject, str], list[Decimal]]:
        """Measures of those a subject is compared with: same node, same year and band as the trace says."""
        groups: dict[tuple[str, Decimal | None, Decimal | None], list[Decimal]] = defaultdict(list)
        place: dict[tuple[Subject, str], tuple[str, Decimal | None, Decimal | None]] = {}
        for key, leaf in self.leaves.items():
            if leaf.rule in OF_PEERS and leaf.said.get("band_number") is not None:
                place[key] = (key[1], leaf.said["peer_year"], leaf.said["band_number"])
                measure = judged[key].measure
                if measure is not None:
                    groups[place[key]].append(measure)
        return {key: groups[group] for key, group in place.items()}

    def _counts(self, subject: Subject, node: str, earned: Mapping[tuple[Subject, str], Earned]) -> bool:
        below = [child for child in self.children(node) if self.rules[child] not in (*ADJUSTMENTS, *LIMITS)]
        if below:
            return any(self._counts(subject, child, earned) for child in below)
        return earned[subject, node].state != LEFT_OUT

    def _descend(
        self,
        subject: Subject,
        node: str,
        stretch: Decimal,
        earned: Mapping[tuple[Subject, str], Earned],
        found: dict[tuple[Subject, str], Decimal | None],
    ) -> tuple[Decimal | None, Decimal]:
        """Points of a node and the full points that count for it, `stretch` times its stated ones."""
        if node not in {parent for parent in self.parents.values() if parent}:
            points, full = self._of_leaf(earned[subject, node], node, stretch)
        else:
            points, full = self._of_inner(subject, node, stretch, earned, found)
        found[subject, node] = points
        return points, full

    def _of_leaf(self, own: Earned, node: str, stretch: Decimal) -> tuple[Decimal | None, Decimal]:
        if self.rules[node] in LIMITS:
            return (ZERO if own.state == REPORTED else None), ZERO
        full = self._own_points(node) * (ONE if self.rules[node] in ADJUSTMENTS else stretch)
        if own.state == LEFT_OUT:
            return None, ZERO
        if own.state == MISSING:
            return None, full
        return (own.points if self.rules[node] in ADJUSTMENTS else own.share * full), full

    def _of_inner(
        self,
        subject: Subject,
        node: str,
        stretch: Decimal,
        earned: Mapping[tuple[Subject, str], Earned],
        found: dict[tuple[Subject, str], Decimal | None],
    ) -> tuple[Decimal | None, Decimal]:
        children = self.children(node)
        scored = [child for child in children if self.rules[child] not in (*ADJUSTMENTS, *LIMITS)]
        every = sum((self._own_points(child) for child in scored), ZERO)
        counting = sum(
            (self._own_points(child) for child in scored if self._counts(subject, child, earned)), ZERO
        )
        spread = stretch * (every / counting if counting else ONE)
        parts = {
            child: self._descend(subject, child, spread if child in scored else ONE, earned, found)
            for child in children
        }
        full = sum((parts[child][1] for child in scored), ZERO)
        added = [
            parts[child][0]
            for child in children
            if self.rules[child] not in LIMITS and parts[child][0] is not None
        ]
        if not added:
            return None, full
        total = sum((points for points in added if points is not None), ZERO)
        if self.aggregations[node] == "minimum_share":
            shares = [
                points / most
                for points, most in (parts[child] for child in scored)
                if points is not None and most
            ]
            total = min(shares) * full
        limits = [
            earned[subject, child].share
            for child in children
            if self.rules[child] in LIMITS and earned[subject, child].state == REPORTED
        ]
        total = max(min([total, *(limit * full for limit in limits)]), ZERO)
        if self.parents[node] is None:
            total = min(total, self._own_points(node))
        return total, full


def _leaf(row: Row) -> Leaf:
    policies = {state: row[f"{state}_policy"] for state in (MISSING, "not_applicable", "not_demonstrable")}
    pairs = (pair.split("=") for pair in (row["parameters"] or "").split("; ") if pair)
    parameters = {code: Decimal(value) for code, value in pairs}
    return Leaf(row["rule_code"], row["combination"], row["direction"], policies, parameters)


# ---- metrics and measures ----------------------------------------------------------------------------------


def metric(leaf: Leaf, role: str, code: str) -> tuple[str, Decimal | None, bool]:
    """State and value of a metric from its figures, and whether the whole it is a part of exists."""
    own = leaf.metrics[role, code]
    if own["estimate_base"] is not None:
        return REPORTED, divide(own["estimate_base"], own["estimate_mean"]), False
    rows = leaf.figures[role, code]
    below = [row for row in rows if row["input_role"] == "denominator"]
    total = sum(
        (row["coefficient"] * row["input_value"] for row in below if row["input_value"] is not None), ZERO
    )
    for state in (MISSING, "not_demonstrable", "not_applicable"):
        if any(row["value_status"] == state for row in rows):
            return state, None, total != 0
    above = sum(
        (row["coefficient"] * row["input_value"] for row in rows if row["input_role"] == "numerator"), ZERO
    )
    if not below:
        return REPORTED, above, False
    return (REPORTED, divide(above, total), True) if total else ("not_applicable", None, False)


def judge(leaf: Leaf) -> Judged:
    """The one value a rule judges, from the metrics that enter its node."""
    entering = list(leaf.metrics)
    found = {key: metric(leaf, *key) for key in entering}
    if leaf.combination == "fallback":
        (first,) = (key for key in entering if key[0] == "value")
        state, _, has_whole = found[first]
        is_void = state == "not_applicable" and not has_whole
        found = {key: value for key, value in found.items() if (key[0] == "fallback") == is_void}
    if leaf.combination == "best_of":
        return _best(leaf, list(found.values()))
    states = [MISSING if state == "not_applicable" and whole else state for state, _, whole in found.values()]
    for state in (MISSING, "not_demonstrable", "not_applicable"):
        if state in states:
            return Judged(state)
    values = {key: value for key, (_, value, _) in found.items() if value is not None}
    return _combined(leaf, values)


def _best(leaf: Leaf, found: Sequence[tuple[str, Decimal | None, bool]]) -> Judged:
    if any(state == MISSING or (state == "not_applicable" and whole) for state, _, whole in found):
        return Judged(MISSING)
    if any(state == "not_demonstrable" for state, _, _ in found):
        return Judged("not_demonstrable")
    count = int(leaf.parameters["best_count"])
    best = sorted((value for _, value, _ in found if value is not None), reverse=leaf.direction != "less")[
        :count
    ]
    return (
        Judged("not_applicable")
        if len(best) < count
        else Judged(REPORTED, divide(sum(best, ZERO), Decimal(count)))
    )


def _combined(leaf: Leaf, values: Mapping[tuple[str, str], Decimal]) -> Judged:
    by_role = {role: value for (role, _), value in values.items()}
    if leaf.combination == "difference":
        own, before = by_role["value"], by_role["previous"]
        return Judged(REPORTED, own - before, own, before)
    if leaf.combination == "mean_absolute_gap":
        gaps = [abs(value - leaf.settings[key]["reference_value"]) for key, value in values.items()]
        return Judged(REPORTED, divide(sum(gaps, ZERO), Decimal(len(gaps))))
    if leaf.combination == "checklist":
        return Judged(
            REPORTED, sum((_piece(leaf.settings[key], value) for key, value in values.items()), ZERO)
        )
    if leaf.combination == "panel_mean" and by_role["sample"] < leaf.parameters["minimum_sample"]:
        return Judged("not_demonstrable")
    own = by_role.get("value", by_role.get("fallback", ZERO))
    return Judged(REPORTED, own, own)


def _piece(settings: Mapping[str, Decimal], value: Decimal) -> Decimal:
    earned = max(value - settings.get("counted_from", ZERO), ZERO) * settings["item_points"]
    return min(earned, settings.get("most_item_points", earned))


# ---- rules -------------------------------------------------------------------------------------------------


def earn(leaf: Leaf, own: Judged, peers: Sequence[Decimal], full_points: Decimal) -> Earned:
    """What the rule gives, or what the policy says without a value."""
    if own.state != REPORTED:
        policy = leaf.policies[own.state]
        return Earned({"incomplete": MISSING, "rescale": LEFT_OUT, "zero": REPORTED}[policy])
    assert own.measure is not None
    if leaf.rule in ADJUSTMENTS:
        counted = min(own.measure * leaf.parameters["step_points"], full_points)
        return Earned(REPORTED, points=counted if leaf.rule == "bonus" else -counted)
    share = share_of(leaf, own, peers, full_points)
    return Earned(MISSING) if share is None else Earned(REPORTED, share)


def share_of(leaf: Leaf, own: Judged, peers: Sequence[Decimal], full_points: Decimal) -> Decimal | None:
    measure, parameters, is_less = own.measure, leaf.parameters, leaf.direction == "less"
    assert measure is not None
    if leaf.rule in OF_PEERS:
        return share_among(leaf, own, peers, is_less)
    if leaf.rule in ("proportion_capped", "cap_by_variable"):
        nothing = parameters.get("nothing_at", ZERO)
        return max(ZERO, min(ONE, divide(measure - nothing, parameters["full_at"] - nothing)))
    if leaf.rule == "threshold":
        reached = measure <= parameters["threshold"] if is_less else measure >= parameters["threshold"]
        return ONE if reached else ZERO
    if leaf.rule.startswith("step_deduction"):
        return _after_steps(leaf, measure, full_points, is_less)
    if leaf.rule == "target_over_actual":
        return ONE if measure <= parameters["target"] else divide(parameters["target"], measure)
    if leaf.rule == "deviation_floor":
        return max(ZERO, ONE - divide(abs(measure), parameters["nothing_at"]))
    if leaf.rule == "sum_of_items":
        return min(ONE, divide(measure, full_points))
    if leaf.rule == "veto":
        met = measure <= parameters["veto_at"] if is_less else measure >= parameters["veto_at"]
        return parameters.get("share_kept", ZERO) if met else ONE
    if leaf.rule == "interval_table":
        points = leaf.said["interval_points"]
        assert points is not None
        return divide(points, full_points)
    raise AssertionError(f"no rule {leaf.rule}")


def _after_steps(leaf: Leaf, measure: Decimal, full_points: Decimal, is_less: bool) -> Decimal:
    away = measure - leaf.parameters["start"] if is_less else leaf.parameters["start"] - measure
    if away <= 0:
        return ONE
    steps = divide(away, leaf.parameters["step_size"])
    if leaf.rule.endswith("completed"):
        steps = steps.to_integral_value(ROUND_FLOOR)
    if leaf.rule.endswith("begun"):
        steps = steps.to_integral_value(ROUND_CEILING)
    left = full_points - steps * leaf.parameters["step_points"]
    return divide(max(left, leaf.parameters.get("floor_points", ZERO)), full_points)


def share_among(leaf: Leaf, own: Judged, peers: Sequence[Decimal], is_less: bool) -> Decimal | None:
    """Rules that compare; None where the subject has nobody to be compared with."""
    measure, full = own.measure, leaf.parameters.get("full_at", ZERO)
    assert measure is not None
    at_standard = [
        value <= full if is_less else value >= full
        for value in (own.value, own.previous)
        if value is not None
    ]
    if leaf.rule == "ratio_to_standard" and at_standard[0]:
        return ONE
    if leaf.rule == "improvement_on_last_year" and all(at_standard):
        return ONE
    if leaf.rule == "growth_not_above_zero" and measure <= 0:
        return ONE
    if not peers:
        return None
    low, high = min(peers), max(peers)
    mean = divide(sum(peers, ZERO), Decimal(len(peers)))
    if leaf.rule in ("band_window_minmax", "improvement_on_last_year"):
        return _in_window(leaf, measure, peers, mean, is_less)
    if leaf.rule == "growth_not_above_zero":
        return divide(high - measure, high)
    if leaf.rule == "mean_reached":
        reached = measure <= mean if is_less else measure >= mean
        return ONE if reached else divide(mean, measure) if is_less else divide(measure, mean)
    if leaf.rule == "ratio_to_standard":
        return divide(high - measure, high - full) if is_less else divide(measure - low, full - low)
    if high == low:
        return Decimal("0.5")
    return divide(high - measure if is_less else measure - low, high - low)


def _in_window(
    leaf: Leaf, measure: Decimal, peers: Sequence[Decimal], mean: Decimal, is_less: bool
) -> Decimal:
    half, sign = leaf.parameters["window_half_width"], -1 if is_less else 1
    own = sign * (measure - mean)
    if abs(own) >= half:
        return ONE if own > 0 else ZERO
    inside = [sign * (peer - mean) for peer in peers if abs(peer - mean) < half]
    low, high = min(inside), max(inside)
    return divide(own + half, 2 * half) if high == low else divide(own - low, high - low)
