-- Grain: one row per budget unit and fiscal year.
select
    units.fiscal_year,
    units.unit_code,
    units.unit_name as unit_name_zh,
    units.unit_level,
    units.parent_unit_code,
    units.first_level_unit_code,
    units.region_code,
    units.unit_nature as unit_nature_zh,
    {{ current_code('units.unit_code', 'successions') }} as current_unit_code,
    units.submission_id,
    units.sheet,
    units.cell
from {{ ref('int_units') }} as units
left join {{ current_successions('unit') }} as successions
    on
        units.unit_code = successions.code
        and (successions.valid_from is null or units.fiscal_year >= successions.valid_from)
        and units.fiscal_year <= successions.valid_to
