-- Grain: one row per fund source or indicator of a monitored project; part tells which.
with source as (
    select * from {{ source('raw', 'project_performance_monitoring_indicators') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    trim(source.project_code) as project_code,
    trim(source.part) as part,
    trim(source.fund_source) as fund_source,
    {{ amount_in_yuan('initial_budget') }} as initial_budget_cny,
    source.initial_budget__cell as initial_budget_cell,
    {{ amount_in_yuan('executed_to_date') }} as executed_to_date_cny,
    source.executed_to_date__cell as executed_to_date_cell,
    {{ percent_number('execution_rate') }} as execution_rate,
    {{ amount_in_yuan('expected_execution') }} as expected_execution_cny,
    source.expected_execution__cell as expected_execution_cell,
    trim(source.level1) as first_level,
    trim(source.level2) as second_level,
    trim(source.level3) as third_level,
    trim(source.target_value) as target_value,
    trim(source.value_to_date) as value_to_date,
    trim(source.expected_value) as expected_value,
    trim(source.reason) as reason,
    trim(source.likelihood) as likelihood
from source
left join {{ ref('money_units') }} as units on source.unit_label = units.unit_label
where {{ accepted_rows('project_performance_monitoring') }}
