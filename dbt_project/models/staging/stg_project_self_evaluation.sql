-- Grain: one row per project self-evaluation filed on an accepted form.
with source as (
    select * from {{ source('raw', 'project_self_evaluation') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    source.reporting_unit_label,
    trim(source.project_code) as project_code,
    trim(source.project_name) as project_name,
    trim(source.department_name) as department_name,
    trim(source.department_code) as department_code,
    trim(source.implementing_unit) as implementing_unit,
    trim(source.expected_target) as expected_target,
    trim(source.actual_attainment) as actual_attainment,
    {{ try_decimal('source.total_score', 9, 4) }} as total_score,
    source.total_score__cell as total_score_cell
from source
where {{ accepted_rows('project_self_evaluation') }}
