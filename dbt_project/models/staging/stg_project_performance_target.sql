-- Grain: one row per project performance target filed on an accepted form.
with source as (
    select * from {{ source('raw', 'project_performance_target') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    source.reporting_unit_label,
    trim(source.project_code) as project_code,
    source.project_code__cell as project_code_cell,
    trim(source.project_name) as project_name,
    {{ amount_in_yuan('requested_amount') }} as requested_cny,
    source.requested_amount__cell as requested_cell,
    trim(source.annual_target) as annual_target
from source
left join {{ ref('money_units') }} as units on source.unit_label = units.unit_label
where {{ accepted_rows('project_performance_target') }}
