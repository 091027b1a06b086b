-- Grain: one row per scored subject, fiscal year, offset to a figure's year, and code that held the subject then ('' none).
select
    subject_type,
    subject_code,
    cast(fiscal_year as integer) as fiscal_year,
    cast(year_offset as integer) as year_offset,
    code_then,
    cast(holder_count as integer) as holder_count
from {{ ref('int_subject_history') }}
