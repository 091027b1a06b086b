"""The `bpw` command.

What belongs here: arguments, exit codes and the order of steps. What does not: any stage, and anything slow
at import: a run that has nothing to do ends before Dagster, dbt or Great Expectations is imported.

Exit codes: 0 done, or nothing to do; 1 a stage failed, or a query did; 2 the command was called wrongly, or a
file people write into the workspace cannot be used; 3
another process holds the workspace; 4 nothing is published yet.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal, NoReturn

import click
import duckdb
from rich.console import Console

from orchestration import fingerprint, inbox
from orchestration.codes.cli import codes
from orchestration.errors import ComputationError, WorkspaceFileError
from orchestration.fiscal_years import fiscal_years
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.publish.releases import current_release, published_fingerprint
from orchestration.query_output import ROWS_SHOWN, print_rows, write_csv
from orchestration.resources.paths import WORKSPACE_VARIABLE, Workspace, WorkspaceNotFoundError
from orchestration.resources.paths import workspace as workspace_in_use
from orchestration.run_lock import RunLockedError, run_lock
from orchestration.scoring.cli import compare_editions, explain, replay, ripple, score, what_if, why
from orchestration.spot_checks.cli import spot_check
from orchestration.voice import CHOICES, LANGUAGE_VARIABLE, Voice, voice

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_LOCKED = 3
EXIT_NO_RELEASE = 4


class Session:
    """What every command is given: where, in which language, and where to print."""

    def __init__(self, place: Workspace, speaker: Voice) -> None:
        self.workspace = place
        self.voice = speaker
        self.console = Console()
        self.errors = Console(stderr=True)

    def release(self) -> Path:
        """The current release; ends the command when there is none."""
        release = current_release(self.workspace.marts)
        if release is None:
            self.fail(EXIT_NO_RELEASE, "no_release")
        return release

    def say(self, key: str, **values: object) -> None:
        """Print a sentence."""
        self.console.print(self.voice.lines(key, **values), highlight=False, soft_wrap=True)

    def print_plain(self, line: str) -> None:
        """Print what names files and workbooks as it is."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def fail(self, code: int, key: str, **values: object) -> NoReturn:
        """Print a sentence on the error channel and end the command."""
        self.errors.print(self.voice.lines(key, **values), highlight=False, soft_wrap=True, markup=False)
        raise click.exceptions.Exit(code)


