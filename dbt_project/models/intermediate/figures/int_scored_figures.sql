-- Grain: one row per subject, fiscal year and figure that metrics may use: filed figures and coverage results.
--
-- A subject with two accepted statements of one figure would be counted twice; the test on this model stops that.
select
    figures.subject_type,
    figures.subject_code,
    figures.fiscal_year,
    figures.figure_code,
    figures.item_label as figure_name_zh,
    figures.figure_value,
    figures.value_status,
    -- How far the figure may lie from what it was before it was printed: an amount, or a number with decimals. Counts
    -- and answers in words are not rounded.
    cast(
        case
            when
                figures.value_status = 'reported'
                and {{ try_decimal('figures.value_text') }} is not null
                and (money_units.unit_label is not null or steps.decimals > 0)
                then {{ half_print_step('steps.print_step', 'figures.unit_factor') }}
        end as decimal(38, 12)
    ) as half_print_step,
    figures.value_text,
    figures.unit_label,
    cast(null as string) as ledger_coverage_code,
    figures.submission_id,
    figures.sheet,
    figures.cell
from {{ ref('int_figures') }} as figures
left join {{ ref('print_steps') }} as steps
    on
        steps.decimals = greatest(
            figures.printed_decimals,
            case
                when figures.value_text like '%.%'
                    then length(figures.value_text) - instr(figures.value_text, '.')
                else 0
            end
        )
left join {{ ref('money_units') }} as money_units on figures.unit_label = money_units.unit_label
where figures.subject_type in ('region', 'department')
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
    cast(null as decimal(38, 12)) as half_print_step,
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
    cast(null as decimal(38, 12)) as half_print_step,
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
