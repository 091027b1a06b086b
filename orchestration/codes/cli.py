"""Arguments of `bpw codes`; everything slow to import waits until a command runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from orchestration.codes.command import CodesCommand
    from orchestration.codes.kinds import CodeKind

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def codes() -> None:
    """Published code lists: division codes, classifications, units · 代码表"""


@codes.command("import")
@click.argument("kind")
@click.argument("file", type=_FILE)
@click.option("--year", type=click.IntRange(1949, 2200), required=True, help="Year of the list. 代码表年度")
@click.option(
    "--successors", type=_FILE, help="CSV with columns code,successor for vanished codes. 撤销代码的后继"
)
@click.option("--accept-proposed", is_flag=True, help="Take the proposed successors. 采纳建议的后继")
@click.option("--accept-vanished", is_flag=True, help="Take a list that lacks many codes. 确认大量代码撤销")
@click.pass_obj
def import_codes(session: Any, /, kind: str, file: Path, **given: Any) -> None:
    """Take in the list FILE of a year and tell what changed · 导入某年代码表并列出变化

    KIND is region, function, economic or unit. The same list again takes in successors stated since.
    """
    _command(session).take(
        _kind(kind),
        file,
        given["year"],
        given["successors"],
        accept=given["accept_proposed"],
        accept_vanished=given["accept_vanished"],
    )


@codes.command("remove")
@click.argument("kind")
@click.option("--year", type=int, required=True, help="Year of the newest list. 最新代码表的年度")
@click.pass_obj
def remove_codes(session: Any, kind: str, year: int) -> None:
    """Take the newest list of a kind back · 撤回最新导入的代码表"""
    _command(session).take_back(_kind(kind), year)


@codes.command("follow")
@click.argument("kind")
@click.argument("code")
@click.option("--year", type=int, required=True, help="Year to follow the code to. 目标年度")
@click.pass_obj
def follow_code(session: Any, kind: str, code: str, year: int) -> None:
    """Which codes of a year hold what CODE held · 查询某代码在某年的后继"""
    _command(session).follow(_kind(kind), code, year)


@codes.command("list")
@click.pass_obj
def list_codes(session: Any) -> None:
    """The lists taken in · 已导入的代码表"""
    _command(session).lists()


def _command(session: Any) -> CodesCommand:
    from orchestration.codes.command import CodesCommand

    return CodesCommand(session.workspace.codes, session.console, session.errors, session.voice)


def _kind(name: str) -> CodeKind:
    from orchestration.codes.kinds import kinds

    known = kinds()
    if name not in known:
        raise click.BadParameter(f"{name!r} is not one of {', '.join(known)}", param_hint="KIND")
    return known[name]