class _Commands(click.Group):
    """The commands; a mistake in a file of the workspace ends any of them with a sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WorkspaceFileError as error:
            Console(stderr=True).print(str(error), markup=False, highlight=False, soft_wrap=True)
            raise click.exceptions.Exit(EXIT_USAGE) from None
        except RunLockedError as error:
            _end_locked(ctx.obj, error)
        except ComputationError as error:
            ctx.obj.fail(EXIT_FAILED, "computation_failed", reason=error)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\n" + (__doc__ or "").split("\n\n")[-1],
)
@click.option(
    "--language",
    type=click.Choice(CHOICES),
    help=f"Language, else {LANGUAGE_VARIABLE}, else the locale. 语言",
)
@click.option(
    "--workspace",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Folder of inbox and releases, else {WORKSPACE_VARIABLE}, else data/ of the checkout. 工作区",
)
@click.pass_context
def main(context: click.Context, language: str | None, folder: Path | None) -> None:
    """Budget performance warehouse: from filed workbooks to a published release · 预算绩效数据仓库"""
    try:
        place = Workspace(folder.expanduser().resolve()) if folder else workspace_in_use()
    except WorkspaceNotFoundError as error:
        raise click.UsageError(str(error)) from None
    context.obj = Session(place, voice(language))


@main.command()
@click.option(
    "--year", "years", type=int, multiple=True, help="Fiscal year; repeat for the ends of a range. 年度"
)
@click.option("--force", is_flag=True, help="Open every workbook again, changed or not. 全部重新读取")
@click.pass_obj
def run(session: Session, years: tuple[int, ...], force: bool) -> None:
    """Run the main job and publish a release · 运行主作业并发布"""
    unknown = sorted(set(years) - set(fiscal_years()))
    if unknown:
        session.fail(
            EXIT_USAGE,
            "unknown_years",
            years=", ".join(map(str, unknown)),
            first=fiscal_years()[0],
            last=fiscal_years()[-1],
        )
    place = session.workspace
    place.make()
    with _held(session, "bpw run"):
        _fill_empty_inbox(session)
        files = fingerprint.scan_workspace(place)
        published = published_fingerprint(place.marts)
        if not force and published == fingerprint.inbox_fingerprint(place, files, published):
            session.say("nothing_changed", release=session.release().name)
            return
        from orchestration.run import run_years

        filed = sorted({file.fiscal_year for file in files if file.fiscal_year is not None})
        run_years(session.console, session.errors, session.voice, place, list(years) or filed, force=force)


@main.command()
@click.option("--counties", type=click.IntRange(1), help="How many counties. 县数")
@click.option("--departments", type=click.IntRange(1), help="How many departments. 部门数")
@click.option(
    "--units",
    "units_per_department",
    type=click.IntRange(0),
    help="Subordinate units a department. 每部门下属单位数",
)
@click.option("--year", "years", type=int, multiple=True, help="Fiscal year, repeated. 年度")
@click.option("--seed", type=int, help="The same seed gives the same workbooks. 随机种子")
@click.option("--force", is_flag=True, help="Write although the inbox holds workbooks. 收件夹非空时仍写入")
@click.pass_obj
def sample(session: Session, /, force: bool, **sizes: Any) -> None:
    """Write the sample province (fictional) into the inbox · 生成示例省报表"""
    place = session.workspace
    place.make()
    with _held(session, "bpw sample"):
        if not force and not inbox.is_empty(place.inbox):
            session.fail(EXIT_FAILED, "sample_over_inbox", folder=place.inbox)
        _write_sample(session, {name: value for name, value in sizes.items() if value})


@main.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="Port on 127.0.0.1. 端口"
)
@click.pass_obj
def serve(session: Session, port: int) -> None:
    """Start Dagster's web page and daemon on 127.0.0.1 · 启动 Dagster 网页与守护进程"""
    from orchestration.serve import serve as start

    session.workspace.make()
    session.say("serving", address=f"http://127.0.0.1:{port}")
    code = start(session.workspace, port)
    session.say("serve_stopped")
    raise click.exceptions.Exit(code)


@main.command()
@click.argument("query")
@click.option("--csv", "as_csv", is_flag=True, help="All rows as CSV. 以 CSV 输出全部")
@click.pass_obj
def sql(session: Session, query: str, as_csv: bool) -> None:
    """Query the current release, read-only; "-" reads the query from standard input · 查询当前版本"""
    text = sys.stdin.read() if query == "-" else query
    try:
        with duckdb.connect(str(session.release() / DATABASE_NAME), read_only=True) as connection:
            connection.execute("set schema = 'marts'")
            cursor = connection.execute(text)
            columns = [column[0] for column in cursor.description or ()]
            if as_csv:
                write_csv(columns, cursor)
            elif print_rows(session.console, columns, cursor):
                session.say("more_rows", shown=ROWS_SHOWN)
    except duckdb.Error as error:
        session.fail(EXIT_FAILED, "sql_failed", reason=error)


def _file_or_member(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    """A file that exists, or a member of an archive as `bpw` prints it: <archive>!/<member>."""
    from orchestration.ingest.filed import read_filed

    try:
        read_filed(path)
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror or error}", context, parameter) from error
    return path


@main.command()
@click.argument("file", type=click.Path(path_type=Path), callback=_file_or_member)
@click.option("--year", type=int, help="Fiscal year, else that of its folder or titles. 年度")
@click.option("--json", "form", flag_value="json", help="As JSON. 以 JSON 输出")
@click.option("--diff", "form", flag_value="diff", help="As a patch. 以补丁输出")
@click.pass_obj
def drift(session: Session, file: Path, year: int | None, form: Literal["json", "diff"] | None) -> None:
    """Compare FILE with the form maps and print the lines that teach them to read it · 比对报表格式

    Exit code 0: no drift; 1: drift; 2: not readable or not recognised.
    """
    from orchestration.drift.command import run as compare

    compare(
        session.console,
        session.errors,
        session.voice,
        file,
        session.workspace,
        year=year,
        form=form or "text",
    )


