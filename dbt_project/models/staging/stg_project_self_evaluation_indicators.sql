-- Grain: one row per fund source or indicator of a self-evaluation; part tells which.
with source as (
    select * from {{ source('raw', 'project_self_evaluation_indicators') }}
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
    {{ amount_in_yuan('annual_budget') }} as annual_budget_cny,
    source.annual_budget__cell as annual_budget_cell,
    {{ amount_in_yuan('executed_amount') }} as executed_cny,
    source.executed_amount__cell as executed_cell,
    {{ percent_number('execution_rate') }} as execution_rate,
    trim(source.level1) as first_level,
    trim(source.level2) as second_level,
    trim(source.level3) as third_level,
    trim(source.target_value) as target_value,
    trim(source.actual_value) as actual_value,
    {{ try_decimal('source.max_points', 9, 4) }} as max_points,
    {{ try_decimal('source.score', 9, 4) }} as score,
    source.score__cell as score_cell,
    trim(source.deviation_reason) as deviation_reason
from source
left join {{ ref('money_units') }} as units on source.unit_label = units.unit_label
where {{ accepted_rows('project_self_evaluation') }}
