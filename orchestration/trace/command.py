"""The `bpw trace` command."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeAlias

import click
from rich.console import Console

from orchestration.publish.candidate import DATABASE_NAME
from orchestration.trace.rows import Filter, Marts, TraceError
from orchestration.trace.show import Shown
from orchestration.trace.ways import trace
from orchestration.voice import Voice

EXIT_NOT_ANSWERED = 1
EXIT_MISUSE = 2

Form: TypeAlias = Literal["tree", "csv", "json"]


def run(
    console: Console,
    errors: Console,
    voice: Voice,
    release: Path,
    mart: str,
    filters: Iterable[str],
    *,
    form: Form = "tree",
    everything: bool = False,
) -> None:
    """Print where one row of a mart comes from.

    Args:
        console: where the tree goes; CSV and JSON go to standard output as they are.
        errors: where a question that cannot be answered is explained.
        voice: languages.
        release: folder of a release.
        mart: name of a mart, with or without its schema.
        filters: `column=value`, which have to leave one row.
        form: tree, csv or json.
        everything: whether long lists are printed in full.

    Raises:
        click.exceptions.Exit: the question cannot be answered.
    """
    try:
        database = release / DATABASE_NAME
        if ".." in release.parts or not database.is_file():
            raise TraceError("unknown_release", given=release.name)
        mart = mart.removeprefix("marts.")
        with Marts(database) as marts:
            root = trace(marts, mart, marts.one(mart, [Filter.parse(text) for text in filters]))
    except TraceError as error:
        said = voice.about("trace").lines(error.key, **error.values)
        errors.print(said, highlight=False, soft_wrap=True, markup=False)
        raise click.exceptions.Exit(EXIT_MISUSE if error.is_misuse else EXIT_NOT_ANSWERED) from None
    shown = Shown(root, voice)
    if form == "csv":
        shown.csv(sys.stdout)
    elif form == "json":
        shown.json(sys.stdout)
    else:
        shown.tree(console, everything=everything)
