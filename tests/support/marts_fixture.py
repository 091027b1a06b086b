"""A working database with plausible marts of a small fictional province, for tests of publishing.

Tables stand in `marts_fixture.sql`, names in `marts_fixture.yml`; the figures are made up from a seed and
only have to be plausible. Every state a value can have occurs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

HERE = Path(__file__).parent
PROVINCE = "990000"
EDITION = "396-2012"
FEN = Decimal("0.01")
COLUMN_NAMES = (
    "SELECT column_name FROM duckdb_columns() "
    "WHERE schema_name = 'marts' AND table_name = ? ORDER BY column_index"
)
DATA: dict[str, Any] = yaml.safe_load((HERE / "marts_fixture.yml").read_text("utf-8"))

Record = dict[str, Any]
Rows = dict[str, list[Record]]
Subject = tuple[str, str]


@dataclass(frozen=True)
class Province:
    """Size of the fixture."""

    counties: int = 24
    departments: int = 12
    years: Sequence[int] = (2012, 2013, 2014, 2015)

    def department_subjects(self) -> list[Subject]:
        names = DATA["departments"]
        numbers = range(1, self.departments + 1)
        return [(f"{number:03d}", f"示例省{names[(number - 1) % len(names)]}") for number in numbers]

    def county_subjects(self) -> list[Subject]:
        names = DATA["counties"]
        later = len(names)
        return [
            (f"{990101 + number:06d}", names[number % later] + (str(number) if number >= later else ""))
            for number in range(self.counties)
        ]


SMALL = Province(counties=4, departments=3, years=(2014, 2015))


def write_marts(
    path: Path, province: Province | None = None, change: Callable[[Rows], None] | None = None
) -> Path:
    """Create a database at `path` with the marts of `province`.

    Args:
        path: file to create.
        province: size; the default is the sample province's.
        change: edits the rows before they are written.
    """
    with duckdb.connect(str(path)) as connection:
        connection.execute((HERE / "marts_fixture.sql").read_text("utf-8"))
        names = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts'")
        tables = sorted(name for (name,) in names.fetchall())
        rows = _rows(province or Province(), tables)
        if change:
            change(rows)
        for table in tables:
            _fill(connection, table, rows[table])
        connection.execute("INSERT INTO quality.findings SELECT severity FROM marts.fct_findings")
    return path


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Record]) -> None:
    names = [name for (name,) in connection.execute(COLUMN_NAMES, [table]).fetchall()]
    for name in names:
        comment = f"The {name}. | 字段 {name}。"
        connection.execute(f"COMMENT ON COLUMN marts.{table}.{name} IS '{comment}'")
    if rows:
        texts = {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in names}
        frame = pa.table({name: pa.array(values, pa.string()) for name, values in texts.items()})
        connection.register("incoming", frame)
        connection.execute(f"INSERT INTO marts.{table} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")


def _rows(province: Province, tables: Sequence[str]) -> Rows:
    rng = random.Random(396)
    departments, counties = province.department_subjects(), province.county_subjects()
    places = [(PROVINCE, "示例省本级"), *counties]
    rows: Rows = {table: [] for table in tables}
    rows["dim_regions"] = [{"region_code": code, "region_name_zh": name} for code, name in counties]
    rows["dim_units"] = [
        {"unit_code": code, "unit_name_zh": name, "region_code": PROVINCE} for code, name in departments
    ]
    subjects = {"C1": departments, "C2": places, "C3": places, "C4": places[:1], "C5": departments}
    for at, year in enumerate(province.years):
        _submissions(rows, year, [*departments, *counties, (PROVINCE, "示例省财政厅")])
        _quality(rows, year, departments)
        for code, own in subjects.items():
            kind = "department" if own is departments else "region"
            _coverage(rows, rng, code, kind, own, year, at)
        _scores(rows, rng, "county_expenditure_management", counties, year)
        _scores(rows, rng, "department_expenditure_management", departments, year)
    return rows


def _quality(rows: Rows, year: int, submitters: list[Subject]) -> None:
    """A board with something open in one of two aspects, an index, a told signal and an untold one."""
    names = {"target_setting": ("目标设置", "Targets set"), "evaluation_quality": ("评价质量", "Evaluations")}
    for aspect, (chinese, english) in names.items():
        for number, (code, name) in enumerate(submitters):
            is_open = number == 0 and aspect == "target_setting"
            rows["rpt_quality_board"].append(
                {
                    **{"fiscal_year": year, "aspect": aspect},
                    **{"aspect_name_zh": chinese, "aspect_name_en": english},
                    **{"submitter_code": code, "submitter_name_zh": name},
                    **{"block_count": 2 * is_open, "error_count": 0, "warning_count": 0},
                    **{"late_form_count": 0, "never_form_count": 0, "open_weight": 16 * is_open},
                    "attention_rank": 1 if is_open else 2,
                    **({"worst_check_code": "goal.no_value"} if is_open else {}),
                    **(
                        {"worst_check_title_zh": "<无值>", "worst_check_title_en": "<none>"}
                        if is_open
                        else {}
                    ),
                }
            )
    rows["rpt_data_quality"] += [
        {
            **{"fiscal_year": year, "submitter_code": code, "submitter_name_zh": name},
            **{"due_form_count": 4, "late_form_count": number, "never_form_count": 0},
            **{"check_count": 40, "failed_count": number, "quality_points": 97 - number},
            "quality_points_change": None if number else "-0.5",
            **{"grade_name_zh": "优", "grade_name_en": "Excellent"},
        }
        for number, (code, name) in enumerate(submitters)
    ]
    for code, is_signal in (("score_90", True), ("score_80", False)):
        rows["rpt_evaluation_signals"].append(
            {
                **{"fiscal_year": year, "signal_code": "threshold_bunching"},
                **{"signal_name_zh": "临界值聚集", "signal_name_en": "Bunching at a threshold"},
                **{"peer_group": "部门自评", "subject_code": code, "subject_name_zh": f"得分 {code[-2:]}"},
                **{"subject_name_en": f"Score of {code[-2:]}", "window_years": 3, "sample_count": 40},
                **{"observed_value": "0.95", "comparison_value": "0.49", "p_value": "0.000001"},
                "is_signal": is_signal,
            }
        )
        rows["fct_threshold_bins"] += [
            {
                **{"fiscal_year": year, "threshold_code": code, "threshold": code[-2:]},
                **{
                    "peer_group": "部门自评",
                    "bin_from": int(code[-2:]) + at,
                    "bin_to": int(code[-2:]) + at + 1,
                },
                **{"case_count": 0 if at in (-2, -1) else 9, "expected_count": "8.5"},
            }
            for at in range(-8, 8)
        ]


def _submission_id(year: int, code: str) -> str:
    return f"{year:08d}{code:0>8}"


def _submissions(rows: Rows, year: int, submitters: list[Subject]) -> None:
    for number, (code, name) in enumerate(submitters):
        if (number + year) % 19 == 0:
            continue
        fates = {5: "quarantined", 11: "unreadable", 17: "superseded"}
        status = fates.get((number * 7 + year) % 23, "accepted")
        file_name = f"{name}{year}年度部门决算.xlsx"
        filed = {
            "submission_id": _submission_id(year, code),
            "fiscal_year": year,
            "submitter_code": code,
            "file_name": file_name,
            "relative_path": f"{year}/{code}/{file_name}",
        }
        found = [] if status == "accepted" else DATA["findings"]
        reasons = {"unreadable": "read.password_protected", "quarantined": "content.text_in_amount"}
        rows["fct_submissions"].append(
            {
                **filed,
                "submitter_name_zh": name,
                "form_codes": "department_final_account",
                "status": status,
                "reason": reasons.get(status),
                "finding_count": len(found),
            }
        )
        rows["fct_findings"] += [
            {
                **filed,
                **finding,
                "finding_id": f"{filed['submission_id']}{item}",
                "gate": "G2",
                "disposition": "open",
                "form_code": "department_final_account",
                "sheet": "收入支出决算总表",
                "subject_code": code,
            }
            for item, finding in enumerate(found)
        ]


def _coverage(
    rows: Rows, rng: random.Random, code: str, kind: str, subjects: list[Subject], year: int, at: int
) -> None:
    target = Decimal(DATA["targets"][code]["target"])
    made = []
    for number, (subject, name) in enumerate(subjects):
        status = _coverage_status(code, number, year)
        share = target * Decimal(str(round(0.55 + 0.14 * at + rng.uniform(-0.35, 0.4), 4)))
        row = {
            **_coverage_head(code, year, target, status),
            "subject_type": kind,
            "subject_code": subject,
            "subject_name_zh": name,
            "subject_level_code": "county" if kind == "region" and number else "province",
            "subjects_due": 1,
        }
        if status != "missing":
            scale = 60 if kind == "region" and number == 0 else 1
            whole = _whole(rng, code, scale)
            row |= _measured(code, Decimal(0) if status == "not_applicable" else whole, share, target)
        if status == "reported":
            part, whole = _measures(row)
            row |= {"coverage_ratio": round(part / whole, 12), "is_target_reached": part >= target * whole}
        made.append(row)
        if status != "missing":
            _ledger(rows, row)
    rows["fct_coverage_ratios"] += made
    in_levels = code in ("C2", "C3")
    levels = {"province": made[:1], "county": made[1:]} if in_levels else {"province": made}
    for level, due in levels.items():
        if due:
            _board(rows, code, level, due)


def _coverage_status(code: str, number: int, year: int) -> str:
    if number and (number * 5 + year) % 17 == 3:
        return "withheld"
    if number == 4 and code == "C5":
        return "not_applicable"
    return "missing" if number and (number * 3 + year) % 29 == 5 else "reported"


def _coverage_head(code: str, year: int, target: Decimal, status: str) -> Record:
    reason, parameters = DATA["reasons"][status], DATA["targets"][code]["parameters"]
    return {
        "coverage_code": code,
        "fiscal_year": year,
        "target_ratio": target,
        "value_status": status,
        "status_reason_zh": reason[0],
        "status_reason_en": reason[1],
        "parameters_zh": parameters[0],
        "parameters_en": parameters[1],
    }


def _whole(rng: random.Random, code: str, scale: int) -> Decimal:
    if code == "C3":
        return Decimal(rng.randint(20, 60))
    return Decimal(rng.randint(3_000_000_00, 90_000_000_00)) / 100 * scale


def _measured(code: str, whole: Decimal, share: Decimal, target: Decimal) -> Record:
    if code == "C3":
        part = Decimal(int(whole * share))
        gap = max(target * whole - part, Decimal(0))
        return {"numerator_count": part, "denominator_count": whole, "gap_count": int(-(-gap // 1))}
    part = (whole * share).quantize(FEN)
    overlap = (part / 12).quantize(FEN) if code in ("C1", "C2") else Decimal(0)
    return {
        "numerator_gross_cny": part + overlap,
        "numerator_net_cny": part,
        "overlap_cny": overlap,
        "unplaced_cny": Decimal(0),
        "denominator_cny": whole,
        "gap_cny": max(target * whole - part, Decimal(0)).quantize(FEN),
    }


def _measures(row: Record) -> tuple[Decimal, Decimal]:
    """Numerator and denominator, in money or in units."""
    if "numerator_count" in row:
        return Decimal(row["numerator_count"]), Decimal(row["denominator_count"])
    return Decimal(row["numerator_net_cny"]), Decimal(row["denominator_cny"])


def _board(rows: Rows, code: str, level: str, due: list[Record]) -> None:
    year, target = due[0]["fiscal_year"], due[0]["target_ratio"]
    good = [row for row in due if row["value_status"] == "reported"]
    held = not good or (code == "C4" and year == 2013)
    pooled = _coverage_head(code, year, target, "withheld" if held else "reported")
    if not held:
        part = sum((_measures(row)[0] for row in good), Decimal(0))
        whole = sum((_measures(row)[1] for row in good), Decimal(0))
        measured = _measured(code, whole, part / whole, target)
        pooled |= measured | {
            "coverage_ratio": round(part / whole, 12),
            "is_target_reached": part >= target * whole,
        }
    name = {"province": "省本级", "county": "县级"}[level]
    level_row = {"subject_type": "level", "subject_code": level, "subject_name_zh": name}
    rows["fct_coverage_ratios"].append(
        {**pooled, **level_row, "subject_level_code": level, "subjects_due": len(due)}
    )
    key = (code, level, year - 1)
    board = rows["rpt_coverage_board"]
    before = [
        row["coverage_ratio"]
        for row in board
        if (row["coverage_code"], row["level_code"], row["fiscal_year"]) == key and row.get("coverage_ratio")
    ]
    name_zh, name_en = DATA["targets"][code]["name"]
    board.append(
        {
            **pooled,
            "coverage_name_zh": name_zh,
            "coverage_name_en": name_en,
            "level_code": level,
            "level_name_zh": name,
            "is_headline": level == "province",
            "subjects_total": len(due),
            "subjects_reported": len(good),
            "subjects_reached": sum(bool(row["is_target_reached"]) for row in good),
            "change_on_previous_year": pooled["coverage_ratio"] - before[0] if before and not held else None,
            "note_zh": "力争达到；按规划期执行",
            "note_en": "A target to strive for, within the plan period",
            "citation": "财预[2012]396号 附件1 三（四）",
        }
    )


def _ledger(rows: Rows, ratio: Record) -> None:
    part, whole = _measures(ratio)
    counted = "numerator_count" in ratio
    for number, (status, reason, name, zh, en) in enumerate(DATA["ledger"], start=1):
        covered = status == "covered"
        amount = part if covered else whole - part
        rows["fct_coverage_ledger"].append(
            {
                **{
                    key: ratio[key]
                    for key in ("coverage_code", "subject_type", "subject_code", "fiscal_year")
                },
                "line_no": number,
                "object_type": "project",
                "object_code": f"P{number:03d}",
                "object_name_zh": name,
                "function_code": "2140106",
                "amount_cny": None if counted else amount,
                "unit_count": amount if counted else None,
                "coverage_status": status,
                "reason_code": reason,
                "reason_zh": zh,
                "reason_en": en,
                "submission_id": _submission_id(ratio["fiscal_year"], ratio["subject_code"]),
                "sheet": "项目支出决算明细表",
                "cell": f"H{10 + number}",
                "evidence_submission_id": _submission_id(ratio["fiscal_year"], "province")
                if covered
                else None,
                "evidence_sheet": "绩效评价登记表" if covered else None,
                "evidence_cell": f"I{6 + number}" if covered else None,
            }
        )


def _scores(rows: Rows, rng: random.Random, code: str, subjects: list[Subject], year: int) -> None:
    scheme = DATA["schemes"][code]
    cards = []
    for number, (subject, name) in enumerate(subjects):
        head = {
            "scheme_code": code,
            "scheme_edition": EDITION,
            "subject_type": scheme["subject_type"],
            "subject_code": subject,
            "subject_name_zh": name,
            "fiscal_year": year,
        }
        lost = scheme["lost"] if (number * 3 + year) % 13 == 4 else None
        points = _points(rng, scheme["nodes"])
        _nodes(rows, head, scheme["nodes"], points, lost)
        band = None
        if scheme["bands"]:
            band = str(1 + number * scheme["bands"] // max(len(subjects), 1))
        cards.append(_card(head, scheme, points, lost, band))
    _rank(cards)
    rows[f"rpt_{scheme['subject_type']}_scorecard"] += cards


def _points(rng: random.Random, nodes: list[list[Any]]) -> dict[str, Decimal]:
    """Points by node: leaves at random, the others the sum of their children."""
    parents = {parent for _, parent, *_ in nodes}
    points: dict[str, Decimal] = {}
    for node, parent, _, _, _, most, _ in reversed(nodes):
        if node not in parents:
            points[node] = Decimal(str(round(most * rng.uniform(0.45, 0.99), 6)))
        points[parent] = points.get(parent, Decimal(0)) + points[node]
    return points


def _nodes(
    rows: Rows, head: Record, nodes: list[list[Any]], points: dict[str, Decimal], lost: str | None
) -> None:
    parents = {parent for _, parent, *_ in nodes}
    for order, (node, parent, level, zh, en, most, status) in enumerate(nodes, start=1):
        missing = node == lost
        rows["fct_scores"].append(
            {
                **head,
                "node_code": node,
                "node_name_zh": zh,
                "node_name_en": en,
                "parent_node_code": parent or None,
                "node_level": level,
                "node_order": order,
                "points": None if missing else points[node],
                "max_points": most,
                "node_status": status,
                "value_status": "missing" if missing else "reported",
                "is_complete": not (missing or (lost and not parent)),
            }
        )
        if node not in parents and not missing:
            rows["fct_score_trace"] += [_trace(head, node, role) for role in ("numerator", "denominator")]
        if node == "overall_guarantee":
            statistic = {
                "trace_part": "node",
                "rule_code": "band_window_minmax",
                "band_mean": "0.473512345678",
                "value_status": "reported",
            }
            rows["fct_score_trace"].append({**head, "node_code": node, **statistic})


def _trace(head: Record, node: str, role: str) -> Record:
    return {
        **head,
        "node_code": node,
        "trace_part": "figure",
        "metric_code": f"{node}_ratio",
        "input_role": role,
        "figure_code": "government_final_account.expenditure_by_function.205.final",
        "figure_name_zh": "教育支出",
        "coefficient": 1,
        "input_value": "123456789.5",
        "value_text": "12,345.68",
        "value_status": "reported",
        "fiscal_year_of_figure": head["fiscal_year"],
        "submission_id": _submission_id(head["fiscal_year"], head["subject_code"]),
        "file_name": "财政总决算.xls",
        "sheet": "支出决算明细表",
        "cell": "C17",
    }


def _card(
    head: Record, scheme: Record, points: dict[str, Decimal], lost: str | None, band: str | None
) -> Record:
    names = {node: (zh, en) for node, _, _, zh, en, _, _ in scheme["nodes"]}
    return {
        **head,
        "scheme_name_zh": scheme["name"][0],
        "scheme_name_en": scheme["name"][1],
        "band_code": band,
        "band_count": scheme["bands"],
        "total_points_from_source": points.get("overall_guarantee"),
        "max_points_from_source": scheme["source_points"],
        "total_points_with_defaults": points["total"] - (points[lost] if lost else 0),
        "is_trial": True,
        "is_complete": lost is None,
        "missing_items_zh": names[lost][0] if lost else None,
        "missing_items_en": names[lost][1] if lost else None,
        "missing_node_codes": lost,
    }


def _rank(cards: list[Record]) -> None:
    complete = [card for card in cards if card["is_complete"]]
    complete.sort(key=lambda card: card["total_points_with_defaults"], reverse=True)
    in_band: dict[str | None, int] = {}
    for rank, card in enumerate(complete, start=1):
        band = card["band_code"]
        in_band[band] = in_band.get(band, 0) + 1
        total = card["total_points_with_defaults"]
        _, grade, zh, en = next(entry for entry in DATA["grades"] if total >= entry[0])
        card |= {"rank_overall": rank, "rank_in_band": in_band[band]}
        card |= {"rank_overall_from": max(rank - 1, 1), "rank_overall_to": min(rank + 1, len(complete))}
        card |= {"rank_interval_level": Decimal("0.9")}
        card |= {"explanation_zh": f"得{total}分。", "explanation_en": f"It earns {total} points."}
        card |= {"grade_code": grade, "grade_name_zh": zh, "grade_name_en": en}
