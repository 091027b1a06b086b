-- checks: product.value_without_cell
-- reads: fct_score_trace
-- Every figure a score rests on walks back to a cell; a coverage result walks back through its ledger.
select
    'product.value_without_cell' as check_code,
    'fct_score_trace' as form_code,
    fiscal_year::integer as fiscal_year,
    '' as submission_id,
    '' as subject_code,
    count(*) filter (where coalesce(submission_id, '') = '' or coalesce(sheet, '') = '' or coalesce(cell, '') = '')::varchar
        as given,
    '' as expected,
    'fct_score_trace ' || fiscal_year::varchar as item,
    count(*) filter (where coalesce(submission_id, '') = '' or coalesce(sheet, '') = '' or coalesce(cell, '') = '') > 0
        as is_violated
from candidate.fct_score_trace
where value_status = 'reported' and figure_code is not null and ledger_coverage_code is null
group by fiscal_year
