-- Grain: one row per subject, fiscal year and figure that metrics may use, as filed, with its cell.
select
    subject_type,
    subject_code,
    cast(fiscal_year as integer) as fiscal_year,
    figure_code,
    figure_name_zh,
    cast(figure_value as decimal(38, 12)) as figure_value,
    value_status,
    half_print_step,
    value_text,
    unit_label,
    ledger_coverage_code,
    submission_id,
    sheet,
    cell
from {{ ref('int_scored_figures') }}
