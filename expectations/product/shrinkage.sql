-- checks: product.coverage_shrank, product.figures_vanished
-- reads: fct_submissions, fct_coverage_ratios, fct_scores, fct_final_accounts, dim_regions, dim_units
-- reads: previous.fct_submissions, previous.fct_coverage_ratios, previous.fct_scores, previous.fct_final_accounts
-- What the last release said about a year may not vanish while everything filed for that year is still there. Where
-- something was withdrawn, or a workbook is held back now, it is said and does not stop the release; nor where another
-- workbook replaced one and the registers no longer name the subject, or another edition of the scheme scores it.
with withdrawn as (
    select distinct p.fiscal_year
    from previous.fct_submissions as p
    left join candidate.fct_submissions as c on p.submission_id = c.submission_id
    where c.submission_id is null
),

replaced as (
    select distinct p.fiscal_year
    from previous.fct_submissions as p
    inner join candidate.fct_submissions as c on p.submission_id = c.submission_id
    where p.status <> 'superseded' and c.status = 'superseded'
),

registered as (
    select
        fiscal_year,
        region_code as subject_code
    from candidate.dim_regions
    union
    select
        fiscal_year,
        unit_code
    from candidate.dim_units
),

before as (
    select distinct
        'fct_coverage_ratios' as table_name,
        fiscal_year,
        coverage_code || ' ' || subject_type as part,
        '' as edition,
        subject_code
    from previous.fct_coverage_ratios
    union all
    select distinct
        'fct_scores',
        fiscal_year,
        scheme_code,
        scheme_edition,
        subject_code
    from previous.fct_scores
    union all
    select distinct
        'fct_final_accounts',
        fiscal_year,
        form_code,
        '',
        subject_code
    from previous.fct_final_accounts
),

now_published as (
    select distinct
        'fct_coverage_ratios' as table_name,
        fiscal_year,
        coverage_code || ' ' || subject_type as part,
        '' as edition,
        subject_code
    from candidate.fct_coverage_ratios
    union all
    select distinct
        'fct_scores',
        fiscal_year,
        scheme_code,
        scheme_edition,
        subject_code
    from candidate.fct_scores
    union all
    select distinct
        'fct_final_accounts',
        fiscal_year,
        form_code,
        '',
        subject_code
    from candidate.fct_final_accounts
)

select
    case
        when b.table_name = 'fct_final_accounts' or w.fiscal_year is not null then 'product.figures_vanished'
        when r.fiscal_year is not null and g.subject_code is null then 'product.figures_vanished'
        when o.subject_code is not null then 'product.figures_vanished'
        else 'product.coverage_shrank'
    end as check_code,
    b.table_name as form_code,
    b.fiscal_year::integer as fiscal_year,
    '' as submission_id,
    b.subject_code,
    b.subject_code as given,
    '' as expected,
    concat_ws(' ', b.table_name, b.part, nullif(b.edition, ''), b.fiscal_year) as item,
    n.subject_code is null as is_violated
from before as b
left join withdrawn as w on b.fiscal_year = w.fiscal_year
left join replaced as r on b.fiscal_year = r.fiscal_year
left join registered as g on b.fiscal_year = g.fiscal_year and b.subject_code = g.subject_code
left join now_published as n
    on b.table_name = n.table_name
    and b.fiscal_year is not distinct from n.fiscal_year
    and b.part = n.part
    and b.edition = n.edition
    and b.subject_code = n.subject_code
left join (select distinct table_name, fiscal_year, part, subject_code from now_published) as o
    on b.table_name = o.table_name
    and b.fiscal_year is not distinct from o.fiscal_year
    and b.part = o.part
    and b.subject_code = o.subject_code