@main.command()
@click.argument("mart")
@click.argument("filters", metavar="[COLUMN=VALUE]...", nargs=-1)
@click.option("--release", "release_id", help="A release other than the current one. 其他发布版本")
@click.option("--all", "everything", is_flag=True, help="Long lists in full. 全部列出")
@click.option("--csv", "form", flag_value="csv", help="One line a step, as CSV. 以 CSV 输出")
@click.option("--json", "form", flag_value="json", help="The tree as JSON. 以 JSON 输出")
@click.pass_obj
def trace(
    session: Session,
    mart: str,
    filters: tuple[str, ...],
    release_id: str | None,
    everything: bool,
    form: Literal["csv", "json"] | None,
) -> None:
    """Where a figure comes from: MART and the columns that name one row, down to the cells · 数据溯源到单元格

    \b
    bpw trace fct_coverage_ratios coverage_code=C1 subject_code=303 fiscal_year=2015
    """
    from orchestration.trace.command import run as answer

    folder = session.release() if release_id is None else session.workspace.releases / release_id
    answer(
        session.console,
        session.errors,
        session.voice,
        folder,
        mart,
        filters,
        form=form or "tree",
        everything=everything,
    )


@main.command()
@click.pass_obj
def status(session: Session) -> None:
    """What was published, what waits in the inbox, whether a run is on · 查看当前状态"""
    from orchestration.reports import print_status

    print_status(session.console, session.voice, session.workspace)


@main.command()
@click.option(
    "--severity", multiple=True, type=click.Choice(("block", "error", "warning", "note")), help="程度"
)
@click.option("--submitter", help="Code of a submitter. 报送单位代码")
@click.option("--form", help="Code of a form. 表样代码")
@click.option("--year", type=int, help="Fiscal year. 年度")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Rows shown. 显示行数")
@click.option("--settled", is_flag=True, help="Those exempted or justified instead. 已豁免或已说明的问题")
@click.pass_obj
def findings(session: Session, /, **filters: Any) -> None:
    """Findings of the current release, to the cell · 问题清单"""
    from orchestration.reports import print_findings

    print_findings(session.console, session.voice, session.release(), **filters)


@main.command(name="return")
@click.option("--submitter", help="Code of a submitter. 报送单位代码")
@click.option("--year", type=int, help="Fiscal year. 年度")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder, else returned/ of the workspace. 输出文件夹",
)
@click.pass_obj
def return_(session: Session, submitter: str | None, year: int | None, out: Path | None) -> None:
    """Write filed workbooks back with each finding on its cell · 退回带批注的报表"""
    from orchestration.returned import write_answers

    session.release()
    with _held(session, "bpw return"):
        try:
            written = write_answers(session.workspace, submitter=submitter, year=year, out=out)
        except OSError as error:
            session.fail(EXIT_FAILED, "return_failed", folder=out or session.workspace.returned, reason=error)
    for workbook in written:
        session.print_plain(f"{workbook.findings:>5}  {workbook.path}")
    folder = out or session.workspace.returned
    session.say(
        "returned", workbooks=len(written), findings=sum(one.findings for one in written), folder=folder
    )


@main.command()
@click.option(
    "--schema", is_flag=True, help="Print the JSON Schema of form maps instead. 输出表样定义的 JSON Schema"
)
@click.pass_obj
def forms(session: Session, schema: bool) -> None:
    """The forms the warehouse reads, with their editions and tables · 表样"""
    from orchestration.reports import print_forms

    if schema:
        from orchestration.ingest.form_schema import form_map_schema

        click.echo(form_map_schema(), nl=False)
        return
    print_forms(session.console, session.voice, session.workspace)


