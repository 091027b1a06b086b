-- Grain: one row per finding.
select
    finding_id,
    run_id,
    gate,
    check_code,
    severity,
    cast(fiscal_year as integer) as fiscal_year,
    submission_id,
    submitter_code,
    form_code,
    sheet,
    cell,
    given,
    expected,
    subject_code,
    message_zh,
    message_en
from {{ source('quality', 'findings') }}
