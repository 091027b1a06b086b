-- checks: identity.missing_parent
-- A table that prints classes (or groups) prints the class (the group) of every code below that level. Told at the first
-- code left without one.
with codes as (
    select
        c.submission_id,
        c.form_code,
        c.table_code,
        c.item_code,
        any_value(c.subject_code) as subject_code,
        min_by(coalesce(nullif(c.item_label, ''), c.item_code), c.row_number) as item,
        min_by(c.sheet, c.row_number) as sheet,
        min_by(c.cell, [c.row_number, length(c.cell)]) as cell,
        min(c.row_number) as row_number
    from check_cells as c
    inner join check_tree_tables as t on c.form_code = t.form_code and c.table_code = t.table_code
    where c.is_classified and c.row_kind not in ('of_which', 'memo')
    group by c.submission_id, c.form_code, c.table_code, c.item_code
),

levels as (
    select distinct
        submission_id,
        form_code,
        table_code,
        length(item_code) as level_length
    from codes
),

owed as (
    select
        c.submission_id,
        c.form_code,
        c.table_code,
        left(c.item_code, v.level_length) as parent_code,
        any_value(c.subject_code) as subject_code,
        min_by(c.item, c.row_number) as item,
        min_by(c.sheet, c.row_number) as sheet,
        min_by(c.cell, c.row_number) as cell
    from codes as c
    inner join levels as v
        on c.submission_id = v.submission_id
        and c.form_code = v.form_code
        and c.table_code = v.table_code
        and length(c.item_code) > v.level_length
    group by c.submission_id, c.form_code, c.table_code, left(c.item_code, v.level_length)
)

select
    'identity.missing_parent' as check_code,
    o.form_code,
    o.submission_id,
    o.sheet,
    o.cell,
    o.subject_code,
    o.item as given,
    o.parent_code as expected,
    o.item,
    p.item_code is null as is_violated
from owed as o
left join codes as p
    on o.submission_id = p.submission_id
    and o.form_code = p.form_code
    and o.table_code = p.table_code
    and o.parent_code = p.item_code
