-- Grain: one row per check, fiscal year, submitter, subject, form and version of what was filed; passes too.
select
    fiscal_year,
    submitter_code,
    subject_code,
    form_code,
    submission_id,
    check_code,
    gate,
    severity,
    evaluated_count,
    violation_count,
    excused_count,
    check_status
from {{ ref('stg_check_results') }}
