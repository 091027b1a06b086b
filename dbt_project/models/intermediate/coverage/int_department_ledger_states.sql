-- Grain: one row per department and fiscal year for which C1 is due: whether its ledger can be relied on, and why not.
with subjects as (
    select * from {{ ref('int_coverage_subjects') }}
    where coverage_code = 'C1'
),

ledgers as (
    select
        subject_code,
        fiscal_year,
        min(case when reasons.coverage_status = 'withheld' then lines.reason_code end) as withheld_reason,
        max(case when lines.reason_code = 'not_on_project_list' then 1 else 0 end) = 1 as has_unlisted_projects
    from {{ ref('int_department_evaluation_ledger') }} as lines
    left join {{ ref('coverage_reasons') }} as reasons on lines.reason_code = reasons.reason_code
    group by subject_code, fiscal_year
),

lists as (
    select distinct
        department_code,
        fiscal_year
    from {{ ref('int_projects') }}
),

received_lists as (
    select
        submitter_code,
        fiscal_year
    from {{ ref('int_received_forms') }}
    where form_code = 'project_list'
)

select
    subjects.subject_code as department_code,
    subjects.region_code,
    subjects.fiscal_year,
    case
        when not subjects.has_denominator then 'final_account_missing'
        when
            ledgers.has_unlisted_projects and lists.department_code is null and received_lists.submitter_code is null
            then 'project_list_missing'
    end as missing_reason,
    ledgers.withheld_reason
from subjects
left join ledgers
    on subjects.subject_code = ledgers.subject_code and subjects.fiscal_year = ledgers.fiscal_year
left join lists
    on subjects.subject_code = lists.department_code and subjects.fiscal_year = lists.fiscal_year
left join received_lists
    on subjects.subject_code = received_lists.submitter_code and subjects.fiscal_year = received_lists.fiscal_year
