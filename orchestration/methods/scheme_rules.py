"""Whether the tables of a scheme fit together: tree, points, rules with their parameters and inputs, bands.

What belongs here: judging, each mistake with its file and row, all of them at once. What does not: reading
files, and what rules compute.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

from orchestration.methods.scheme_folders import INDEX, NODES, POINTS, Scheme, SchemeError, shipped_schemes
from orchestration.methods.seed_tables import SCHEMES
from orchestration.methods.table_files import TableRow
from orchestration.texts import LANGUAGES, text

_BESIDE_THE_POINTS = frozenset({"adjustment", "limit"})
_NEEDED_BY = (("reference_value", "is_reference_needed"), ("item_points", "is_item_points_needed"))


@dataclass(frozen=True)
class RuleCatalogue:
    """What the engine can do, as the shipped tables say it.

    Attributes:
        kinds: rule → its row.
        parameters: rule → parameter → its row.
        roles: combination → role → its row.
        aggregations: aggregation → its row.
    """

    kinds: dict[str, dict[str, str]]
    parameters: dict[str, dict[str, dict[str, str]]]
    roles: dict[str, dict[str, dict[str, str]]]
    aggregations: dict[str, dict[str, str]]


@cache
def rule_catalogue(project: Path) -> RuleCatalogue:
    """The rule kinds of a dbt project."""
    folder = shipped_schemes(project)
    parameters: dict[str, dict[str, dict[str, str]]] = {}
    for row in _read(folder / "rule_parameters.csv"):
        parameters.setdefault(row["rule_code"], {})[row["parameter_code"]] = row
    roles: dict[str, dict[str, dict[str, str]]] = {}
    for row in _read(folder / "combination_roles.csv"):
        roles.setdefault(row["combination"], {})[row["input_role"]] = row
    return RuleCatalogue(
        kinds={row["rule_code"]: row for row in _read(folder / "rule_kinds.csv")},
        parameters=parameters,
        roles=roles,
        aggregations={row["aggregation"]: row for row in _read(folder / "aggregation_kinds.csv")},
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class Mistake:
    """Something of a scheme that does not fit.

    Attributes:
        key: its text in `texts/schemes.yml`.
        row: the row it stands in.
        values: what the text names.
    """

    key: str
    row: TableRow
    values: dict[str, object]

    def said(self) -> str:
        """The mistake in both languages, with its place."""
        return " ".join(
            text(f"schemes.{self.key}", language, place=self.row.place, **self.values)
            for language in LANGUAGES
        )


def require_sound(scheme: Scheme, catalogue: RuleCatalogue) -> None:
    """Refuse a scheme whose tables do not fit together.

    Raises:
        SchemeError: all mistakes, a line each.
    """
    mistakes = list(mistakes_of(scheme, catalogue))
    if mistakes:
        heading = " ".join(
            text("schemes.mistakes", language, folder=scheme.folder, count=len(mistakes))
            for language in LANGUAGES
        )
        raise SchemeError("\n".join([heading, *(f"  {mistake.said()}" for mistake in mistakes)]))


def mistakes_of(scheme: Scheme, catalogue: RuleCatalogue) -> Iterator[Mistake]:
    """Everything that does not fit, in the order of the tables."""
    yield from _of_validity(scheme)
    broken = list(_of_tree(scheme))
    yield from broken
    if broken:
        return  # levels and sums of a broken tree say nothing
    yield from _of_points(scheme, catalogue)
    for row in scheme.tables[NODES]:
        yield from (
            _of_inner(scheme, row, catalogue)
            if row["node_code"] in scheme.children
            else _of_leaf(scheme, row, catalogue)
        )
    yield from _of_strangers(scheme)
    yield from _of_metrics(scheme)
    yield from _of_intervals(scheme, catalogue)
    yield from _of_grades(scheme)
    yield from _of_bands(scheme)
    for row in scheme.tables["scheme_perturbations"][1:]:
        yield _mistake("perturbations_twice", row)


def _mistake(key: str, row: TableRow, **values: object) -> Mistake:
    return Mistake(key, row, values)


def _of_validity(scheme: Scheme) -> Iterator[Mistake]:
    about = scheme.about
    if about["valid_to"] and int(about["valid_from"]) > int(about["valid_to"]):
        yield _mistake("years_reversed", about)


def _of_tree(scheme: Scheme) -> Iterator[Mistake]:
    tops = scheme.children.get("", [])
    for row in tops[1:] if tops else scheme.tables[NODES][:1]:
        yield _mistake("two_tops" if tops else "no_top", row, node=row["node_code"])
    for row in scheme.tables[NODES]:
        above = row["parent_node_code"]
        if above and above not in scheme.nodes:
            yield _mistake("unknown_parent", row, node=row["node_code"], parent=above)
    if any(row["parent_node_code"] not in {"", *scheme.nodes} for row in scheme.tables[NODES]):
        return
    for row in scheme.tables[NODES]:
        if scheme.nodes[scheme.way_up(row["node_code"])[-1]]["parent_node_code"]:
            yield _mistake("circle", row, node=row["node_code"])


def _family(row: TableRow, catalogue: RuleCatalogue) -> str:
    return catalogue.kinds.get(row["rule_code"], {}).get("family", "")


def _of_points(scheme: Scheme, catalogue: RuleCatalogue) -> Iterator[Mistake]:
    """Points of a node are those of the nodes below it, bonus, deduction and limits apart."""
    for row in scheme.tables[NODES]:
        is_limit = _family(row, catalogue) == "limit"
        if scheme.measurement == POINTS and not row["max_points"] and not is_limit:
            yield _mistake("no_points", row, node=row["node_code"])
        if scheme.measurement == INDEX and row["max_points"]:
            yield _mistake("points_in_index", row, node=row["node_code"])
        if scheme.measurement == INDEX and row["parent_node_code"] and not row["weight"]:
            yield _mistake("no_weight", row, node=row["node_code"])
        if scheme.measurement == POINTS and row["weight"]:
            yield _mistake("weight_in_points", row, node=row["node_code"])
    if scheme.measurement == INDEX:
        return
    for code, children in scheme.children.items():
        counted = [row for row in children if _family(row, catalogue) not in _BESIDE_THE_POINTS]
        below = sum((Decimal(row["max_points"] or 0) for row in counted), Decimal(0))
        if code and below != Decimal(scheme.nodes[code]["max_points"] or 0):
            own = scheme.nodes[code]
            yield _mistake("points_differ", own, node=code, own=own["max_points"] or 0, below=below)


def _of_inner(scheme: Scheme, row: TableRow, catalogue: RuleCatalogue) -> Iterator[Mistake]:
    node = row["node_code"]
    for column in ("rule_code", "combination"):
        if row[column]:
            yield _mistake("rule_of_inner", row, node=node, column=column, value=row[column])
    kind = catalogue.aggregations.get(row["aggregation"])
    if kind is None or kind["family"] != scheme.measurement:
        known = (name for name, one in catalogue.aggregations.items() if one["family"] == scheme.measurement)
        yield _mistake(
            "unknown_aggregation", row, node=node, value=row["aggregation"], known=", ".join(known)
        )


def _of_leaf(scheme: Scheme, row: TableRow, catalogue: RuleCatalogue) -> Iterator[Mistake]:
    node, rule = row["node_code"], row["rule_code"]
    kind = catalogue.kinds.get(rule)
    if row["aggregation"]:
        yield _mistake("aggregation_of_leaf", row, node=node, value=row["aggregation"])
    if kind is None:
        yield _mistake("unknown_rule", row, node=node, value=rule, known=", ".join(catalogue.kinds))
        return
    if (kind["family"] == INDEX) != (scheme.measurement == INDEX):
        yield _mistake("rule_of_other_family", row, node=node, value=rule)
    yield from _of_parameters(scheme, row, catalogue)
    yield from _of_inputs(scheme, row, catalogue)


def _of_parameters(scheme: Scheme, row: TableRow, catalogue: RuleCatalogue) -> Iterator[Mistake]:
    node = row["node_code"]
    known = catalogue.parameters.get(row["rule_code"], {})
    needed = {
        one["parameter_code"]
        for one in catalogue.roles.get(row["combination"], {}).values()
        if one["parameter_code"]
    }
    given = {
        one["parameter_code"]: one for one in scheme.tables["node_parameters"] if one["node_code"] == node
    }
    for code in sorted({*needed, *(code for code, one in known.items() if one["is_required"] == "true")}):
        if code not in given or not given[code]["parameter_value"]:
            yield _mistake("parameter_missing", row, node=node, parameter=code)
    for code, one in given.items():
        if code not in known and code not in needed:
            names = ", ".join(sorted({*known, *needed})) or "-"
            yield _mistake("unknown_parameter", one, node=node, parameter=code, known=names)
        elif code in known and one["parameter_value"]:
            least, most = known[code]["least"], known[code]["most"]
            value = Decimal(one["parameter_value"])
            if (least and value < Decimal(least)) or (most and value > Decimal(most)):
                bounds = {"least": least or "-∞", "most": most or "∞"}
                yield _mistake("parameter_bounds", one, node=node, parameter=code, value=value, **bounds)
    yield from _of_parameter_pairs(row, given)


def _of_parameter_pairs(row: TableRow, given: dict[str, TableRow]) -> Iterator[Mistake]:
    """Two ends of one scale must differ, or a rule would divide by nothing."""
    for low, high, otherwise in (
        ("nothing_at", "full_at", "0"),
        ("lower_bound", "upper_bound", None),
        ("scale_low", "scale_high", None),
    ):
        if high not in given or not given[high]["parameter_value"]:
            continue
        lower = given[low]["parameter_value"] if low in given else otherwise
        if lower is not None and lower != "" and Decimal(lower) == Decimal(given[high]["parameter_value"]):
            yield _mistake("ends_equal", given[high], node=row["node_code"], low=low, high=high, value=lower)


def _of_inputs(scheme: Scheme, row: TableRow, catalogue: RuleCatalogue) -> Iterator[Mistake]:
    node, combination = row["node_code"], row["combination"]
    roles = catalogue.roles.get(combination)
    if roles is None:
        known = ", ".join(catalogue.roles)
        yield _mistake("unknown_combination", row, node=node, value=combination, known=known)
        return
    inputs = [one for one in scheme.tables["node_inputs"] if one["node_code"] == node]
    counts = Counter(one["input_role"] for one in inputs)
    for role, wants in roles.items():
        least, most = int(wants["least_inputs"]), wants["most_inputs"]
        if counts[role] < least or (most and counts[role] > int(most)):
            wanted = f"{least}" if most == wants["least_inputs"] else f"≥ {least}"
            yield _mistake("input_count", row, node=node, role=role, wanted=wanted, count=counts[role])
    for one in inputs:
        role_row = roles.get(one["input_role"])
        if role_row is None:
            yield _mistake("unknown_role", one, node=node, value=one["input_role"], known=", ".join(roles))
            continue
        for column, flag in _NEEDED_BY:
            if (role_row[flag] == "true") != bool(one[column]):
                key = "column_needed" if role_row[flag] == "true" else "column_not_needed"
                yield _mistake(key, one, node=node, column=column, combination=combination)


def _of_strangers(scheme: Scheme) -> Iterator[Mistake]:
    """Rows about nodes that do not exist, or that no rule judges."""
    leaves = {code for code, row in scheme.nodes.items() if code not in scheme.children}
    for table in ("node_parameters", "node_intervals", "node_inputs"):
        for row in scheme.tables[table]:
            if row["node_code"] not in leaves:
                yield _mistake("unknown_node", row, node=row["node_code"])


def _of_metrics(scheme: Scheme) -> Iterator[Mistake]:
    metrics = {row["metric_code"]: row for row in scheme.tables["metrics"]}
    band_metric = scheme.about["band_metric_code"]
    if band_metric and band_metric not in metrics:
        yield _mistake("unknown_metric", scheme.about, metric=band_metric)
    for table in ("node_inputs", "metric_terms"):
        for row in scheme.tables[table]:
            if row["metric_code"] not in metrics:
                yield _mistake("unknown_metric", row, metric=row["metric_code"])
    estimates = {row["estimated_from"] for row in metrics.values()}
    used = {band_metric, *estimates, *(row["metric_code"] for row in scheme.tables["node_inputs"])}
    terms = {row["metric_code"] for row in scheme.tables["metric_terms"] if row["term_role"] == "numerator"}
    for code, row in metrics.items():
        if row["estimated_from"] and row["estimated_from"] not in metrics:
            yield _mistake("unknown_metric", row, metric=row["estimated_from"])
        if code not in used:
            yield _mistake("metric_unused", row, metric=code)
        if code not in terms:
            yield _mistake("metric_without_terms", row, metric=code)


def _of_intervals(scheme: Scheme, catalogue: RuleCatalogue) -> Iterator[Mistake]:
    for code, row in scheme.nodes.items():
        own = [one for one in scheme.tables["node_intervals"] if one["node_code"] == code]
        wanted = catalogue.kinds.get(row["rule_code"], {}).get("needs_intervals") == "true"
        if wanted and not own:
            yield _mistake("intervals_missing", row, node=code)
        elif own and not wanted and code not in scheme.children:
            yield _mistake("intervals_not_needed", own[0], node=code)
        yield from _of_half_open(own, "value_from", "value_below")
        for one in own:
            if row["max_points"] and Decimal(one["points"]) > Decimal(row["max_points"]):
                yield _mistake(
                    "interval_points", one, node=code, points=one["points"], most=row["max_points"]
                )


def _of_grades(scheme: Scheme) -> Iterator[Mistake]:
    yield from _of_half_open(scheme.tables["grade_bands"], "points_from", "points_below")


def _of_half_open(rows: Iterable[TableRow], first: str, last: str) -> Iterator[Mistake]:
    """Half-open intervals from no floor to no ceiling, each beginning where the one before ends."""
    ordered = sorted(rows, key=lambda row: Decimal(row[first]) if row[first] else Decimal("-Infinity"))
    if not ordered:
        return
    if ordered[0][first]:
        yield _mistake("no_floor", ordered[0], column=first, value=ordered[0][first])
    for lower, upper in pairwise(ordered):
        end, begin = lower[last], upper[first]
        if not end or not begin or Decimal(end) > Decimal(begin):
            yield _mistake("overlap", upper, other=lower.place, begin=begin or "-∞", end=end or "∞")
        elif Decimal(end) < Decimal(begin):
            yield _mistake("hole", upper, other=lower.place, begin=begin, end=end)
    for row in ordered:
        if row[first] and row[last] and Decimal(row[first]) >= Decimal(row[last]):
            yield _mistake("empty_interval", row, begin=row[first], end=row[last])
    if ordered[-1][last]:
        yield _mistake("no_ceiling", ordered[-1], column=last, value=ordered[-1][last])


def _of_bands(scheme: Scheme) -> Iterator[Mistake]:
    rows = sorted(scheme.tables["band_rules"], key=lambda row: int(row["min_subjects"]))
    if scheme.about["band_metric_code"] and not rows:
        yield _mistake("bands_missing", scheme.about, metric=scheme.about["band_metric_code"])
    if rows and int(rows[0]["min_subjects"]) != 1:
        yield _mistake("bands_from_one", rows[0], value=rows[0]["min_subjects"])
    for fewer, more in pairwise(rows):
        if int(more["band_count"]) < int(fewer["band_count"]):
            yield _mistake("bands_fall", more, value=more["band_count"], other=fewer["band_count"])
    for row in scheme.tables[SCHEMES]:
        if not row["band_metric_code"] and any(int(one["band_count"]) > 1 for one in rows):
            yield _mistake("bands_without_metric", row)