@main.command()
@click.argument("form")
@click.option("--year", type=int, required=True, help="Fiscal year of the form. 年度")
@click.option("--unit", help="Unit of amounts, such as 元 or 万元; else the form's usual one. 金额单位")
@click.option(
    "--rows", type=click.IntRange(1, 5000), default=12, show_default=True, help="Blank rows. 空白行数"
)
@click.option(
    "--out",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, else named here. 输出文件",
)
@click.option("--force", is_flag=True, help="Overwrite the file. 覆盖已有文件")
@click.pass_obj
def template(
    session: Session, form: str, year: int, unit: str | None, rows: int, path: Path | None, force: bool
) -> None:
    """Write the blank official FORM of a year as a workbook to fill in · 生成空白报表"""
    from orchestration.ingest.forms import load_catalogue
    from orchestration.publish import blank_forms

    catalogue = load_catalogue(session.workspace.form_folders())
    try:
        plans = blank_forms.plan_form(catalogue, form, year, unit=unit, rows=rows)
    except blank_forms.UnknownFormError:
        session.fail(EXIT_USAGE, "template_unknown_form", form=form, known=", ".join(catalogue.forms))
    except blank_forms.NoEditionError:
        session.fail(EXIT_USAGE, "template_no_edition", form=form, year=year)
    except blank_forms.UnitNotPrintedError as error:
        session.fail(EXIT_USAGE, "template_unit", form=form, unit=unit, known=", ".join(error.units))
    except blank_forms.BlankFormError as error:
        session.fail(EXIT_FAILED, "template_not_drawn", reason=error)
    target = path or Path(f"{catalogue.forms[form].title.zh}_{year}.xlsx")
    if target.exists() and not force:
        session.fail(EXIT_FAILED, "template_exists", file=target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        blank_forms.write_blank_form(plans, target)
    except OSError as error:
        session.fail(EXIT_FAILED, "template_not_written", file=target, reason=error)
    session.say("template_written", file=target, sheets=len(plans))


@main.command()
@click.pass_obj
def releases(session: Session) -> None:
    """The releases, youngest first · 发布版本"""
    from orchestration.reports import print_releases

    print_releases(session.console, session.voice, session.workspace)


@main.command()
@click.argument("table", required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder to copy the scheme TABLE to · 方案复制到的文件夹"
)
@click.pass_obj
def methods(session: Session, table: str | None, out: Path | None) -> None:
    """The method tables and schemes in use; TABLE as CSV; a scheme with --out as a folder · 方法表"""
    from orchestration.methods.project import copy_scheme, table_in_use
    from orchestration.reports import print_methods

    if table is None:
        print_methods(session.console, session.voice, session.workspace)
        return
    if out is not None:
        copy_scheme(session.workspace, table.removeprefix("schemes/"), out)
        session.console.print(session.voice.about("methods").lines("scheme_copied", folder=out))
        return
    path = table_in_use(session.workspace, table, fingerprint.methods_hash())
    if path is None:
        session.errors.print(session.voice.about("methods").lines("unknown_table_named", table=table))
        raise click.exceptions.Exit(EXIT_USAGE)
    click.echo(path.read_text(encoding="utf-8"), nl=False)


main.add_command(codes)
main.add_command(compare_editions)
main.add_command(explain)
main.add_command(replay)
main.add_command(ripple)
main.add_command(score)
main.add_command(what_if)
main.add_command(spot_check)
main.add_command(why)


@contextmanager
def _held(session: Session, purpose: str) -> Iterator[None]:
    """Hold the workspace; ends the command with a sentence when another process has it."""
    with ExitStack() as stack:
        try:
            stack.enter_context(run_lock(session.workspace.run_lock, purpose))
        except RunLockedError as error:
            _end_locked(session, error)
        yield


def _end_locked(session: Session, error: RunLockedError) -> NoReturn:
    holder = error.holder
    if holder is None:
        session.fail(EXIT_LOCKED, "locked_by_unknown")
    session.fail(EXIT_LOCKED, "locked", process=holder.process_id, purpose=holder.purpose, since=holder.since)


def _fill_empty_inbox(session: Session) -> None:
    place = session.workspace
    if not inbox.is_empty(place.inbox):
        return
    # An inbox that was full once and is empty now is a share that is not mounted, or a mistake: not a new
    # bureau.
    if place.warehouse.exists() or current_release(place.marts) is not None:
        session.fail(EXIT_FAILED, "inbox_emptied", folder=place.inbox)
    session.say("inbox_empty", folder=place.inbox)
    _write_sample(session, {})


def _write_sample(session: Session, sizes: dict[str, Any]) -> None:
    from orchestration.sample import SampleSize, write_sample

    place = session.workspace
    draft = place.work / "sample"
    shutil.rmtree(draft, ignore_errors=True)
    summary = write_sample(draft / place.inbox.name, SampleSize(**sizes))
    # Moved in when it is whole: a sample cut short must not be taken for what a province filed.
    shutil.copytree(draft, place.root, dirs_exist_ok=True, copy_function=shutil.move)
    shutil.rmtree(draft)
    session.say("sample_written", files=summary.file_count)


if __name__ == "__main__":
    main()
