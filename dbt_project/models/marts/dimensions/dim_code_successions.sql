-- Grain: one row per code that went out of force, stretch of years and successor in it; one without, where none is stated.
select
    code_kind,
    code,
    valid_from,
    valid_to,
    successor_code,
    holds_from,
    holds_to,
    successor_count,
    case
        when successor_count = 0 then 'not_stated'
        when successor_count > 1 then 'split'
        when count(*) over (partition by code_kind, successor_code, holds_from) > 1 then 'merged'
        else 'succeeded'
    end as succession_status
from {{ ref('code_successions') }}
