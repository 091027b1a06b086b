-- Grain: one row per region and fiscal year.
with numbered as (
    select
        register.*,
        row_number() over (
            partition by register.fiscal_year, register.region_code
            order by register.submission_id, register.sheet, register.row_number
        ) as occurrence
    from {{ ref('stg_region_register') }} as register
    where register.region_code <> ''
)

select
    numbered.fiscal_year,
    numbered.region_code,
    numbered.region_name,
    numbered.region_type,
    numbered.parent_region_code,
    levels.level_code,
    numbered.submission_id,
    numbered.sheet,
    numbered.region_code_cell as cell
from numbered
left join {{ ref('level_names') }} as levels on numbered.region_type = levels.region_type
where numbered.occurrence = 1
