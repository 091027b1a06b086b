-- Grain: one row per budget unit and fiscal year, with the first-level unit it belongs to.
with numbered as (
    select
        register.*,
        row_number() over (
            partition by register.fiscal_year, register.unit_code
            order by register.submission_id, register.sheet, register.row_number
        ) as occurrence
    from {{ ref('stg_unit_register') }} as register
    where register.unit_code <> ''
),

units as (
    select * from numbered
    where occurrence = 1
)

select
    units.fiscal_year,
    units.unit_code,
    units.unit_name,
    units.unit_level,
    units.parent_unit_code,
    units.region_code,
    units.unit_nature,
    case
        when units.unit_level = 1 then units.unit_code
        when parents.unit_level = 1 then parents.unit_code
        when grandparents.unit_level = 1 then grandparents.unit_code
    end as first_level_unit_code,
    units.submission_id,
    units.sheet,
    units.unit_code_cell as cell
from units
left join units as parents
    on units.fiscal_year = parents.fiscal_year and units.parent_unit_code = parents.unit_code
left join units as grandparents
    on parents.fiscal_year = grandparents.fiscal_year and parents.parent_unit_code = grandparents.unit_code
