-- Grain: one row per region and fiscal year.
select
    regions.fiscal_year,
    regions.region_code,
    regions.region_name as region_name_zh,
    regions.region_type as region_type_zh,
    regions.level_code,
    regions.parent_region_code,
    {{ current_code('regions.region_code', 'successions') }} as current_region_code,
    regions.submission_id,
    regions.sheet,
    regions.cell
from {{ ref('int_regions') }} as regions
left join {{ current_successions('region') }} as successions
    on
        regions.region_code = successions.code
        and (successions.valid_from is null or regions.fiscal_year >= successions.valid_from)
        and regions.fiscal_year <= successions.valid_to
