-- Grain: one row per transfer performance target filed on an accepted form.
with source as (
    select * from {{ source('raw', 'transfer_performance_target') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    source.reporting_unit_label,
    trim(source.programme_code) as programme_code,
    source.programme_code__cell as programme_code_cell,
    trim(source.programme_name) as programme_name,
    {{ amount_in_yuan('amount') }} as requested_cny,
    source.amount__cell as requested_cell,
    trim(source.annual_target) as annual_target
from source
left join {{ ref('money_units') }} as units on source.unit_label = units.unit_label
where {{ accepted_rows('transfer_performance_target') }}
