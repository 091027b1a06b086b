-- checks: content.duplicate_item, content.conflicting_item
-- One item printed twice in one table: the later one is reported. Total rows may be printed twice. Where the two say
-- different things, a form whose figures stand for its unit or place no longer says one.
with printed as (
    select
        c.*,
        coalesce(f.subject, '') in ('unit', 'submitter') as is_figure,
        row_number() over stated as occurrence,
        first_value(c.cell) over stated as first_cell,
        c.amount is distinct from first_value(c.amount) over stated
        or c.value_status <> first_value(c.value_status) over stated as is_other
    from check_cells as c
    left join check_form_subjects as f on c.form_code = f.form_code
    where not c.is_wide and c.item_code <> ''
    window stated as (
        partition by
            c.submission_id,
            c.form_code,
            c.table_code,
            case when coalesce(f.subject, '') in ('unit', 'submitter') then '' else c.subject_label end,
            c.item_code,
            c.measure_code
        order by c.sheet, c.row_number, c.cell
    )
)

select
    'content.duplicate_item' as check_code,
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    item_code as given,
    first_cell as expected,
    coalesce(nullif(item_label, ''), item_code) as item,
    occurrence > 1 and not (is_figure and is_other) as is_violated
from printed
where item_code <> 'TOTAL' and row_kind not in ('of_which', 'memo')
union all
select
    'content.conflicting_item',
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    value_text,
    first_cell,
    coalesce(nullif(item_label, ''), item_code),
    occurrence > 1 and is_other
from printed
where is_figure
