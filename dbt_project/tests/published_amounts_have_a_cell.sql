-- Any published amount walks back to a submission, sheet and cell.
select
    form_code,
    subject_code,
    fiscal_year,
    account_code
from {{ ref('fct_final_accounts') }}
where submission_id is null or sheet is null or cell is null
