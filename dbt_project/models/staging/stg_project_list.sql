-- Grain: one row per line of an accepted project list, the printed total among them.
with source as (
    select * from {{ source('raw', 'project_list') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    source.row_kind,
    source.reporting_unit_label,
    source.unit_label,
    cast(coalesce(units.factor_to_yuan, 1) as decimal(18, 0)) as unit_factor,
    coalesce(units.default_decimals, 0) as printed_decimals,
    trim(source.project_code) as project_code,
    trim(source.project_name) as project_name,
    trim(source.unit_code) as unit_code,
    trim(source.unit_name) as unit_name,
    trim(source.function_code) as function_code,
    trim(source.project_nature) as project_nature,
    {{ amount_in_yuan('budget_amount') }} as budget_cny,
    source.budget_amount__cell as budget_cell,
    {{ amount_in_yuan('adjusted_budget_amount') }} as adjusted_budget_cny,
    source.adjusted_budget_amount__cell as adjusted_budget_cell,
    {{ amount_in_yuan('executed_amount') }} as executed_cny,
    source.executed_amount__cell as executed_cell,
    livelihood.numeric_value = 1 as is_livelihood
from source
left join {{ ref('money_units') }} as units on source.unit_label = units.unit_label
left join {{ ref('answers') }} as livelihood on livelihood.answer_text = trim(source.is_livelihood)
where {{ accepted_rows('project_list') }}
