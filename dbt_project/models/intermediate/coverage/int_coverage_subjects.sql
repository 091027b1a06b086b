-- Grain: one row per coverage ratio, subject and fiscal year for which the ratio is due, filed or not.
with regions as (
    select
        due.coverage_code,
        due.subject_type,
        regions.region_code as subject_code,
        regions.region_name as subject_name_zh,
        regions.region_code,
        regions.level_code,
        regions.fiscal_year
    from {{ ref('coverage_subjects') }} as due
    inner join {{ ref('int_regions') }} as regions on due.level_code = regions.level_code
    where due.subject_type = 'region'
),

departments as (
    select
        due.coverage_code,
        due.subject_type,
        units.unit_code as subject_code,
        units.unit_name as subject_name_zh,
        units.region_code,
        regions.level_code,
        units.fiscal_year
    from {{ ref('coverage_subjects') }} as due
    inner join {{ ref('int_units') }} as units on due.unit_level = units.unit_level
    inner join {{ ref('int_regions') }} as regions
        on
            units.region_code = regions.region_code
            and units.fiscal_year = regions.fiscal_year
            and due.level_code = regions.level_code
    where due.subject_type = 'department'
),

subjects as (
    select * from regions
    union all
    select * from departments
),

-- A denominator of several figures is known only when each of them is stated, be it as not applicable.
parts as (
    select
        subjects.coverage_code,
        subjects.subject_type,
        subjects.subject_code,
        subjects.fiscal_year,
        parts.figure_code,
        cast(parts.coefficient as decimal(9, 4)) as coefficient
    from subjects
    inner join {{ ref('coverage_denominators') }} as parts
        on
            subjects.coverage_code = parts.coverage_code
            and {{ valid_in_year('parts', 'subjects.fiscal_year') }}
),

denominators as (
    select
        parts.coverage_code,
        parts.subject_type,
        parts.subject_code,
        parts.fiscal_year,
        sum(figures.figure_value * parts.coefficient) as denominator_value,
        count(figures.figure_value) as stated_count,
        sum(
            case
                when figures.value_status in ('reported', 'not_applicable') then 0
                else 1
            end
        ) as missing_count,
        max(figures.unit_factor) as unit_factor,
        max(figures.printed_decimals) as printed_decimals,
        min(figures.submission_id) as submission_id,
        min(figures.sheet) as sheet,
        min(figures.cell) as cell
    from parts
    left join {{ ref('int_figures') }} as figures
        on
            parts.figure_code = figures.figure_code
            and parts.subject_type = figures.subject_type
            and parts.subject_code = figures.subject_code
            and parts.fiscal_year = figures.fiscal_year
    group by parts.coverage_code, parts.subject_type, parts.subject_code, parts.fiscal_year
)

select
    subjects.*,
    cast(denominators.denominator_value as decimal(24, 2)) as denominator_cny,
    coalesce(denominators.stated_count > 0 and denominators.missing_count = 0, false) as has_denominator,
    coalesce(denominators.unit_factor, 1) as unit_factor,
    coalesce(denominators.printed_decimals, 0) as printed_decimals,
    denominators.submission_id,
    denominators.sheet,
    denominators.cell
from subjects
left join denominators
    on
        subjects.coverage_code = denominators.coverage_code
        and subjects.subject_type = denominators.subject_type
        and subjects.subject_code = denominators.subject_code
        and subjects.fiscal_year = denominators.fiscal_year
