-- Grain: one row per submitter and fiscal year: everybody a check was asked of, with the name the register gives.
-- One code may stand in both registers; the place comes first.
with asked as (
    select distinct
        fiscal_year,
        submitter_code
    from {{ ref('stg_check_results') }}
    where submitter_code <> ''
)

select
    asked.fiscal_year,
    asked.submitter_code,
    coalesce(regions.region_name, units.unit_name) as submitter_name
from asked
left join {{ ref('int_regions') }} as regions
    on asked.submitter_code = regions.region_code and asked.fiscal_year = regions.fiscal_year
left join {{ ref('int_units') }} as units
    on asked.submitter_code = units.unit_code and asked.fiscal_year = units.fiscal_year
