"""Arguments of the scoring commands; everything slow to import waits until a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_MOST_EDITIONS = 2
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


_RELEASE = click.option("--release", "release_id", help="Release, else the current one. 发布版本")


@click.command()
@_RELEASE
@click.option("--year", type=int, help="Fiscal year only. 仅某年度")
@click.option("--edition", help="Edition only. 仅某方案版本")
@click.pass_obj
def replay(session: Any, release_id: str | None, year: int | None, edition: str | None) -> None:
    """Compute a release's scores again from the release alone; equal byte by byte, or told · 重算并核对

    Exit codes: 0 equal, 1 not.
    """
    from orchestration.scoring.editions_command import run_replay

    run_replay(session, release_id, year, edition)


@click.command("compare-editions")
@click.argument("first")
@click.argument("second")
@_RELEASE
@click.option("--year", type=int, help="Fiscal year, else all both score. 年度")
@click.option("--out", type=click.Path(path_type=Path), help="CSV file to write. 输出 CSV 文件")
@click.pass_obj
def compare_editions(
    session: Any, first: str, second: str, release_id: str | None, year: int | None, out: Path | None
) -> None:
    """Two editions on the same figures: points, ranks, grades, and what differs in the method · 版本对比

    FIRST and SECOND are editions of the release, scheme/edition, or folders of schemes.
    """
    from orchestration.scoring.editions_command import run_compare

    run_compare(session, first, second, release_id, year, out)


@click.command()
@click.option("--subject", required=True, help="Code of a county or department. 评价对象代码")
@click.option("--from", "first", type=int, required=True, help="Fiscal year of the earlier score. 起始年度")
@click.option("--to", "last", type=int, required=True, help="Fiscal year of the later score. 终止年度")
@click.option("--edition", "editions", multiple=True, help="Edition; twice for another later one. 方案版本")
@click.option("--from-release", help="Release of the earlier score, else the current one. 起始发布版本")
@click.option("--to-release", help="Release of the later score, else the current one. 终止发布版本")
@click.pass_obj
def why(
    session: Any,
    subject: str,
    first: int,
    last: int,
    editions: tuple[str, ...],
    from_release: str | None,
    to_release: str | None,
) -> None:
    """Why a score moved: own data, peers, edition, corrections; the parts add up · 得分变动原因"""
    from orchestration.scoring.movement_command import run_why

    if len(editions) > _MOST_EDITIONS:
        raise click.UsageError("--edition comes twice at most")
    chosen = (*editions, None, None)
    run_why(session, subject, (first, last), (chosen[0], chosen[1]), (from_release, to_release))


@click.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--submitter", help="Who files it. 报送单位代码")
@click.option("--year", type=int, help="Fiscal year it is filed for. 年度")
@click.pass_obj
def ripple(session: Any, file: Path | None, submitter: str | None, year: int | None) -> None:
    """Whom a correction would move, before it is accepted · 更正影响预演

    FILE is a corrected workbook that does not lie in the inbox; without it the inbox counts as it stands.
    Runs the whole job on a copy; nothing of the workspace changes.
    """
    from orchestration.scoring.movement_command import run_ripple

    run_ripple(session, file, submitter, year)


@click.command("what-if")
@click.option("--scheme", required=True, help="Folder of a scheme, or an edition. 方案文件夹或版本")
@click.option("--against", help="Edition to compare with, else that of the same scheme. 对比版本")
@_RELEASE
@click.option("--year", type=int, help="Fiscal year to show, else all. 年度")
@click.option("--name", help="Name of the database the results are kept in. 结果名称")
@click.pass_obj
def what_if(
    session: Any, scheme: str, against: str | None, release_id: str | None, year: int | None, name: str | None
) -> None:
    """A release's figures under another scheme, kept apart from every release · 方案试算

    Results lie in what_if/<name>.duckdb of the workspace, schema what_if.
    """
    from orchestration.scoring.editions_command import run_what_if

    run_what_if(session, scheme, against, release_id, year, name)


@click.command()
@click.option("--subject", required=True, help="Code of a county or department. 评价对象代码")
@click.option("--year", type=int, required=True, help="Fiscal year. 年度")
@click.option("--edition", help="Edition of the scheme, where there are several. 方案版本")
@click.pass_obj
def explain(session: Any, subject: str, year: int, edition: str | None) -> None:
    """A score in sentences, from the total down to each rule · 用文字说明得分"""
    from orchestration.scoring.command import run_explain

    run_explain(session, subject, year, edition)
