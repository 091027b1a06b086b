"""Independent recomputation in plain `decimal` of what the SQL computes, from the same seeds.

Nothing here looks at a model: rules are written again from the methodology, so an error in the SQL shows.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import cache
from pathlib import Path

SCHEMES = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds" / "schemes"
ADJUSTMENTS = ("bonus", "penalty")
TWELVE_PLACES = Decimal(1).scaleb(-12)
NOT_APPLICABLE = "not_applicable"
NOT_DEMONSTRABLE = "not_demonstrable"

Figure = Decimal | None | str
SchemeKey = tuple[str, str]
Figures = Mapping[tuple[str, int, str], Figure]


@cache
def table(path: str) -> tuple[dict[str, str], ...]:
    """Rows of a seed that belongs to no scheme, such as `targets/coverage_targets.csv`."""
    return tuple(rows_of(SCHEMES.parent / path))


@cache
def seed(name: str) -> tuple[dict[str, str], ...]:
    """Rows of one table of all shipped schemes, each with the scheme's code; nodes with their parameters."""
    found: list[dict[str, str]] = []
    for folder in sorted(path for path in SCHEMES.iterdir() if path.is_dir()):
        about = rows_of(folder / "scheme.csv")[0]
        for order, row in enumerate(rows_of(folder / f"{name}.csv")):
            row |= {"scheme_code": about["scheme_code"], "scheme_edition": about["scheme_edition"]}
            if name == "nodes":
                row |= {"node_order": str(order + 1), **parameters_of(folder, row["node_code"])}
            found.append(row)
    return tuple(found)


