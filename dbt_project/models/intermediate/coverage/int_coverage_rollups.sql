-- Grain: one row per coverage ratio, subject (department, place, all departments of a place, level) and fiscal year.
with results as (
    select * from {{ ref('int_coverage_results') }}
),

targets as (
    select
        results.*,
        targets.target_ratio,
        targets.counted_in
    from results
    inner join {{ ref('coverage_targets') }} as targets
        on
            results.coverage_code = targets.coverage_code
            and {{ valid_in_year('targets', 'results.fiscal_year') }}
),

judged as (
    select
        targets.*,
        case
            when value_status <> 'reported' then 0
            when counted_in = 'units' and covered_count >= target_ratio * total_count then 1
            when counted_in = 'money' and net_cny >= target_ratio * denominator_cny then 1
            else 0
        end as reached
    from targets
),

groups as (
    select
        judged.*,
        'region' as group_type,
        region_code as group_code
    from judged
    where subject_type = 'department'
    union all
    select
        judged.*,
        'level' as group_type,
        level_code as group_code
    from judged
)

select
    coverage_code,
    subject_type,
    subject_code,
    region_code,
    level_code,
    fiscal_year,
    denominator_cny,
    net_cny,
    gross_cny,
    once_cny,
    entries_without_amount,
    total_count,
    covered_count,
    value_status,
    reason_code,
    1 as subjects_due,
    case when value_status = 'reported' then 1 else 0 end as subjects_reported,
    case when value_status = 'not_applicable' then 1 else 0 end as subjects_not_applicable,
    reached as subjects_reached
from judged
union all
select
    coverage_code,
    group_type as subject_type,
    group_code as subject_code,
    case when group_type = 'region' then group_code end as region_code,
    max(level_code) as level_code,
    fiscal_year,
    sum(case when value_status = 'reported' then denominator_cny end) as denominator_cny,
    sum(case when value_status = 'reported' then net_cny end) as net_cny,
    sum(case when value_status = 'reported' then gross_cny end) as gross_cny,
    sum(case when value_status = 'reported' then once_cny end) as once_cny,
    cast(sum(case when value_status = 'reported' then entries_without_amount end) as integer)
        as entries_without_amount,
    cast(sum(case when value_status = 'reported' then total_count end) as integer) as total_count,
    cast(sum(case when value_status = 'reported' then covered_count end) as integer) as covered_count,
    case
        when sum(case when value_status = 'reported' then 1 else 0 end) > 0 then 'reported'
        when sum(case when value_status = 'not_applicable' then 1 else 0 end) = count(*) then 'not_applicable'
        else 'missing'
    end as value_status,
    case
        when sum(case when value_status = 'reported' then 1 else 0 end) > 0 then cast(null as string)
        else min(reason_code)
    end as reason_code,
    count(*) as subjects_due,
    sum(case when value_status = 'reported' then 1 else 0 end) as subjects_reported,
    sum(case when value_status = 'not_applicable' then 1 else 0 end) as subjects_not_applicable,
    sum(reached) as subjects_reached
from groups
group by coverage_code, group_type, group_code, fiscal_year
