-- Grain: one row per submission and form that staging leaves out. What a later submission replaced is superseded,
-- whatever was wrong with it.
with held as (
    select
        submission_id,
        form_code,
        check_code,
        'quarantined' as held_status
    from {{ source('quality', 'quarantine') }}
    union all
    select
        submission_id,
        form_code,
        check_code,
        'superseded' as held_status
    from {{ source('quality', 'findings') }}
    where check_code = 'receive.superseded'
)

select
    submission_id,
    form_code,
    max(held_status) as held_status,
    case
        when max(held_status) = 'superseded'
            then max(case when held_status = 'superseded' then check_code end)
        else min(check_code)
    end as check_code
from held
group by submission_id, form_code
