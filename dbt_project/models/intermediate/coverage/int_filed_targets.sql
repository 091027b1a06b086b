-- Grain: one row per object (project, first-level unit, transfer programme) and fiscal year with a target form.
--
-- Whether a form counts as filed is a dated parameter (what counts as a filed target), not a habit of this query.
with indicator_counts as (
    select
        'project' as object_type,
        fiscal_year,
        project_code as object_code,
        submission_id,
        sheet,
        sum(case when has_target_value then 1 else 0 end) as valued_indicator_count
    from {{ ref('stg_project_performance_target_indicators') }}
    group by fiscal_year, project_code, submission_id, sheet
    union all
    select
        'unit' as object_type,
        fiscal_year,
        unit_code as object_code,
        submission_id,
        sheet,
        sum(case when has_target_value then 1 else 0 end) as valued_indicator_count
    from {{ ref('stg_department_performance_target_indicators') }}
    group by fiscal_year, unit_code, submission_id, sheet
    union all
    select
        'transfer' as object_type,
        fiscal_year,
        programme_code as object_code,
        submission_id,
        sheet,
        sum(case when has_target_value then 1 else 0 end) as valued_indicator_count
    from {{ ref('stg_transfer_performance_target_indicators') }}
    group by fiscal_year, programme_code, submission_id, sheet
),

forms as (
    select
        'project' as object_type,
        'C5' as coverage_code,
        fiscal_year,
        project_code as object_code,
        project_name as object_name,
        requested_cny,
        submission_id,
        sheet,
        project_code_cell as cell
    from {{ ref('stg_project_performance_target') }}
    union all
    select
        'unit' as object_type,
        'C3' as coverage_code,
        fiscal_year,
        unit_code as object_code,
        unit_name as object_name,
        requested_cny,
        submission_id,
        sheet,
        unit_code_cell as cell
    from {{ ref('stg_department_performance_target') }}
    union all
    select
        'transfer' as object_type,
        'C4' as coverage_code,
        fiscal_year,
        programme_code as object_code,
        programme_name as object_name,
        requested_cny,
        submission_id,
        sheet,
        requested_cell as cell
    from {{ ref('stg_transfer_performance_target') }}
),

read_forms as (
    select
        forms.*,
        coalesce(counts.valued_indicator_count, 0) as valued_indicator_count,
        case
            when parameters.parameter_value = 'form_present' then 'target_filed'
            when coalesce(counts.valued_indicator_count, 0) = 0 then 'filed_but_empty'
            when
                parameters.parameter_value = 'with_indicator_value_and_amount' and coalesce(forms.requested_cny, 0) = 0
                then 'filed_but_zero'
            else 'target_filed'
        end as reason_code
    from forms
    left join indicator_counts as counts
        on
            forms.object_type = counts.object_type
            and forms.fiscal_year = counts.fiscal_year
            and forms.object_code = counts.object_code
            and forms.submission_id = counts.submission_id
            and forms.sheet = counts.sheet
    left join {{ ref('coverage_parameters') }} as parameters
        on
            forms.coverage_code = parameters.coverage_code
            and parameters.parameter_code = 'filed_target'
            and {{ valid_in_year('parameters', 'forms.fiscal_year') }}
),

judged as (
    select * from read_forms
    union all
    select
        object_type,
        coverage_code,
        fiscal_year,
        object_code,
        object_name,
        cast(null as decimal(24, 2)) as requested_cny,
        submission_id,
        sheet,
        cell,
        0 as valued_indicator_count,
        'target_held_back' as reason_code
    from {{ ref('stg_held_target_forms') }}
),

ranked as (
    select
        judged.*,
        -- Of several forms for one object a filed one speaks for it, the first in the order of the inbox; a finding tells.
        row_number() over (
            partition by judged.object_type, judged.fiscal_year, judged.object_code
            order by
                case judged.reason_code when 'target_filed' then 0 when 'target_held_back' then 2 else 1 end,
                submissions.relative_path,
                judged.sheet
        ) as occurrence
    from judged
    inner join {{ ref('stg_submissions') }} as submissions on judged.submission_id = submissions.submission_id
)

select
    object_type,
    fiscal_year,
    object_code,
    object_name,
    requested_cny,
    valued_indicator_count,
    reason_code,
    reason_code = 'target_filed' as is_filed,
    submission_id,
    sheet,
    cell
from ranked
where occurrence = 1
