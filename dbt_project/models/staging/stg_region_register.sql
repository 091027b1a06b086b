-- Grain: one row per region line of an accepted region register.
with source as (
    select * from {{ source('raw', 'region_register') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    trim(source.region_code) as region_code,
    source.region_code__cell as region_code_cell,
    trim(source.region_name) as region_name,
    trim(source.region_type) as region_type,
    nullif(trim(source.parent_region_code), '') as parent_region_code
from source
where
    source.row_kind = 'value'
    and {{ accepted_rows('region_register') }}
