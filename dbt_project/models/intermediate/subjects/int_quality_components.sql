-- Grain: one row per submitter, fiscal year and component of the data-quality index it was asked of. A result weighs what its
-- severity weighs; the components of filing weigh each form alike. That a workbook reads and has its layout is one result, or
-- its many checks would drown what the figures say.
with results as (
    select
        fiscal_year,
        submitter_code,
        check_code,
        severity,
        check_status
    from {{ ref('stg_check_results') }}
    where submitter_code <> '' and gate <> 'G1'
    union all
    select
        fiscal_year,
        submitter_code,
        min(check_code) as check_code,
        'block' as severity,
        case when max(case when check_status = 'failed' then 1 else 0 end) = 1 then 'failed' else 'passed' end
            as check_status
    from {{ ref('stg_check_results') }}
    where submitter_code <> '' and gate = 'G1' and severity <> 'note'
    group by fiscal_year, submitter_code, submission_id
),

weighed as (
    select
        results.fiscal_year,
        results.submitter_code,
        coalesce(parts.component_code, 'accuracy') as component_code,
        results.check_status,
        case when parts.component_code is null then weights.weight else 1 end as weight
    from results
    left join {{ ref('quality_component_checks') }} as parts on results.check_code = parts.check_code
    left join {{ ref('quality_severity_weights') }} as weights
        on results.severity = weights.severity and {{ valid_in_year('weights', 'results.fiscal_year') }}
),

summed as (
    select
        fiscal_year,
        submitter_code,
        component_code,
        count(*) as check_count,
        sum(case when check_status = 'passed' then 1 else 0 end) as passed_count,
        sum(case when check_status = 'excused' then 1 else 0 end) as excused_count,
        sum(case when check_status = 'failed' then 1 else 0 end) as failed_count,
        sum(weight) as due_weight,
        sum(case when check_status = 'failed' then 0 else weight end) as passed_weight
    from weighed
    group by fiscal_year, submitter_code, component_code
)

select
    summed.*,
    components.weight as component_weight,
    {{ exact_divide('summed.passed_weight', 'summed.due_weight', 0) }} as component_ratio
from summed
inner join {{ ref('quality_components') }} as components
    on summed.component_code = components.component_code and {{ valid_in_year('components', 'summed.fiscal_year') }}
where summed.due_weight > 0
