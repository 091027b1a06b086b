-- Grain: one row per submission and form that staging leaves out, with the weightiest reason.
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
    min(held_status) as held_status,
    min(check_code) as check_code
from held
group by submission_id, form_code
