-- Grain: one row per project monitored at a date, on an accepted form.
with source as (
    select * from {{ source('raw', 'project_performance_monitoring') }}
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
    trim(source.monitoring_date) as monitoring_date,
    trim(source.annual_target) as annual_target,
    trim(source.deviation_reason) as deviation_reason,
    trim(source.measures_taken) as measures_taken
from source
where {{ accepted_rows('project_performance_monitoring') }}
