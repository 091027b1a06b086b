-- checks: cross_year.opening_balance, cross_year.total_jump, cross_year.class_jump, cross_year.class_vanished
-- checks: cross_year.population_jump, cross_year.payroll_jump, cross_year.standard_jump, cross_year.same_figures
-- Figures of a subject against those it filed for the year before, as far as both are in force. Where the two differ by a
-- unit (元 against 万元), that is told as such and not once more by every figure.
with figures as (
    select
        c.*,
        c.amount * c.factor as amount_cny,
        u.half_unit * c.factor as half_unit_cny,
        case
            when length(c.item_code) = 3 and translate(c.item_code, '0123456789', '') = '' then 'CLASS'
            else c.item_code
        end as figure_item
    from check_yearly_cells as c
    inner join check_printed_units as u on c.printed_decimals = u.printed_decimals
    where not c.is_wide or c.item_code = 'TOTAL'
),

-- An amount nobody can read is printed all the same.
printed as (
    select * from figures
    where fiscal_year = $fiscal_year and (amount_cny is not null or value_status = 'text')
),

now as (
    select * from figures
    where fiscal_year = $fiscal_year and amount_cny is not null
),

before as (
    select
        form_code,
        submitter_code,
        subject_code,
        table_code,
        item_code,
        measure_code,
        any_value(item_label) as item_label,
        any_value(figure_item) as figure_item,
        min(amount_cny) as amount_cny,
        min(half_unit_cny) as half_unit_cny
    from figures
    where fiscal_year = $fiscal_year - 1 and amount_cny is not null
    group by form_code, submitter_code, subject_code, table_code, item_code, measure_code
    having count(distinct amount_cny) = 1
),

pairs as (
    select
        n.*,
        b.amount_cny as before_cny,
        b.half_unit_cny as before_half_cny
    from now as n
    inner join before as b
        on n.form_code = b.form_code
        and n.submitter_code = b.submitter_code
        and n.subject_code = b.subject_code
        and n.table_code = b.table_code
        and n.item_code = b.item_code
        and n.measure_code = b.measure_code
    inner join check_bounds as m on m.bound_code = 'magnitude_ratio'
    where
        n.amount_cny = 0 or b.amount_cny = 0
        or n.amount_cny between b.amount_cny * cast(m.low as decimal(12, 6)) and b.amount_cny * cast(m.high as decimal(12, 6))
),

bounded as (
    select
        p.*,
        y.check_code,
        cast(b.low as decimal(12, 6)) as low,
        cast(b.high as decimal(12, 6)) as high
    from pairs as p
    inner join check_yearly_figures as y
        on p.form_code = y.form_code and p.table_code = y.table_code and p.figure_item = y.item_code
        and p.measure_code = y.measure_code
    inner join check_bounds as b on y.bound_code = b.bound_code
    where p.before_cny > 0
),

totals as (
    select
        form_code,
        submission_id,
        table_code,
        sum(greatest(amount_cny, before_cny)) as whole_cny
    from pairs
    where figure_item = 'CLASS'
    group by form_code, submission_id, table_code
),

filed_tables as (
    select
        form_code,
        submission_id,
        submitter_code,
        subject_code,
        table_code,
        min_by(sheet, row_number) as sheet,
        min_by(cell, row_number) as cell,
        sum(amount_cny) as total_cny
    from now
    where figure_item = 'CLASS'
    group by form_code, submission_id, submitter_code, subject_code, table_code
),

last_totals as (
    select
        form_code,
        submitter_code,
        subject_code,
        table_code,
        sum(amount_cny) as total_cny
    from before
    where figure_item = 'CLASS'
    group by form_code, submitter_code, subject_code, table_code
)

select
    'cross_year.opening_balance' as check_code,
    n.form_code,
    n.submission_id,
    n.sheet,
    n.cell,
    n.subject_code,
    n.value_text as given,
    check_plain(b.amount_cny * n.unit_per_cny) as expected,
    n.item_label as item,
    abs(n.amount_cny - b.amount_cny) > n.half_unit_cny + b.half_unit_cny as is_violated,
    check_plain((n.amount_cny - b.amount_cny) * n.unit_per_cny) as difference
