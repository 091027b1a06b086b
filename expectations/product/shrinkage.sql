-- checks: product.coverage_shrank, product.figures_vanished
-- reads: fct_submissions, fct_coverage_ratios, fct_scores, fct_final_accounts
-- reads: previous.fct_submissions, previous.fct_coverage_ratios, previous.fct_scores, previous.fct_final_accounts
-- What the last release said about a year may not vanish while everything filed for that year is still there. Where
-- something was withdrawn, or a workbook is held back now, it is said and does not stop the release.
with withdrawn as (
    select distinct p.fiscal_year
    from previous.fct_submissions as p
    left join candidate.fct_submissions as c on p.submission_id = c.submission_id
    where c.submission_id is null
),

before as (
    select distinct
        'fct_coverage_ratios' as table_name,
        fiscal_year,
        coverage_code || ' ' || subject_type as part,
        subject_code
    from previous.fct_coverage_ratios
    union all
    select distinct
        'fct_scores',
        fiscal_year,
        scheme_code || ' ' || scheme_edition,
        subject_code
    from previous.fct_scores
    union all
    select distinct
        'fct_final_accounts',
        fiscal_year,
        form_code,
        subject_code
    from previous.fct_final_accounts
),

now_published as (
    select distinct
        'fct_coverage_ratios' as table_name,
        fiscal_year,
        coverage_code || ' ' || subject_type as part,
        subject_code
    from candidate.fct_coverage_ratios
    union all
    select distinct
        'fct_scores',
        fiscal_year,
        scheme_code || ' ' || scheme_edition,
        subject_code
    from candidate.fct_scores
    union all
    select distinct
        'fct_final_accounts',
        fiscal_year,
        form_code,
        subject_code
    from candidate.fct_final_accounts
)

select
    case
        when b.table_name = 'fct_final_accounts' or w.fiscal_year is not null then 'product.figures_vanished'
        else 'product.coverage_shrank'
    end as check_code,
    b.table_name as form_code,
    b.fiscal_year::integer as fiscal_year,
    '' as submission_id,
    b.subject_code,
    b.subject_code as given,
    '' as expected,
    b.table_name || ' ' || b.part || ' ' || coalesce(b.fiscal_year::varchar, '') as item,
    n.subject_code is null as is_violated
from before as b
left join withdrawn as w on b.fiscal_year = w.fiscal_year
left join now_published as n
    on b.table_name = n.table_name
    and b.fiscal_year is not distinct from n.fiscal_year
    and b.part = n.part
    and b.subject_code = n.subject_code
