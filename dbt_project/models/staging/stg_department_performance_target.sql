-- Grain: one row per whole-department performance target filed on an accepted form.
with source as (
    select * from {{ source('raw', 'department_performance_target') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    source.reporting_unit_label,
    trim(source.unit_code) as unit_code,
    source.unit_code__cell as unit_code_cell,
    trim(source.unit_name) as unit_name,
    {{ amount_in_yuan('total_budget') }} as requested_cny,
    source.total_budget__cell as requested_cell,
    trim(source.annual_target) as annual_target
from source
left join {{ ref('money_units') }} as units on source.unit_label = units.unit_label
where {{ accepted_rows('department_performance_target') }}
