-- checks: content.duplicate_item
-- One item printed twice in one table: the later one is reported. Total rows may be printed twice.
select
    'content.duplicate_item' as check_code,
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    item_code as given,
    first_value(cell) over printed as expected,
    coalesce(nullif(item_label, ''), item_code) as item,
    row_number() over printed > 1 as is_violated
from check_cells
where not is_wide and item_code not in ('', 'TOTAL') and row_kind not in ('of_which', 'memo')
window printed as (
    partition by submission_id, form_code, table_code, subject_label, item_code, measure_code
    order by sheet, row_number, cell
)
