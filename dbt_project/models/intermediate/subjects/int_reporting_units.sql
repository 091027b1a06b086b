-- Grain: one row per submission, form and printed reporting unit, with the budget unit it means.
--
-- The printed name decides, within what the submitter may file for: itself, its subordinate units, units of its region.
-- A name that is not in the register stands for the submitter; a finding says so.
with labels as (
    select
        submission_id,
        form_code,
        fiscal_year,
        reporting_unit_label
    from {{ ref('stg_department_final_account') }}
    union
    select
        submission_id,
        'project_list' as form_code,
        fiscal_year,
        reporting_unit_label
    from {{ ref('stg_project_list') }}
    union
    select
        submission_id,
        form_code,
        fiscal_year,
        reporting_unit_label
    from {{ ref('stg_department_management_facts') }}
    union
    select
        submission_id,
        form_code,
        fiscal_year,
        reporting_unit_label
    from {{ ref('stg_department_budget') }}
),

matched as (
    select
        labels.submission_id,
        labels.form_code,
        labels.fiscal_year,
        labels.reporting_unit_label,
        submissions.submitter_code,
        min(units.unit_code) as unit_code,
        count(units.unit_code) as match_count
    from labels
    inner join {{ ref('stg_submissions') }} as submissions
        on labels.submission_id = submissions.submission_id
    left join {{ ref('int_units') }} as units
        on
            labels.fiscal_year = units.fiscal_year
            and labels.reporting_unit_label = units.unit_name
            and (
                submissions.submitter_code = units.unit_code
                or submissions.submitter_code = units.first_level_unit_code
                or submissions.submitter_code = units.region_code
            )
    group by
        labels.submission_id,
        labels.form_code,
        labels.fiscal_year,
        labels.reporting_unit_label,
        submissions.submitter_code
)

select
    matched.submission_id,
    matched.form_code,
    matched.fiscal_year,
    matched.reporting_unit_label,
    case when matched.match_count = 1 then matched.unit_code else matched.submitter_code end as unit_code,
    matched.match_count = 1 as is_in_register
from matched
