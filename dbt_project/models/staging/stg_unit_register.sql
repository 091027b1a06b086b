-- Grain: one row per unit line of an accepted unit register.
with source as (
    select * from {{ source('raw', 'unit_register') }}
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
    levels.unit_level,
    nullif(trim(source.parent_unit_code), '') as parent_unit_code,
    trim(source.region_code) as region_code,
    trim(source.unit_nature) as unit_nature
from source
left join {{ ref('unit_levels') }} as levels
    on trim(source.unit_level) = levels.unit_level_zh
where
    source.row_kind = 'value'
    and {{ accepted_rows('unit_register') }}
