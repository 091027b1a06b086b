-- Grain: one row per region and fiscal year.
select
    fiscal_year,
    region_code,
    region_name as region_name_zh,
    region_type as region_type_zh,
    level_code,
    parent_region_code,
    submission_id,
    sheet,
    cell
from {{ ref('int_regions') }}
