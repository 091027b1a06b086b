-- Grain: one row per subject, fiscal year and figure that metrics may use: filed figures and coverage results.
--
-- A subject with two accepted statements of one figure would be counted twice; the test on this model stops that.
select
    subject_type,
    subject_code,
    fiscal_year,
    figure_code,
    item_label as figure_name_zh,
    figure_value,
    value_status,
    value_text,
    unit_label,
    cast(null as string) as ledger_coverage_code,
    submission_id,
    sheet,
    cell
from {{ ref('int_figures') }}
where subject_type in ('region', 'department')
union all
select
    results.subject_type,
    results.subject_code,
    results.fiscal_year,
    'coverage.' || results.coverage_code || '.department.ratio' as figure_code,
    targets.name_zh as figure_name_zh,
    cast(
        case
            when
                results.value_status = 'reported'
                then {{ exact_divide('results.net_cny', 'results.denominator_cny', 2) }}
        end as decimal(38, 12)
    ) as figure_value,
    case
        when results.value_status in ('reported', 'not_applicable') then results.value_status
        else 'missing'
    end as value_status,
    cast(null as string) as value_text,
    cast(null as string) as unit_label,
    results.coverage_code as ledger_coverage_code,
    cast(null as string) as submission_id,
    cast(null as string) as sheet,
    cast(null as string) as cell
from {{ ref('int_coverage_results') }} as results
inner join {{ ref('coverage_targets') }} as targets
    on
        results.coverage_code = targets.coverage_code
        and {{ valid_in_year('targets', 'results.fiscal_year') }}
where results.subject_type = 'department'
union all
select
    'department' as subject_type,
    ledger.object_code as subject_code,
    ledger.fiscal_year,
    'coverage.C3.unit.filed' as figure_code,
    targets.name_zh as figure_name_zh,
    cast(case when ledger.coverage_status = 'covered' then 1 else 0 end as decimal(38, 12)) as figure_value,
    'reported' as value_status,
    cast(null as string) as value_text,
    cast(null as string) as unit_label,
    ledger.coverage_code as ledger_coverage_code,
    ledger.submission_id,
    ledger.sheet,
    ledger.cell
from {{ ref('int_coverage_ledger') }} as ledger
inner join {{ ref('coverage_targets') }} as targets
    on
        ledger.coverage_code = targets.coverage_code
        and {{ valid_in_year('targets', 'ledger.fiscal_year') }}
where ledger.coverage_code = 'C3'
