-- Grain: one row per indicator of an accepted indicator library.
with source as (
    select * from {{ source('raw', 'indicator_library') }}
)

select
    source._submission_id as submission_id,
    source._sheet as sheet,
    source._row as row_number,
    source.fiscal_year,
    source.reporting_unit_label,
    trim(source.indicator_code) as indicator_code,
    trim(source.indicator_name) as indicator_name,
    trim(source.level1) as level1,
    trim(source.level2) as level2,
    trim(source.level3) as level3,
    trim(source.indicator_class) as indicator_class,
    trim(source.indicator_kind) as indicator_kind,
    trim(source.direction) as direction,
    trim(source.sector) as sector,
    trim(source.definition) as definition,
    trim(source.formula) as formula,
    trim(source.measurement_unit) as measurement_unit,
    trim(source.data_source) as data_source,
    trim(source.standard_kind) as standard_kind,
    trim(source.standard_value) as standard_value,
    trim(source.scoring_rule) as scoring_rule,
    trim(source.owner) as owner,
    cast({{ try_decimal('source.first_year', 9, 0) }} as integer) as first_year,
    cast({{ try_decimal('source.last_year', 9, 0) }} as integer) as last_year
from source
where {{ accepted_rows('indicator_library') }}
