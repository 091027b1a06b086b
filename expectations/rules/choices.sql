-- checks: content.unknown_choice, content.missing_required_item, content.missing_key
-- Blank where an answer is owed, and answers outside the list the form prints.
select
    'content.unknown_choice' as check_code,
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    value_text as given,
    replace(choices, '|', '、') as expected,
    coalesce(nullif(item_label, ''), measure_code) as item,
    not list_contains(string_split(choices, '|'), trim(value_text)) as is_violated
from check_cells
where choices <> '' and value_status = 'reported' and row_kind not in ('total', 'subtotal')
union all
select
    case when is_key then 'content.missing_key' else 'content.missing_required_item' end,
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    '',
    '',
    coalesce(nullif(item_label, ''), measure_code),
    statement = 'blank'
from check_cells
where is_required and cell <> '' and row_kind not in ('total', 'subtotal')
