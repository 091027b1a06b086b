-- A reported ratio in money rests on a ledger whose total is its denominator, to the fen.
-- Its covered lines are the numerator.
{{ config(meta={'dagster': {'ref': {'name': 'fct_coverage_ratios'}}}) }}

select
    ratios.coverage_code,
    ratios.subject_code,
    ratios.fiscal_year,
    ratios.denominator_cny,
    sum(ledger.amount_cny) as ledger_cny
from {{ ref('fct_coverage_ratios') }} as ratios
left join {{ ref('fct_coverage_ledger') }} as ledger
    on
        ratios.coverage_code = ledger.coverage_code
        and ratios.subject_type = ledger.subject_type
        and ratios.subject_code = ledger.subject_code
        and ratios.fiscal_year = ledger.fiscal_year
where
    ratios.value_status = 'reported'
    and ratios.subject_type in ('department', 'region')
    and ratios.subjects_due = 1
    and ratios.denominator_cny is not null
    and not (ratios.coverage_code in ('C1', 'C5') and ratios.subject_type = 'region')
group by
    ratios.coverage_code,
    ratios.subject_code,
    ratios.fiscal_year,
    ratios.denominator_cny,
    ratios.numerator_net_cny
having
    coalesce(sum(ledger.amount_cny), 0) <> ratios.denominator_cny
    or coalesce(sum(case when ledger.coverage_status = 'covered' then ledger.amount_cny end), 0)
    <> ratios.numerator_net_cny