from now as n
inner join check_bounds as m on m.bound_code = 'magnitude_ratio'
inner join check_carried_balances as k
    on n.form_code = k.form_code and n.table_code = k.table_code and n.item_code = k.opening_item
    and n.measure_code = k.opening_measure
inner join before as b
    on n.form_code = b.form_code and n.submitter_code = b.submitter_code and n.subject_code = b.subject_code
    and n.table_code = b.table_code and k.closing_item = b.item_code and k.closing_measure = b.measure_code
where
    n.amount_cny = 0 or b.amount_cny = 0
    or abs(n.amount_cny) between abs(b.amount_cny) * cast(m.low as decimal(12, 6))
    and abs(b.amount_cny) * cast(m.high as decimal(12, 6))
union all
select
    b.check_code,
    b.form_code,
    b.submission_id,
    b.sheet,
    b.cell,
    b.subject_code,
    b.value_text,
    check_plain(b.before_cny * b.unit_per_cny),
    coalesce(nullif(b.item_label, ''), b.item_code),
    b.amount_cny < b.before_cny * b.low or b.amount_cny > b.before_cny * b.high,
    check_plain((b.amount_cny - b.before_cny) * b.unit_per_cny)
from bounded as b
where b.check_code <> 'cross_year.class_jump'
union all
select
    b.check_code,
    b.form_code,
    b.submission_id,
    b.sheet,
    b.cell,
    b.subject_code,
    b.value_text,
    check_plain(b.before_cny * b.unit_per_cny),
    coalesce(nullif(b.item_label, ''), b.item_code),
    (b.amount_cny < b.before_cny * b.low or b.amount_cny > b.before_cny * b.high)
    and greatest(b.amount_cny, b.before_cny) >= t.whole_cny * cast(s.low as decimal(12, 6)),
    check_plain((b.amount_cny - b.before_cny) * b.unit_per_cny)
from bounded as b
inner join totals as t on b.form_code = t.form_code and b.submission_id = t.submission_id and b.table_code = t.table_code
inner join check_bounds as s on s.bound_code = 'class_share'
where b.check_code = 'cross_year.class_jump'
union all
-- A class the year before had, and the table of this year does not print: told at the first class it does.
select
    'cross_year.class_vanished',
    f.form_code,
    f.submission_id,
    f.sheet,
    f.cell,
    f.subject_code,
    '',
    b.item_code || ' ' || check_plain(b.amount_cny) || ' CNY',
    coalesce(nullif(b.item_label, ''), b.item_code),
    n.cell is null and b.amount_cny >= t.total_cny * cast(s.low as decimal(12, 6)),
    ''
from filed_tables as f
inner join before as b
    on f.form_code = b.form_code and f.submitter_code = b.submitter_code and f.subject_code = b.subject_code
    and f.table_code = b.table_code and b.figure_item = 'CLASS'
inner join last_totals as t
    on f.form_code = t.form_code and f.submitter_code = t.submitter_code and f.subject_code = t.subject_code
    and f.table_code = t.table_code
inner join check_bounds as s on s.bound_code = 'class_share'
left join printed as n
    on f.submission_id = n.submission_id and f.form_code = n.form_code and f.subject_code = n.subject_code
    and f.table_code = n.table_code and b.item_code = n.item_code
where t.total_cny > 0
union all
-- Every figure as the year before: the old workbook under a new year, maybe printed again in another unit.
select
    'cross_year.same_figures',
    form_code,
    submission_id,
    min_by(sheet, row_number),
    min_by(cell, row_number),
    subject_code,
    count(*)::varchar,
    '',
    form_code,
    count(*) >= 5 and bool_and(
        amount_cny = before_cny
        or (half_unit_cny <> before_half_cny and abs(amount_cny - before_cny) <= half_unit_cny + before_half_cny)
    ),
    ''
from pairs
where amount_cny <> 0
group by form_code, submission_id, subject_code
