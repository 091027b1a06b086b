-- checks: product.value_without_cell
-- reads: fct_final_accounts
-- Every reported amount walks back to a cell.
select
    'product.value_without_cell' as check_code,
    'fct_final_accounts' as form_code,
    fiscal_year::integer as fiscal_year,
    '' as submission_id,
    '' as subject_code,
    count(*) filter (where coalesce(submission_id, '') = '' or coalesce(sheet, '') = '' or coalesce(cell, '') = '')::varchar
        as given,
    '' as expected,
    'fct_final_accounts ' || fiscal_year::varchar as item,
    count(*) filter (where coalesce(submission_id, '') = '' or coalesce(sheet, '') = '' or coalesce(cell, '') = '') > 0
        as is_violated
from candidate.fct_final_accounts
where value_status = 'reported'
group by fiscal_year
