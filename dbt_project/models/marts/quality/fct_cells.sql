-- Grain: one row per cell that was read, form table and measure, whatever became of its form.
select
    submission_id,
    fiscal_year,
    form_code,
    form_status,
    table_code,
    sheet,
    cast(min(row_number) as integer) as row_number,
    cell,
    min(row_kind) as row_kind,
    item_code,
    item_label as item_label_zh,
    measure_code,
    subject_label as subject_label_zh,
    reporting_unit_label as reporting_unit_label_zh,
    unit_label as unit_as_published,
    value_text
from {{ ref('stg_filed_cells') }}
group by
    submission_id, fiscal_year, form_code, form_status, table_code, sheet, cell, item_code, item_label,
    measure_code, subject_label, reporting_unit_label, unit_label, value_text
