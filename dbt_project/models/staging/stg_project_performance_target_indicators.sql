-- Grain: one row per indicator of a project performance target.
with source as (
    select * from {{ source('raw', 'project_performance_target_indicators') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    trim(source.project_code) as project_code,
    trim(source.level1) as first_level,
    trim(source.level2) as second_level,
    trim(source.indicator) as indicator,
    trim(source.target_value) as target_value,
    source.target_value__cell as target_value_cell,
    vocabulary.value_status is null as has_target_value
from source
left join {{ ref('stg_amount_vocabulary') }} as vocabulary
    on vocabulary.printed_text = {{ folded_text('source.target_value') }}
where {{ accepted_rows('project_performance_target') }}
