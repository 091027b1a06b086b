"""Charts of the page, built with plotly and handed over as JSON, one per language where they carry words.

Floats appear here and nowhere else in publishing: a chart is a picture, and every number in it also stands
beside it as an exact figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go

from orchestration.publish.site.contract import Number, Row
from orchestration.texts import Language, text

PLOTLY_SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_INK = "#24323d"
_MUTED = "#5c6a75"
_GRID = "#e4e0d6"
_ACTUAL = "#1d5478"
_TARGET = "#b0541f"
_TRIAL = "#9db8c9"
_INCOMPLETE = "#cfccc4"
_FONT = (
    "'Source Han Sans SC','Noto Sans CJK SC','PingFang SC','Hiragino Sans GB','Microsoft YaHei',"
    "'Segoe UI',sans-serif"
)
_ROW_PIXELS = 22
_MOST_BARS = 40
_NAME_PIXELS = 12
_LONGEST_NAME = 12
_PART_COLOURS = {"source": _ACTUAL, "trial": _TRIAL, "incomplete": _INCOMPLETE}


@lru_cache(maxsize=256)
def trend(
    years: tuple[int, ...],
    ratios: tuple[Number, ...],
    states: tuple[str, ...],
    target: Number,
    language: Language,
) -> str:
    """Ratio by year with the target as a dashed line; a year without a published ratio says why in one word.

    Kept, because every fiscal year's view shows the same chart.
    """
    values = [_percent(ratio) for ratio in ratios]
    goal = _percent(target)
    top = max([value for value in [*values, goal] if value is not None], default=1.0)
    layout = _layout(height=170, margin={"l": 44, "r": 14, "t": 8, "b": 26})
    layout["xaxis"] = {
        **layout["xaxis"],
        "tickvals": list(years),
        "range": [min(years) - 0.35, max(years) + 0.35],
    }
    layout["yaxis"] = {**layout["yaxis"], "range": [0, top * 1.3 or 1], "ticksuffix": "%", "nticks": 4}
    layout["annotations"] = [
        _point_label(year, value, state, language)
        for year, value, state in zip(years, values, states, strict=True)
    ]
    if goal is not None:
        line = {"color": _TARGET, "width": 1.5, "dash": "dash"}
        layout["shapes"] = [
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": goal, "y1": goal, "line": line}
        ]
    figure = go.Figure(layout=layout)
    figure.add_scatter(
        x=list(years),
        y=values,
        mode="lines+markers",
        name=text("site.chart_actual", language),
        cliponaxis=False,
        connectgaps=False,
        line={"color": _ACTUAL, "width": 2.5},
        marker={"size": 7},
        hovertemplate="%{x}: %{y:.2f}%<extra></extra>",
    )
    return str(figure.to_json())


def _point_label(year: int, value: float | None, state: str, language: Language) -> dict[str, Any]:
    if value is None:
        shown = text(f"site.status_{state}", language)
        return {
            "x": year,
            "y": 0,
            "text": shown,
            "showarrow": False,
            "yshift": 12,
            "font": {"size": 10.5, "color": _MUTED},
        }
    # A label on its own paper, so that the lines do not run through the figures.
    return {
        "x": year,
        "y": value,
        "text": f"{value:.1f}%",
        "showarrow": False,
        "yshift": 15,
        "borderpad": 1,
        "bgcolor": "rgba(255,255,255,.88)",
        "font": {"size": 11, "color": _ACTUAL},
    }


def league(rows: Sequence[Row], language: Language) -> str:
    """Totals of the subjects as bars, best on top: the part the document gives, and the trial part on it.

    Args:
        rows: scorecards, best first; incomplete ones last.
        language: of the legend.
    """
    shown = list(reversed(rows[:_MOST_BARS]))
    names = [_shortened(str(row["subject_name_zh"] or row["subject_code"])) for row in shown]
    # Room for the names is reckoned here: plotly's own reckoning fails where the column is narrow.
    room = 18 + _NAME_PIXELS * max(map(len, names), default=0)
    layout = _layout(40 + _ROW_PIXELS * len(shown), {"l": room, "r": 16, "t": 4, "b": 28})
    most = max([100.0, *(_float(row["total_points_with_defaults"]) or 0.0 for row in shown)])
    layout["xaxis"] = {
        **layout["xaxis"],
        "range": [0, most],
        "showgrid": True,
        "gridcolor": _GRID,
        "nticks": 6,
    }
    places = list(range(len(shown)))
    layout["yaxis"] = {
        **layout["yaxis"],
        **{"showgrid": False, "tickvals": places, "ticktext": names, "range": [-0.6, len(shown) - 0.4]},
    }
    figure = go.Figure(layout={**layout, "barmode": "stack", "bargap": 0.32})
    for part in league_parts(rows):
        label = text(f"site.points_{part}_part", language)
        values = [_part(row, part) for row in shown]
        figure.add_bar(**_bars(places, values, label, _PART_COLOURS[part]))
    return str(figure.to_json())


def league_parts(rows: Sequence[Row]) -> list[str]:
    """The parts of the bars that occur, for the legend: source, trial, incomplete."""
    return [part for part in _PART_COLOURS if any(_part(row, part) for row in rows[:_MOST_BARS])]


def bins(rows: Sequence[Row], language: Language) -> str:
    """How many figures each bin around a threshold holds, the course they would have as a line, and the
    threshold as a dashed one.

    Args:
        rows: the bins of one threshold, from the lowest up.
        language: of the names.
    """
    threshold = float(rows[0]["threshold"])
    lows = [float(row["bin_from"]) for row in rows]
    middles = [(low + float(row["bin_to"])) / 2 for low, row in zip(lows, rows, strict=True)]
    layout = _layout(height=220, margin={"l": 34, "r": 14, "t": 8, "b": 28})
    layout["bargap"] = 0.12
    layout["shapes"] = [
        {
            "type": "line",
            "yref": "paper",
            "x0": threshold,
            "x1": threshold,
            "y0": 0,
            "y1": 1,
            "line": {"color": _TARGET, "width": 1.5, "dash": "dash"},
        }
    ]
    figure = go.Figure(layout=layout)
    figure.add_bar(
        x=middles,
        y=[row["case_count"] for row in rows],
        name=text("site.chart_actual", language),
        marker={"color": _ACTUAL},
        hovertemplate="%{y}<extra></extra>",
    )
    figure.add_scatter(
        x=middles,
        y=[float(row["expected_count"]) for row in rows],
        mode="lines",
        name=text("site.chart_smooth", language),
        line={"color": _INK, "width": 2},
        hovertemplate="%{y:.1f}<extra></extra>",
    )
    return str(figure.to_json())


def _part(row: Row, part: str) -> float | None:
    """Points of one part of a subject's bar."""
    source = _float(row["total_points_from_source"]) or 0.0
    if part == "source":
        return source
    total = _float(row["total_points_with_defaults"])
    if total is None or bool(row["is_complete"]) is not (part == "trial"):
        return None
    return max(total - source, 0.0)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _bars(places: list[int], values: Sequence[float | None], label: str, colour: str) -> dict[str, Any]:
    return {
        "x": list(values),
        "y": places,
        "orientation": "h",
        "name": label,
        "marker": {"color": colour},
        "hovertemplate": "%{x:.2f}<extra>" + label + "</extra>",
    }


def _layout(height: int, margin: dict[str, int]) -> dict[str, Any]:
    axis = {
        "showgrid": False,
        "zeroline": False,
        "linecolor": _GRID,
        "tickfont": {"size": 12},
        "fixedrange": True,
    }
    return {
        "template": "none",
        "height": height,
        "margin": margin,
        "showlegend": False,
        "xaxis": axis,
        "yaxis": {**axis, "showgrid": True, "gridcolor": _GRID},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": _FONT, "size": 12, "color": _MUTED},
        "hoverlabel": {"bgcolor": "#fff", "bordercolor": _GRID, "font": {"family": _FONT, "color": _INK}},
    }


def _percent(ratio: Number) -> float | None:
    return None if ratio is None else float(Decimal(ratio) * 100)


def _float(value: Number) -> float | None:
    return None if value is None else float(value)
