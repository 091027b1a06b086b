-- Grain: one row per budget unit and fiscal year.
select
    fiscal_year,
    unit_code,
    unit_name as unit_name_zh,
    unit_level,
    parent_unit_code,
    first_level_unit_code,
    region_code,
    unit_nature as unit_nature_zh,
    submission_id,
    sheet,
    cell
from {{ ref('int_units') }}
