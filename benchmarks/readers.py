"""The ways of reading a folder of workbooks that `benchmarks.reading` compares, each in a process of its own.

    .venv/bin/python -m benchmarks.readers WAY INBOX SCRATCH

The inbox is laid out as `<fiscal year>/<submitter>/<file>`. Prints, as JSON, seconds of work after the
imports and the cells that are not blank.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

Way = Callable[[Sequence[Path], Path, Path], int]


def workbooks(inbox: Path) -> list[Path]:
    """The workbooks of an inbox, in the order of their names."""
    return sorted(path for path in inbox.rglob("*.xls*") if path.is_file())


def _decode(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    cells = 0
    with CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())) as workbook:
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            cells += sum(len(row) - row.count("") for row in rows)
    return cells


def calamine(files: Sequence[Path], inbox: Path, scratch: Path) -> int:
    """Bare decoding, on all cores; nothing is kept."""
    with multiprocessing.get_context("forkserver").Pool(os.cpu_count()) as pool:
        return sum(pool.imap_unordered(_decode, files, chunksize=16))


def calamine_one_core(files: Sequence[Path], inbox: Path, scratch: Path) -> int:
    """Bare decoding in one process; nothing is kept."""
    return sum(_decode(path) for path in files)


def warehouse(files: Sequence[Path], inbox: Path, scratch: Path) -> int:
    """Receive, read and load into DuckDB with the cell of every value, as the job does it."""
    from orchestration.assets.load import load_pending
    from orchestration.fingerprint import scan_workspace
    from orchestration.ingest.forms import load_catalogue
    from orchestration.ingest.pool import prepare_readers
    from orchestration.resources.paths import Workspace
    from orchestration.resources.raw_tables import raw_tables
    from orchestration.resources.registry import register
    from orchestration.resources.run import WorkspaceRun

    prepare_readers()
    workspace = Workspace(inbox.parent)
    run = WorkspaceRun(root=str(workspace.root))
    catalogue = load_catalogue(workspace.form_folders())
    tables = raw_tables(catalogue)
    years = sorted(int(folder.name) for folder in inbox.iterdir() if folder.is_dir())
    files_now = scan_workspace(workspace)
    with run.warehouse.kept_open():
        run.warehouse.prepare(tables)
        register(run.warehouse, files_now, years, "benchmark", tables)
    return load_pending(run, catalogue, years, "benchmark").cells


def _append(files: Sequence[Path], scratch: Path, engine: Callable[[Path], str]) -> int:
    """The script a user would write: all sheets of all files under one another, then a table."""
    import duckdb
    import pandas as pd

    frames = []
    for path in files:
        with pd.ExcelFile(path, engine=engine(path)) as book:  # type: ignore[arg-type]
            for name, sheet in book.parse(sheet_name=None, header=None).items():
                frames.append(sheet.astype("string").assign(file=path.name, sheet=name))
    everything = pd.concat(frames, ignore_index=True)
    everything.columns = pd.Index([str(column) for column in everything.columns])
    with duckdb.connect(str(scratch / "appended.duckdb")) as connection:
        connection.execute("create or replace table cells as select * from everything")
    return int(everything.drop(columns=["file", "sheet"]).notna().to_numpy().sum())


def pandas_openpyxl(files: Sequence[Path], inbox: Path, scratch: Path) -> int:
    """pandas as it comes: openpyxl for .xlsx, xlrd for .xls."""
    return _append(files, scratch, lambda path: "openpyxl" if path.suffix == ".xlsx" else "xlrd")


def pandas_calamine(files: Sequence[Path], inbox: Path, scratch: Path) -> int:
    """pandas with calamine for both formats."""
    return _append(files, scratch, lambda path: "calamine")


def polars_fastexcel(files: Sequence[Path], inbox: Path, scratch: Path) -> int:
    """polars with fastexcel, every sheet of every file as text."""
    import duckdb
    import fastexcel
    import polars as pl

    frames = []
    for path in files:
        workbook = fastexcel.read_excel(path)
        for name in workbook.sheet_names:
            sheet = workbook.load_sheet(name, header_row=None, dtypes="string").to_polars()
            frames.append(sheet.with_columns(file=pl.lit(path.name), sheet=pl.lit(name)))
    everything = pl.concat(frames, how="diagonal").to_arrow()
    with duckdb.connect(str(scratch / "appended.duckdb")) as connection:
        connection.execute("create or replace table cells as select * from everything")
    return sum(
        everything.num_rows - column.null_count
        for name, column in zip(everything.column_names, everything.columns, strict=True)
        if name not in ("file", "sheet")
    )


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (calamine, calamine_one_core, warehouse, pandas_openpyxl, pandas_calamine, polars_fastexcel)
}


_IMPORTS = {
    "calamine": ["python_calamine"],
    "calamine_one_core": ["python_calamine"],
    "warehouse": ["orchestration.assets.load", "orchestration.fingerprint", "pandas", "pyarrow"],
    "pandas_openpyxl": ["pandas", "openpyxl", "xlrd", "duckdb", "pyarrow"],
    "pandas_calamine": ["pandas", "python_calamine", "duckdb", "pyarrow"],
    "polars_fastexcel": ["polars", "fastexcel", "duckdb", "pyarrow"],
}


def main() -> None:
    """Read once and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("inbox", type=Path)
    parser.add_argument("scratch", type=Path)
    options = parser.parse_args()
    for module in _IMPORTS[options.way]:
        importlib.import_module(module)
    started = time.perf_counter()
    cells = WAYS[options.way](workbooks(options.inbox), options.inbox, options.scratch)
    sys.stdout.write(json.dumps({"seconds": time.perf_counter() - started, "cells": cells}) + "\n")


if __name__ == "__main__":
    main()
