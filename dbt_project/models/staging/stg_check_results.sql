-- Grain: one row per check, fiscal year, submitter, form and version of what was filed, as far as it is in force. Checks
-- of the models and of candidate marts judge the warehouse and nobody who files, and are left out.
select
    gate,
    check_code,
    cast(fiscal_year as integer) as fiscal_year,
    submitter_code,
    subject_code,
    form_code,
    submission_id,
    cast(sum(evaluated_count) as bigint) as evaluated_count,
    cast(sum(violation_count) as bigint) as violation_count,
    cast(sum(excused_count) as bigint) as excused_count,
    min(severity) as severity,
    -- failed, excused, passed: one of several that failed decides.
    case
        when max(case when status = 'failed' then 1 else 0 end) = 1 then 'failed'
        when max(case when status = 'excused' then 1 else 0 end) = 1 then 'excused'
        else 'passed'
    end as check_status
from {{ source('quality', 'check_results') }}
where gate in ('G0', 'G1', 'G2') and is_in_force and fiscal_year is not null
group by gate, check_code, fiscal_year, submitter_code, subject_code, form_code, submission_id
