-- Grain: one row per scheme edition, subject and fiscal year to be scored.
select
    due.scheme_code,
    due.scheme_edition,
    due.subject_type,
    regions.region_code as subject_code,
    regions.region_name as subject_name_zh,
    regions.region_code,
    regions.province_code,
    regions.fiscal_year
from {{ ref('scheme_subjects') }} as due
inner join {{ ref('schemes') }} as schemes
    on due.scheme_code = schemes.scheme_code and due.scheme_edition = schemes.scheme_edition
inner join {{ ref('int_regions') }} as regions
    on
        due.level_code = regions.level_code
        and (due.province_code is null or due.province_code = regions.province_code)
        and {{ valid_in_year('schemes', 'regions.fiscal_year') }}
where due.subject_type = 'region'
union all
select
    due.scheme_code,
    due.scheme_edition,
    due.subject_type,
    units.unit_code as subject_code,
    units.unit_name as subject_name_zh,
    units.region_code,
    regions.province_code,
    units.fiscal_year
from {{ ref('scheme_subjects') }} as due
inner join {{ ref('schemes') }} as schemes
    on due.scheme_code = schemes.scheme_code and due.scheme_edition = schemes.scheme_edition
inner join {{ ref('int_units') }} as units
    on
        due.unit_level = units.unit_level
        and {{ valid_in_year('schemes', 'units.fiscal_year') }}
inner join {{ ref('int_regions') }} as regions
    on
        units.region_code = regions.region_code
        and units.fiscal_year = regions.fiscal_year
        and due.level_code = regions.level_code
        and (due.province_code is null or due.province_code = regions.province_code)
where due.subject_type = 'department'
