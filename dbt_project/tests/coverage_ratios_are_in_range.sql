-- A ratio lies between 0 and 1, has a value exactly when it is reported, and states why when it is not.
select
    coverage_code,
    subject_type,
    subject_code,
    fiscal_year,
    coverage_ratio,
    value_status
from {{ ref('fct_coverage_ratios') }}
where
    coverage_ratio < 0
    or coverage_ratio > 1
    or (value_status = 'reported') <> (coverage_ratio is not null)
    or (value_status <> 'reported' and status_reason_zh is null)
