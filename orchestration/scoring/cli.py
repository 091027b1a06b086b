"""Arguments of the scoring commands; everything slow to import waits until a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--scheme", required=True, type=click.Path(path_type=Path), help="Folder of the scheme. 方案文件夹"
)
@click.option("--values", required=True, type=_FILE, help="Table of values (.csv, .xlsx …). 数据表")
@click.option("--year", type=int, help="Year of values that name none. 数据表未注明时的年度")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write all results to. 结果输出文件夹")
@click.pass_obj
def score(session: Any, scheme: Path, values: Path, year: int | None, out: Path | None) -> None:
    """Score the subjects of a table by any scheme · 按任一方案对数据表计分

    VALUES has one row a subject (and fiscal_year) and one column a figure of the scheme, or one row a figure
    (subject_code, figure_code, value). Nothing of it enters a release.
    """
    from orchestration.scoring.command import run_score

    run_score(session, scheme, values, year, out)


@click.command()
@click.option("--subject", required=True, help="Code of a county or department. 评价对象代码")
@click.option("--year", type=int, required=True, help="Fiscal year. 年度")
@click.option("--edition", help="Edition of the scheme, where there are several. 方案版本")
@click.pass_obj
def explain(session: Any, subject: str, year: int, edition: str | None) -> None:
    """A score in sentences, from the total down to each rule · 用文字说明得分"""
    from orchestration.scoring.command import run_explain

    run_explain(session, subject, year, edition)
