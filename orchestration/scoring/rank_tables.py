"""Ranks with their intervals, and effective weights, of all leagues of a build, as tables.

A league is everybody a scheme edition ranks in one year. What belongs here: putting rows of shares into
matrices and results back into rows. What does not: the arithmetic (`robustness`), and where shares come from
(the dbt model int_rank_inputs).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.scoring.robustness import (
    Integers,
    Numbers,
    PartitionRanks,
    Perturbation,
    effective_weights,
    rank_intervals,
)

Relation = duckdb.DuckDBPyRelation
Key = tuple[str, str, int]
_LEAGUE = ("scheme_code", "scheme_edition", "fiscal_year")
# Partition → column of int_totals that says which part of it a subject is in; None for everybody.
_PARTITIONS = {"overall": None, "in_province": "province_code", "in_band": "band_number"}
_MEASURED = ("share", "share_low", "share_high", "share_other", "own_weight", "nominal_weight")
_INDEX = "index"


@dataclass(frozen=True)
class League:
    """Everybody a scheme edition ranks in one year.

    Attributes:
        key: scheme, edition, fiscal year.
        subjects: codes, in order.
        nodes: codes of the scored nodes that count, in order.
        measured: name of a column of int_rank_inputs → its numbers, nan where the node does not count for the
            subject, shape (subjects, nodes).
        totals: column of int_totals → its values, in the order of subjects.
    """

    key: Key
    subjects: list[str]
    nodes: list[str]
    measured: Mapping[str, Numbers]
    totals: Mapping[str, list[Any]]

    @property
    def nominal(self) -> Numbers:
        """What the scheme says each node weighs, shape (nodes,)."""
        nominal: Numbers = np.nanmax(self.measured["nominal_weight"], axis=0)
        return nominal

    @property
    def stretches(self) -> Numbers:
        """What a node weighs for a subject over what the scheme says, shape (subjects, nodes)."""
        return self.measured["own_weight"] / self.nominal


def rank_interval_table(inputs: Relation, totals: Relation, perturbations: Relation) -> pa.Table:
    """Intervals of ranks, one row a league and subject.

    Args:
        inputs: int_rank_inputs.
        totals: int_totals.
        perturbations: scheme_perturbations.

    Returns:
        For each partition (`overall`, `in_province`, `in_band`) the first and last rank of the interval and
        the tied group, null where the subject is in no part of it.
    """
    settings = _perturbations(perturbations)
    columns: dict[str, list[Any]] = {name: [] for name in _interval_schema().names}
    for league in _leagues(inputs, totals):
        ranks = _intervals(league, *settings[league.key[:2]])
        columns["scheme_code"] += [league.key[0]] * len(league.subjects)
        columns["scheme_edition"] += [league.key[1]] * len(league.subjects)
        columns["fiscal_year"] += [league.key[2]] * len(league.subjects)
        columns["subject_code"] += league.subjects
        for name, column in _PARTITIONS.items():
            known = [True] * len(league.subjects) if column is None else _known(league.totals[column])
            for field, values in _told(ranks[name]).items():
                told = (value if there else None for value, there in zip(values, known, strict=True))
                columns[f"{field}_{name}"] += told
    return pa.table(columns, _interval_schema())


def effective_weight_table(inputs: Relation, totals: Relation, perturbations: Relation) -> pa.Table:
    """Nominal and effective weights as fractions, one row a league and node.

    Args:
        inputs: int_rank_inputs.
        totals: int_totals.
        perturbations: scheme_perturbations; only leagues that have them have inputs.

    Returns:
        The effective weight is null where all scores of a league are equal.
    """
    columns: dict[str, list[Any]] = {name: [] for name in _weight_schema().names}
    for league in _leagues(inputs, totals):
        scaled, _ = _scaled(league)
        effective = effective_weights(scaled["share"], league.nominal, league.stretches)
        columns["scheme_code"] += [league.key[0]] * len(league.nodes)
        columns["scheme_edition"] += [league.key[1]] * len(league.nodes)
        columns["fiscal_year"] += [league.key[2]] * len(league.nodes)
        columns["node_code"] += league.nodes
        columns["nominal_weight"] += (league.nominal / league.nominal.sum()).tolist()
        columns["effective_weight"] += [None if np.isnan(one) else float(one) for one in effective]
        columns["subject_count"] += [len(league.subjects)] * len(league.nodes)
    return pa.table(columns, _weight_schema())


def _interval_schema() -> pa.Schema:
    numbers = [
        (f"{field}_{name}", pa.int32()) for name in _PARTITIONS for field in ("from", "to", "tied_group")
    ]
    return pa.schema([*_key_fields(), ("subject_code", pa.string()), *numbers])


def _weight_schema() -> pa.Schema:
    numbers = [("nominal_weight", pa.float64()), ("effective_weight", pa.float64())]
    return pa.schema([*_key_fields(), ("node_code", pa.string()), *numbers, ("subject_count", pa.int32())])


def _key_fields() -> list[tuple[str, pa.DataType]]:
    return [("scheme_code", pa.string()), ("scheme_edition", pa.string()), ("fiscal_year", pa.int32())]


def _perturbations(relation: Relation) -> dict[tuple[str, str], tuple[Perturbation, bool]]:
    """Scheme edition → how it is perturbed, and whether other peers are tried."""
    rows = relation.to_arrow_table().to_pylist()
    return {
        (row["scheme_code"], row["scheme_edition"]): (
            Perturbation(
                weight_share=float(row["weight_share"]),
                draws=row["draws"],
                seed=row["seed"],
                level=float(row["interval_level"]),
                separation=float(row["separation_level"]),
            ),
            bool(row["other_peer_scope"]),
        )
        for row in rows
    }


def _leagues(inputs: Relation, totals: Relation) -> Iterator[League]:
    of_totals: dict[Key, dict[str, dict[str, Any]]] = {}
    for row in totals.filter("is_complete AND points IS NOT NULL").to_arrow_table().to_pylist():
        key = (row["scheme_code"], row["scheme_edition"], row["fiscal_year"])
        of_totals.setdefault(key, {})[row["subject_code"]] = row
    rows = inputs.order("scheme_code, scheme_edition, fiscal_year").to_arrow_table()
    starts = _starts([rows.column(name) for name in _LEAGUE], rows.num_rows)
    # Schemes without perturbations leave no rows, hence an end without a start.
    for first, last in zip(starts, [*starts[1:], rows.num_rows], strict=False):
        yield _league(rows.slice(first, last - first), of_totals)


def _starts(columns: list[pa.ChunkedArray], count: int) -> list[int]:
    """Rows at which one of the columns changes; rows are sorted by them."""
    changes = np.zeros(count, dtype=np.bool_)
    changes[:1] = True
    for column in columns:
        codes = column.combine_chunks().dictionary_encode().indices.to_numpy()
        changes[1:] |= codes[1:] != codes[:-1]
    return [int(row) for row in np.flatnonzero(changes)]


def _league(rows: pa.Table, totals: Mapping[Key, Mapping[str, Mapping[str, Any]]]) -> League:
    scheme, edition, year = (rows.column(name)[0].as_py() for name in _LEAGUE)
    subjects, places = _codes(rows.column("subject_code"))
    nodes, columns = _codes(rows.column("node_code"))
    measured = {}
    for name in _MEASURED:
        table = np.full((len(subjects), len(nodes)), np.nan)
        table[places, columns] = rows.column(name).to_numpy()
        measured[name] = table
    of_subject = [totals[scheme, edition, year][subject] for subject in subjects]
    named = ("judged_points", "stated_max_points", "family", "province_code", "band_number")
    kept = {name: [row[name] for row in of_subject] for name in named}
    return League((scheme, edition, year), subjects, nodes, measured, kept)


def _codes(column: pa.ChunkedArray) -> tuple[list[str], Integers]:
    """The values of a column in order, and of each row the place of its value among them."""
    encoded = column.combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    places = np.empty(len(names), dtype=np.int64)
    places[order] = np.arange(len(names))
    return [names[place] for place in order], places[encoded.indices.to_numpy()]


def _scaled(league: League) -> tuple[dict[str, Numbers], float]:
    """Shares from 0 to 1, and the points or scale units that the whole of it stands for.

    Values of an index are put between the least and the greatest of all: that moves every score alike.
    """
    tables = {name: league.measured[name] for name in ("share", "share_low", "share_high", "share_other")}
    if league.totals["family"][0] != _INDEX:
        return tables, float(league.totals["stated_max_points"][0])
    low = min(float(np.nanmin(table)) for table in tables.values())
    width = max(float(np.nanmax(table)) for table in tables.values()) - low
    if width == 0:
        return {name: np.where(np.isnan(table), np.nan, 0.0) for name, table in tables.items()}, 1.0
    return {name: np.clip((table - low) / width, 0, 1) for name, table in tables.items()}, width


def _intervals(
    league: League, perturbation: Perturbation, tries_other_peers: bool
) -> Mapping[str, PartitionRanks]:
    tables, full = _scaled(league)
    weights = np.where(np.isnan(tables["share"]), 0.0, league.measured["own_weight"])
    linear = full * (np.nan_to_num(tables["share"]) * weights).sum(axis=1) / weights.sum(axis=1)
    # What bonus, penalty, limits and the rounding of ranks add or take is held as it was published, so that
    # the ranks nothing is moved for are those published.
    judged = np.array([float(points) for points in league.totals["judged_points"]])
    return rank_intervals(
        tables["share"],
        league.nominal,
        judged - linear,
        full,
        perturbation,
        tables["share_low"],
        tables["share_high"],
        [tables["share_other"]] if tries_other_peers else [],
        keys=league.subjects,
        partitions={name: _numbered(league.totals[column]) for name, column in _PARTITIONS.items() if column},
        stretches=league.stretches,
        is_cut=league.totals["family"][0] != _INDEX,
    ).partitions


def _numbered(values: list[Any]) -> Integers:
    """The number of the part each subject is in, counted in the order of the parts' names."""
    numbers = {value: number for number, value in enumerate(sorted(set(values), key=str))}
    return np.array([numbers[value] for value in values], dtype=np.int64)


def _known(values: list[Any]) -> list[bool]:
    return [value is not None for value in values]


def _told(ranks: PartitionRanks) -> dict[str, list[int]]:
    return {
        "from": ranks.rank_low.tolist(),
        "to": ranks.rank_high.tolist(),
        "tied_group": ranks.tied_group.tolist(),
    }
