-- checks: content.magnitude
-- A headline amount against the same subject's other years and its sister figures: outside the bounds against most of
-- them means a dropped or doubled unit. With a single figure to compare, only the later year is doubted.
with headlines as (
    select
        c.*,
        h.group_code,
        c.amount * c.factor as amount_cny
    from check_headline_cells as c
    inner join check_headlines as h
        on c.form_code = h.form_code
        and c.table_code = h.table_code
        and c.item_code = h.item_code
        and c.measure_code = h.measure_code
    inner join check_submissions as s
        on c.submission_id = s.submission_id and c.form_code = s.form_code and s.replaced_by = ''
    where c.amount > 0
),

compared as (
    select
        a.*,
        b.fiscal_year as other_year,
        [b.fiscal_year::varchar, b.form_code, b.submission_id, b.sheet, b.cell] as other_place,
        check_plain(b.amount_cny) || ' (' || b.fiscal_year::varchar || ')' as other_text,
        a.amount_cny < b.amount_cny * cast(m.low as decimal(12, 6))
        or a.amount_cny > b.amount_cny * cast(m.high as decimal(12, 6)) as is_outside
    from headlines as a
    inner join headlines as b
        on a.submitter_code = b.submitter_code
        and a.subject_code = b.subject_code
        and a.group_code = b.group_code
        and not (
            a.submission_id = b.submission_id and a.form_code = b.form_code and a.sheet = b.sheet and a.cell = b.cell
        )
        -- Figures of one workbook share its unit and say nothing about it.
        and not (a.submission_id = b.submission_id and a.form_code = b.form_code)
    inner join check_bounds as m on m.bound_code = 'magnitude_ratio'
    where
        a.fiscal_year = $fiscal_year
        and $fiscal_year between coalesce(try_cast(m.valid_from as integer), 0)
        and coalesce(try_cast(m.valid_to as integer), 9999)
)

select
    'content.magnitude' as check_code,
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    check_plain(amount_cny) as given,
    max_by(other_text, other_place) as expected,
    coalesce(nullif(item_label, ''), item_code) as item,
    2 * count(*) filter (where is_outside) > count(*)
    and (count(*) > 1 or max(other_year) <= max(fiscal_year)) as is_violated
from compared
group by form_code, submission_id, sheet, cell, subject_code, amount_cny, item_label, item_code
