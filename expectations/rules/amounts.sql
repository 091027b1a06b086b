-- checks: content.text_in_amount, content.negative_amount, content.count_not_whole
-- Cells that must hold an amount. Error cells (#N/A …) are the reader's to report; the same words as a text are not.
with judged as (
    select
        c.*,
        n.form_code is not null as may_be_negative,
        r.cell is not null as is_reported_by_reader
    from check_cells as c
    left join check_known_cells as r on c.submission_id = r.submission_id and c.sheet = r.sheet and c.cell = r.cell
    left join (
        select distinct
            f.form_code,
            f.table_code,
            f.item_code,
            f.measure_code
        from (select distinct form_code, table_code, item_code, measure_code from check_cells) as f
        inner join check_negative_allowed as a on f.form_code = a.form_code
        inner join check_matches as t on a.table_code = t.pattern and f.table_code = t.code
        inner join check_matches as i on a.item_pattern = i.pattern and f.item_code = i.code
        inner join check_matches as m on a.measure_pattern = m.pattern and f.measure_code = m.code
    ) as n
        on c.form_code = n.form_code
        and c.table_code = n.table_code
        and c.item_code = n.item_code
        and c.measure_code = n.measure_code
    where c.kind not in ('text', 'choice')
)

select
    'content.text_in_amount' as check_code,
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    value_text as given,
    '' as expected,
    coalesce(nullif(item_label, ''), item_code) as item,
    value_status = 'text' and not is_reported_by_reader as is_violated
from judged
where value_text <> ''
union all
select
    'content.negative_amount',
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    value_text,
    '≥ 0',
    coalesce(nullif(item_label, ''), item_code),
    amount < 0
from judged
where amount is not null and not may_be_negative
union all
select
    'content.count_not_whole',
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    value_text,
    '',
    coalesce(nullif(item_label, ''), item_code),
    amount <> floor(amount)
from judged
where amount is not null and kind in ('count', 'year')
