-- checks: content.target_without_content, content.target_zero_amount, register.duplicate_target
-- Whether a target was really filed depends on what the card says.
with cards as (
    select
        form_code,
        submission_id,
        sheet,
        row_number,
        any_value(subject_code) as subject_code,
        max(trim(value_text)) filter (where measure_code in ('project_code', 'unit_code', 'programme_code')) as code,
        max(cell) filter (where measure_code in ('project_code', 'unit_code', 'programme_code')) as code_cell,
        max(amount) filter (where measure_code in ('requested_amount', 'total_budget', 'amount')) as amount,
        max(value_text) filter (where measure_code in ('requested_amount', 'total_budget', 'amount')) as amount_text,
        max(cell) filter (where measure_code in ('requested_amount', 'total_budget', 'amount')) as amount_cell,
        max(value_text) filter (where measure_code = 'annual_target') as target_text,
        max(value_status) filter (where measure_code = 'annual_target') as target_status,
        max(cell) filter (where measure_code = 'annual_target') as target_cell
    from check_cells
    where form_code like '%_performance_target' and is_wide
    group by form_code, submission_id, sheet, row_number
)

select
    'content.target_without_content' as check_code,
    form_code,
    submission_id,
    sheet,
    target_cell as cell,
    subject_code,
    target_text as given,
    '' as expected,
    code as item,
    target_status <> 'reported' as is_violated
from cards
where coalesce(target_cell, '') <> ''
union all
select
    'content.target_zero_amount',
    form_code,
    submission_id,
    sheet,
    amount_cell,
    subject_code,
    amount_text,
    '> 0',
    code,
    coalesce(amount, 0) = 0
from cards
where
    coalesce(amount_cell, '') <> ''
    -- A card without any content is reported once, at its target.
    and (amount is not null or (amount_text = '' and coalesce(target_status, '') = 'reported'))
union all
select
    'register.duplicate_target',
    form_code,
    submission_id,
    sheet,
    code_cell,
    subject_code,
    code,
    first_value(sheet || '!' || code_cell) over coded,
    code,
    row_number() over coded > 1
from cards
where coalesce(code, '') <> ''
window coded as (partition by form_code, code order by submission_id, sheet, row_number)
