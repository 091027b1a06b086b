"""From audited candidate marts to something a reader can open: releases, pages, dictionary, returned
workbooks.

Nothing here computes a figure, judges one or knows Dagster; what enters a release has been computed by dbt
and audited before. The parts: `candidate` (Parquet and DuckDB files of the marts), `manifest` (what a
release says about itself), `releases` (the atomic switch), `dictionary`, `site` (the page) and
`return_workbooks` (annotated copies).
"""
