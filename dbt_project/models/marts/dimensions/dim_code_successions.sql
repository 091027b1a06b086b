-- Grain: one row per code that went out of force, stretch of years and successor in it; one without, where none is stated.
--
-- Merged is what joined another code: one that went out of force with it, or one that was there all along.
with there_before as (
    select distinct
        successions.code_kind,
        successions.code,
        successions.valid_to,
        successions.successor_code
    from {{ ref('code_successions') }} as successions
    inner join {{ ref('code_lists') }} as lists
        on
            successions.code_kind = lists.code_kind
            and successions.successor_code = lists.code
            and successions.valid_to >= lists.valid_from
            and (lists.valid_to is null or successions.valid_to <= lists.valid_to)
)

select
    successions.code_kind,
    successions.code,
    successions.valid_from,
    successions.valid_to,
    successions.successor_code,
    successions.holds_from,
    successions.holds_to,
    successions.successor_count,
    case
        when successions.successor_count = 0 then 'not_stated'
        when successions.successor_count > 1 then 'split'
        when there_before.code is not null then 'merged'
        when
            count(*) over (
                partition by successions.code_kind, successions.successor_code, successions.holds_from
            ) > 1
            then 'merged'
        else 'succeeded'
    end as succession_status
from {{ ref('code_successions') }} as successions
left join there_before
    on
        successions.code_kind = there_before.code_kind
        and successions.code = there_before.code
        and successions.valid_to = there_before.valid_to
        and successions.successor_code = there_before.successor_code
