-- checks: product.value_without_cell
-- reads: fct_coverage_ledger
-- Every covered yuan or unit walks back to a cell.
select
    'product.value_without_cell' as check_code,
    'fct_coverage_ledger' as form_code,
    fiscal_year::integer as fiscal_year,
    '' as submission_id,
    '' as subject_code,
    count(*) filter (where coalesce(submission_id, '') = '' or coalesce(sheet, '') = '' or coalesce(cell, '') = '')::varchar
        as given,
    '' as expected,
    'fct_coverage_ledger ' || fiscal_year::varchar as item,
    count(*) filter (where coalesce(submission_id, '') = '' or coalesce(sheet, '') = '' or coalesce(cell, '') = '') > 0
        as is_violated
from candidate.fct_coverage_ledger
where coverage_status = 'covered'
group by fiscal_year
