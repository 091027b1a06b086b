-- checks: product.ratio_out_of_range, product.ledger_differs
-- reads: fct_coverage_ratios, fct_coverage_ledger
-- A ratio lies within 0 and 1, and its ledger adds up to its denominator to the fen (or to the unit).
with ledgers as (
    select
        coverage_code,
        subject_type,
        subject_code,
        fiscal_year,
        sum(amount_cny) as ledger_cny,
        sum(unit_count) as ledger_count
    from candidate.fct_coverage_ledger
    group by coverage_code, subject_type, subject_code, fiscal_year
),

-- Ratios that sum up other ratios have no ledger of their own.
kinds as (
    select distinct
        coverage_code,
        subject_type
    from ledgers
),

coded as (
    select distinct coverage_code from ledgers
),

named as (
    select
        *,
        coverage_code || ' ' || subject_type || ' ' || subject_code || ' ' || fiscal_year::varchar as item
    from candidate.fct_coverage_ratios
)

select
    'product.ratio_out_of_range' as check_code,
    'fct_coverage_ratios' as form_code,
    fiscal_year::integer as fiscal_year,
    '' as submission_id,
    subject_code,
    coverage_ratio::varchar as given,
    '0–1' as expected,
    item,
    coverage_ratio < 0 or coverage_ratio > 1 as is_violated
from named
where coverage_ratio is not null
union all
select
    'product.ledger_differs',
    'fct_coverage_ratios',
    n.fiscal_year::integer,
    '',
    n.subject_code,
    coalesce(l.ledger_cny, l.ledger_count)::varchar,
    coalesce(n.denominator_cny, n.denominator_count)::varchar,
    n.item,
    case
        when n.denominator_cny is not null then coalesce(l.ledger_cny, 0) <> n.denominator_cny
        else coalesce(l.ledger_count, 0) <> n.denominator_count
    end
from named as n
left join kinds as k on n.coverage_code = k.coverage_code and n.subject_type = k.subject_type
left join coded as c on n.coverage_code = c.coverage_code
left join ledgers as l
    on n.coverage_code = l.coverage_code
    and n.subject_type = l.subject_type
    and n.subject_code = l.subject_code
    and n.fiscal_year = l.fiscal_year
where
    n.value_status = 'reported'
    and n.coverage_ratio is not null
    and (k.coverage_code is not null or c.coverage_code is null)
