-- Grain: one row per reading of a cell, of submissions that left the inbox too; a cell merged over several lines is
-- read once a line.
select
    filed.submission_id,
    cast(filed.fiscal_year as integer) as fiscal_year,
    filed.form_code,
    case
        when submissions.status = 'withdrawn' then 'withdrawn'
        else coalesce(held.held_status, 'accepted')
    end as form_status,
    filed.table_code,
    filed.sheet,
    filed.row_number,
    filed.cell,
    filed.row_kind,
    nullif(filed.item_code, '') as item_code,
    nullif(filed.item_label, '') as item_label,
    filed.measure_code,
    nullif(filed.subject_label, '') as subject_label,
    nullif(filed.reporting_unit_label, '') as reporting_unit_label,
    nullif(filed.unit_label, '') as unit_label,
    filed.value_text
from {{ source('raw', 'filed_cells') }} as filed
inner join {{ ref('stg_submissions') }} as submissions
    on filed.submission_id = submissions.submission_id and submissions.status in ('loaded', 'withdrawn')
left join {{ ref('stg_held_forms') }} as held
    on filed.submission_id = held.submission_id and filed.form_code = held.form_code
