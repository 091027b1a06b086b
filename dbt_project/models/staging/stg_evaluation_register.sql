-- Grain: one row per evaluation in an accepted evaluation register.
with source as (
    select * from {{ source('raw', 'evaluation_register') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    source.reporting_unit_label,
    trim(source.evaluation_code) as evaluation_code,
    object_types.object_type,
    trim(source.object_type) as object_type_label,
    trim(source.object_code) as object_code,
    trim(source.object_name) as object_name,
    nullif(trim(source.unit_code), '') as unit_code,
    nullif(trim(source.function_code), '') as function_code,
    cast({{ try_decimal('source.expenditure_year', 9, 0) }} as integer) as expenditure_year,
    {{ amount_in_yuan('evaluated_amount') }} as evaluated_cny,
    source.evaluated_amount__cell as evaluated_cell,
    trim(source.evaluator_kind) as evaluator_kind,
    trim(source.evaluator_name) as evaluator_name,
    trim(source.evaluation_date) as evaluation_date,
    {{ try_decimal('source.score', 9, 4) }} as score,
    source.score__cell as score_cell,
    trim(source.grade) as grade
from source
left join {{ ref('money_units') }} as units on source.unit_label = units.unit_label
left join {{ ref('evaluation_object_types') }} as object_types
    on trim(source.object_type) = object_types.object_type_zh
where
    source.row_kind = 'value'
    and {{ accepted_rows('evaluation_register') }}
