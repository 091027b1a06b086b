-- checks: content.score_out_of_range, content.grade_mismatch
-- reads: evaluation_register
-- Scores lie inside the scale, and the grade is the one of the band the score falls into.
with scores as (
    select
        c.*,
        cast(b.low as decimal(30, 6)) as low,
        cast(b.high as decimal(30, 6)) as high
    from check_cells as c
    inner join check_bounds as b
        on b.bound_code = 'score'
        and $fiscal_year between coalesce(try_cast(b.valid_from as integer), 0)
        and coalesce(try_cast(b.valid_to as integer), 9999)
    where c.kind = 'points' and c.amount is not null
),

graded as (
    select
        s.form_code,
        s.submission_id,
        s.sheet,
        g.cell,
        s.subject_code,
        s.value_text as score_text,
        trim(g.value_text) as grade,
        g.item_label,
        b.grade as right_grade
    from scores as s
    inner join check_cells as g
        on s.submission_id = g.submission_id
        and s.form_code = g.form_code
        and s.sheet = g.sheet
        and s.row_number = g.row_number
        and g.measure_code = 'grade'
        and g.value_status = 'reported'
    inner join check_grade_bands as b
        on $fiscal_year between coalesce(try_cast(b.valid_from as integer), 0)
        and coalesce(try_cast(b.valid_to as integer), 9999)
        and (b.lower_inclusive = '' or s.amount >= try_cast(nullif(b.lower_inclusive, '') as decimal(30, 6)))
        and (b.upper_exclusive = '' or s.amount < try_cast(nullif(b.upper_exclusive, '') as decimal(30, 6)))
    where s.measure_code = 'score' and s.amount between s.low and s.high
)

select
    'content.score_out_of_range' as check_code,
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    value_text as given,
    check_plain(low) || '–' || check_plain(high) as expected,
    coalesce(nullif(item_label, ''), measure_code) as item,
    amount not between low and high as is_violated
from scores
where measure_code = 'score' or not is_wide
union all
select
    'content.grade_mismatch',
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    grade,
    right_grade,
    score_text,
    grade <> right_grade
from graded
