-- Grain: one row per coverage ratio, subject (department, place, all departments of a place, level) and fiscal year.
with due_years as (
    select distinct
        coverage_code,
        fiscal_year
    from {{ ref('int_coverage_rollups') }}
),

parameters as (
    select
        due_years.coverage_code,
        due_years.fiscal_year,
        {{ string_list('readings.text_zh', '；', 'parameters.parameter_code') }} as parameters_zh,
        {{ string_list('readings.text_en', '; ', 'parameters.parameter_code') }} as parameters_en
    from due_years
    inner join {{ ref('coverage_parameters') }} as parameters
        on
            due_years.coverage_code = parameters.coverage_code
            and {{ valid_in_year('parameters', 'due_years.fiscal_year') }}
    inner join {{ ref('coverage_readings') }} as readings
        on
            parameters.parameter_code = readings.parameter_code
            and parameters.parameter_value = readings.parameter_value
    group by due_years.coverage_code, due_years.fiscal_year
),

levels as (
    select
        level_code,
        max(name_zh) as name_zh,
        max(name_en) as name_en
    from {{ ref('level_names') }}
    group by level_code
),

named as (
    select
        rollups.*,
        coalesce(regions.region_name, units.unit_name, levels.name_zh) as subject_name_zh,
        levels.name_en as level_name_en,
        targets.target_ratio,
        targets.counted_in,
        reasons.reason_zh,
        reasons.reason_en,
        parameters.parameters_zh,
        parameters.parameters_en
    from {{ ref('int_coverage_rollups') }} as rollups
    inner join {{ ref('coverage_targets') }} as targets
        on
            rollups.coverage_code = targets.coverage_code
            and {{ valid_in_year('targets', 'rollups.fiscal_year') }}
    left join {{ ref('coverage_reasons') }} as reasons on rollups.reason_code = reasons.reason_code
    left join {{ ref('int_regions') }} as regions
        on
            rollups.subject_type = 'region'
            and rollups.subject_code = regions.region_code
            and rollups.fiscal_year = regions.fiscal_year
    left join {{ ref('int_units') }} as units
        on
            rollups.subject_type = 'department'
            and rollups.subject_code = units.unit_code
            and rollups.fiscal_year = units.fiscal_year
    left join levels on rollups.subject_type = 'level' and rollups.subject_code = levels.level_code
    left join parameters
        on
            rollups.coverage_code = parameters.coverage_code
            and rollups.fiscal_year = parameters.fiscal_year
),

computed as (
    select
        named.*,
        value_status = 'reported' and counted_in = 'money' as in_money,
        value_status = 'reported' and counted_in = 'units' as in_units,
        cast(target_ratio * denominator_cny as decimal(38, 8)) as target_cny,
        target_ratio * total_count as target_count
    from named
)

select
    coverage_code,
    subject_type,
    subject_code,
    subject_name_zh,
    level_code as subject_level_code,
    region_code,
    fiscal_year,
    case when in_money then gross_cny end as numerator_gross_cny,
    case when in_money then net_cny end as numerator_net_cny,
    case when in_money then cast(gross_cny - once_cny as decimal(24, 2)) end as overlap_cny,
    case when in_money then cast(once_cny - net_cny as decimal(24, 2)) end as unplaced_cny,
    case when in_money then entries_without_amount end as entries_without_amount_count,
    denominator_cny,
    case when in_units then covered_count end as numerator_count,
    total_count as denominator_count,
    case
        when in_money then {{ exact_divide('net_cny', 'denominator_cny', 2) }}
        when in_units then {{ exact_divide('covered_count', 'total_count', 0) }}
    end as coverage_ratio,
    cast(target_ratio as decimal(9, 6)) as target_ratio,
    case when in_money then cast(round(greatest(target_cny - net_cny, 0), 2) as decimal(24, 2)) end as gap_cny,
    case when in_units then cast(ceil(greatest(target_count - covered_count, 0)) as integer) end as gap_count,
    case
        when in_money then net_cny >= target_cny
        when in_units then covered_count >= target_count
    end as is_target_reached,
    value_status,
    reason_code,
    reason_zh as status_reason_zh,
    reason_en as status_reason_en,
    cast(subjects_due as integer) as subjects_due,
    cast(subjects_reported as integer) as subjects_reported,
    cast(subjects_not_applicable as integer) as subjects_not_applicable,
    cast(subjects_reached as integer) as subjects_reached,
    parameters_zh,
    parameters_en
from computed
