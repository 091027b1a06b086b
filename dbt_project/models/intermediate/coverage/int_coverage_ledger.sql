-- Grain: one row per ledger line of any coverage ratio.
with lines as (
    select * from {{ ref('int_department_evaluation_ledger') }}
    union all
    select * from {{ ref('int_region_evaluation_ledger') }}
    union all
    select * from {{ ref('int_target_ledger') }}
)

select
    lines.*,
    reasons.coverage_status
from lines
left join {{ ref('coverage_reasons') }} as reasons on lines.reason_code = reasons.reason_code
