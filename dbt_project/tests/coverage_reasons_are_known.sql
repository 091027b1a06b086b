-- Every ledger line has a reason of the catalogue of reasons.
select
    coverage_code,
    subject_code,
    fiscal_year,
    reason_code
from {{ ref('fct_coverage_ledger') }}
where coverage_status is null
