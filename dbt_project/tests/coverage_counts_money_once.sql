-- Money entered in the register is at least what counts once, and that at least what the ledger covers.
select
    coverage_code,
    subject_type,
    subject_code,
    fiscal_year,
    numerator_gross_cny,
    overlap_cny,
    unplaced_cny,
    numerator_net_cny
from {{ ref('fct_coverage_ratios') }}
where
    overlap_cny < 0
    or unplaced_cny < 0
    or numerator_net_cny <> numerator_gross_cny - overlap_cny - unplaced_cny
