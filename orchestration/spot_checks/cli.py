"""Arguments of `bpw spot-check`; everything slow to import waits until a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("spot-check")
def spot_check() -> None:
    """Spot checks of self-evaluations: a list anyone can draw again · 部门自评抽查"""


@spot_check.command()
@click.option("--region", required=True, help="Whose finance bureau checks. 抽查财政部门的区划代码")
@click.option("--year", type=int, required=True, help="Fiscal year of the spending evaluated. 支出年度")
@click.option("--seed", required=True, help="Any text; decides the draw. 随机种子")
@click.option("--seed-source", required=True, help="Where the seed comes from, in words. 种子来源说明")
@click.option("--release", "release_id", help="Release, else the current one. 发布版本")
@click.option("--name", help="Name of the plan, else year and region. 计划名称")
@click.pass_obj
def announce(
    session: Any,
    region: str,
    year: int,
    seed: str,
    seed_source: str,
    release_id: str | None,
    name: str | None,
) -> None:
    """Write a plan to be published before the draw: rules, population, risk, seed · 公布抽查计划"""
    from orchestration.spot_checks.command import run_announce

    run_announce(session, region, year, seed, seed_source, release_id, name)


@spot_check.command()
@click.argument("plan")
@click.pass_obj
def draw(session: Any, plan: str) -> None:
    """Draw by an announced plan, once · 按计划抽取"""
    from orchestration.spot_checks.command import run_draw

    run_draw(session, plan)


@spot_check.command()
@click.argument("file", type=_FILE)
@click.pass_obj
def redraw(session: Any, file: Path) -> None:
    """Draw again from the file of a draw alone; exit code 1 when it differs · 由抽取文件重新抽取核对"""
    from orchestration.spot_checks.command import run_redraw

    run_redraw(session, file)