def rows_of(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parameters_of(folder: Path, node_code: str) -> dict[str, str]:
    rows = rows_of(folder / "parameters.csv")
    return {row["parameter_code"]: row["parameter_value"] for row in rows if row["node_code"] == node_code}


def divide(numerator: Decimal, denominator: Decimal) -> Decimal:
    """n / d at twelve decimals, half up, as methodology U18 and the design ask."""
    with localcontext() as context:
        context.prec = 80
        return (numerator / denominator).quantize(TWELVE_PLACES, rounding=ROUND_HALF_UP)


def round_points(value: Decimal) -> Decimal:
    return value.quantize(TWELVE_PLACES, rounding=ROUND_HALF_UP)


def key_of(row: Mapping[str, str]) -> SchemeKey:
    return row["scheme_code"], row["scheme_edition"]


def metric(figures: Figures, subject: str, year: int, metric_code: str, scheme: SchemeKey) -> Figure:
    """Value of a metric, None when missing, NOT_APPLICABLE when it does not apply."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    roles: set[str] = set()
    states: list[Figure] = []
    for term in seed("metric_terms"):
        if term["metric_code"] != metric_code or key_of(term) != scheme:
            continue
        roles.add(term["term_role"])
        value = figures.get((subject, year + int(term["year_offset"]), term["figure_code"]))
        states.append(value)
        if isinstance(value, Decimal):
            sums[term["term_role"]] += value * Decimal(term["coefficient"])
    if any(value is None for value in states):
        return None
    if NOT_DEMONSTRABLE in states:
        return NOT_DEMONSTRABLE
    if NOT_APPLICABLE in states:
        return NOT_APPLICABLE
    if "denominator" not in roles:
        return sums["numerator"]
    if sums["denominator"] == 0:
        return NOT_APPLICABLE
    return divide(sums["numerator"], sums["denominator"])


def has_whole(figures: Figures, subject: str, year: int, metric_code: str, scheme: SchemeKey) -> bool:
    """Whether the whole that the metric takes a part of was stated and is not zero."""
    found = [
        (figures.get((subject, year + int(term["year_offset"]), term["figure_code"])), term["coefficient"])
        for term in seed("metric_terms")
        if term["metric_code"] == metric_code
        and key_of(term) == scheme
        and term["term_role"] == "denominator"
    ]
    return sum((v * Decimal(c) for v, c in found if isinstance(v, Decimal)), Decimal(0)) != 0


def bands(values: Mapping[str, Decimal], rules: list[tuple[int, int]]) -> dict[str, int]:
    """Equal-count bands, ties together in the lower band (methodology U1)."""
    count = max(bands_ for least, bands_ in rules if len(values) >= least)
    order = sorted(values.values())
    return {s: order.index(v) * count // len(values) + 1 for s, v in values.items()}


@dataclass
class Judged:
    """One leaf: its measure and the two values some rules look at."""

    measure: Figure
    value: Figure
    previous: Figure


def only_the_denominator_is_missing(
    figures: Figures, subject: str, year: int, metric_code: str, scheme: SchemeKey
) -> bool:
    states = [
        (term["term_role"], figures.get((subject, year + int(term["year_offset"]), term["figure_code"])))
        for term in seed("metric_terms")
        if term["metric_code"] == metric_code and key_of(term) == scheme
    ]
    return (
        any(value is None for _, value in states)
        and all(role == "denominator" for role, value in states if value is None)
        and not any(value in (NOT_APPLICABLE, NOT_DEMONSTRABLE) for _, value in states)
    )


def estimate(
    figures: Figures, subject: str, year: int, metric_code: str, scheme: SchemeKey, band_of: Mapping[str, int]
) -> Figure:
    """What a metric is taken to be where only what it divides by was not filed (methodology U10)."""
    definition = next(m for m in seed("metrics") if m["metric_code"] == metric_code and key_of(m) == scheme)
    base = definition.get("estimated_from")
    if not base or not only_the_denominator_is_missing(figures, subject, year, metric_code, scheme):
        return None
    of_peers = [
        metric(figures, peer, year, base, scheme)
        for peer, band in band_of.items()
        if band == band_of.get(subject)
    ]
    known = [value for value in of_peers if isinstance(value, Decimal)]
    own = metric(figures, subject, year, base, scheme)
    if not isinstance(own, Decimal) or subject not in band_of or not sum(known):
        return None
    return divide(own, divide(sum(known, Decimal(0)), Decimal(len(known))))


def stated(
    figures: Figures, subject: str, year: int, metric_code: str, scheme: SchemeKey, band_of: Mapping[str, int]
) -> Figure:
    """The metric or its estimate; None also where a part is said not to apply of a whole that exists."""
    value = metric(figures, subject, year, metric_code, scheme)
    if value is None:
        return estimate(figures, subject, year, metric_code, scheme, band_of)
    if value == NOT_APPLICABLE and has_whole(figures, subject, year, metric_code, scheme):
        return None
    return value


def judge(
    node: Mapping[str, str], figures: Figures, subject: str, year: int, band_of: Mapping[str, int]
) -> Judged:
    inputs = [i for i in seed("inputs") if i["node_code"] == node["node_code"]]
    inputs = [i for i in inputs if key_of(i) == key_of(node)]
    found = [(i, stated(figures, subject, year, i["metric_code"], key_of(node), band_of)) for i in inputs]
    if node["combination"] == "fallback":
        own, instead = (next(v for i, v in found if i["input_role"] == r) for r in ("value", "fallback"))
        chosen = instead if own == NOT_APPLICABLE else own
        found = [({"input_role": "value"}, chosen)]
    by_role = {i["input_role"]: value for i, value in found}
    values = [value for _, value in found]
    if any(value is None for value in values):
        return Judged(None, None, None)
    if NOT_DEMONSTRABLE in values:
        return Judged(NOT_DEMONSTRABLE, None, None)
    if NOT_APPLICABLE in values:
        return Judged(NOT_APPLICABLE, None, None)
    numbers = {role: Decimal(str(value)) for role, value in by_role.items()}
    if node["combination"] == "difference":
        return Judged(numbers["value"] - numbers["previous"], numbers["value"], numbers["previous"])
    if node["combination"] == "mean_absolute_gap":
        gaps = [abs(Decimal(str(value)) - Decimal(i["reference_value"])) for i, value in found]
        return Judged(divide(sum(gaps, Decimal(0)), Decimal(len(gaps))), None, None)
    return Judged(numbers["value"], numbers["value"], None)


def share_in_window(own: Decimal, peers: list[Decimal], half_width: Decimal) -> Decimal:
    """Annex 2, overall guarantee, as a share of full points (methodology 1.2(1), U3)."""
    mean = divide(sum(peers, Decimal(0)), Decimal(len(peers)))
    difference = own - mean
    if difference >= half_width:
        return Decimal(1)
    if difference <= -half_width:
        return Decimal(0)
    inside = [peer - mean for peer in peers if abs(peer - mean) < half_width]
    low, high = min(inside), max(inside)
    if high == low:
        return divide(difference + half_width, 2 * half_width)
    return divide(difference - low, high - low)


def share(node: Mapping[str, str], own: Judged, peers: list[Decimal]) -> Decimal | None:
    """The share of a node's points, None where the subject could not be judged."""
    rule, measure = node["rule_code"], own.measure
    if not isinstance(measure, Decimal):
        return None
    full = Decimal(node.get("full_at") or 0)
    if rule == "proportion_capped":
        nothing = Decimal(node.get("nothing_at") or 0)
        return min(Decimal(1), max(Decimal(0), divide(measure - nothing, full - nothing)))
    if rule == "target_over_actual":
        target = Decimal(node["target"])
        return Decimal(1) if measure <= target else divide(target, measure)
    if rule == "deviation_floor":
        return max(Decimal(0), Decimal(1) - divide(abs(measure), Decimal(node["nothing_at"])))
    if rule == "ratio_to_standard" and measure >= full:
        return Decimal(1)
    if rule == "growth_not_above_zero" and measure <= 0:
        return Decimal(1)
    if (
        rule == "improvement_on_last_year"
        and min(Decimal(str(own.value)), Decimal(str(own.previous))) >= full
    ):
        return Decimal(1)
    return band_share(node, rule, measure, peers, full)


def band_share(
    node: Mapping[str, str], rule: str, measure: Decimal, peers: list[Decimal], full: Decimal
) -> Decimal | None:
    if not peers:
        return None
    low, high = min(peers), max(peers)
    if rule in ("band_window_minmax", "improvement_on_last_year"):
        return share_in_window(measure, peers, Decimal(node["window_half_width"]))
    if rule == "ratio_to_standard":
        return divide(measure - low, full - low)
    if rule == "growth_not_above_zero":
        return divide(high - measure, high)
    if rule == "mean_reached":
        mean = divide(sum(peers, Decimal(0)), Decimal(len(peers)))
        return Decimal(1) if measure >= mean else divide(measure, mean)
    if high == low:
        return Decimal("0.5")
    gained = high - measure if node["direction"] == "less" else measure - low
    return divide(gained, high - low)


def leaf_points(
    scheme: SchemeKey, figures: Figures, subjects: list[str], year: int
) -> dict[tuple[str, str], Decimal | str | None]:
    """(subject, leaf) → points, None when missing, NOT_APPLICABLE when left out."""
    nodes = [n for n in seed("nodes") if key_of(n) == scheme and n["rule_code"]]
    band_of = banding(scheme, figures, subjects, year)
    points: dict[tuple[str, str], Decimal | str | None] = {}
    for node in nodes:
        judged = {s: judge(node, figures, s, year, band_of) for s in subjects}
        for subject in subjects:
            band = band_of.get(subject)
            peers = [
                j.measure
                for s, j in judged.items()
                if isinstance(j.measure, Decimal)
                and (node["peer_scope"] == "year" or (band is not None and band_of.get(s) == band))
            ]
            points[subject, node["node_code"]] = points_of(node, judged[subject], peers)
    return rescaled(scheme, points, subjects)


def points_of(node: Mapping[str, str], own: Judged, peers: list[Decimal]) -> Decimal | str | None:
    full_points = Decimal(node["max_points"])
    if own.measure in (NOT_APPLICABLE, NOT_DEMONSTRABLE):
        policy = node[f"{own.measure}_policy"]
        return {"rescale": NOT_APPLICABLE, "zero": Decimal(0)}.get(policy)
    if node["rule_code"] in ADJUSTMENTS:
        if not isinstance(own.measure, Decimal):
            return None
        counted = min(own.measure * Decimal(node["step_points"]), full_points)
        return counted if node["rule_code"] == "bonus" else -counted
    earned = share(node, own, peers)
    return None if earned is None else round_points(earned * full_points)


def rescaled(
    scheme: SchemeKey, points: dict[tuple[str, str], Decimal | str | None], subjects: list[str]
) -> dict[tuple[str, str], Decimal | str | None]:
    """Points of what does not apply go to what stands beside it, level by level (methodology U21, U24)."""
    children: dict[str, list[dict[str, str]]] = defaultdict(list)
    for node in seed("nodes"):
        if key_of(node) == scheme and node["rule_code"] not in ADJUSTMENTS:
            children[node["parent_node_code"]].append(node)
    result = dict(points)
    for subject in subjects:

        def applies(node: Mapping[str, str], subject: str = subject) -> bool:
            below = children.get(node["node_code"])
            if below:
                return any(applies(child) for child in below)
            return points[subject, node["node_code"]] != NOT_APPLICABLE

        def stretch(parent: str, factor: Fraction, subject: str = subject) -> None:
            group = children.get(parent, [])
            whole = sum(Fraction(n["max_points"]) for n in group)
            left = sum(Fraction(n["max_points"]) for n in group if applies(n))
            for node in group:
                own = result.get((subject, node["node_code"]))
                share = factor * whole / left if left else factor
                if isinstance(own, Decimal):
                    result[subject, node["node_code"]] = own * share.numerator / share.denominator
                stretch(node["node_code"], share)

        stretch("", Fraction(1))
    return result


def banding(scheme: SchemeKey, figures: Figures, subjects: list[str], year: int) -> dict[str, int]:
    definition = next(s for s in seed("scheme") if key_of(s) == scheme)
    if not definition["band_metric_code"]:
        return dict.fromkeys(subjects, 1)
    values = {s: metric(figures, s, year, definition["band_metric_code"], scheme) for s in subjects}
    known = {s: v for s, v in values.items() if isinstance(v, Decimal)}
    rules = [(int(r["min_subjects"]), int(r["band_count"])) for r in seed("bands") if key_of(r) == scheme]
    return bands(known, rules) if known else {}
