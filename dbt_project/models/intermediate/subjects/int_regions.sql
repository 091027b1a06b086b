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
),

regions as (
    select
        numbered.*,
        levels.level_code
    from numbered
    left join {{ ref('level_names') }} as levels on numbered.region_type = levels.region_type
    where numbered.occurrence = 1
)

select
    regions.fiscal_year,
    regions.region_code,
    regions.region_name,
    regions.region_type,
    regions.parent_region_code,
    regions.level_code,
    -- A county may stand below a city or straight below its province.
    case
        when regions.level_code = 'province' then regions.region_code
        when above.level_code = 'province' then above.region_code
        when next_above.level_code = 'province' then next_above.region_code
    end as province_code,
    regions.submission_id,
    regions.sheet,
    regions.region_code_cell as cell
from regions
left join regions as above
    on
        regions.fiscal_year = above.fiscal_year
        and regions.parent_region_code = above.region_code
left join regions as next_above
    on
        above.fiscal_year = next_above.fiscal_year
        and above.parent_region_code = next_above.region_code
