"""Stage 2, read: the bytes of one workbook become records, each with sheet, row and cell, plus reader
findings.

Pure Python: imports no Dagster, DuckDB or dbt, so that it runs in small worker processes and in a test
alone. Where a number stands is data (`orchestration/forms/*.yml`); the code here only knows kinds of
bodies, never one form.
"""
