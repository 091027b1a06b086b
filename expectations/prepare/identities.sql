-- Every sum the forms promise, as one instance per printed total with the addends that belong to it.
-- Sums are made in yuan, because tables of one workbook may print different units; what is said is in the unit of the
-- total. Each printed number may hide half of its last printed unit.

create or replace temp table check_printed_units as
select
    d::integer as printed_decimals,
    cast(h as decimal(30, 7)) as half_unit
from (
    values (0, '0.5'), (1, '0.05'), (2, '0.005'), (3, '0.0005'), (4, '0.00005'), (5, '0.000005'), (6, '0.0000005')
) as units (d, h);

create or replace temp table check_sum_cells as
select
    c.*,
    c.amount * c.factor as amount_cny,
    u.half_unit * c.factor as half_unit_cny,
    (k.cell is not null or c.value_status = 'text') as is_unusable
from check_cells as c
inner join check_printed_units as u on c.printed_decimals = u.printed_decimals
left join check_known_cells as k on c.submission_id = k.submission_id and c.sheet = k.sheet and c.cell = k.cell
where c.kind not in ('text', 'choice', 'year', 'points');

-- 1. Declared identities: terms matched on the few distinct figures, then joined to the cells.
create or replace temp table check_matched_terms as
with figures as (
    select distinct
        form_code,
        table_code,
        item_code,
        measure_code
    from check_sum_cells
)

select
    i.identity_code,
    i.check_code,
    i.form_code,
    i.group_by,
    i.needs_parts,
    t.role,
    cast(t.sign as integer) as sign,
    t.row_kinds,
    f.table_code,
    f.item_code,
    f.measure_code
from check_identities as i
inner join check_identity_terms as t on i.identity_code = t.identity_code
inner join check_matches as b on t.table_code = b.pattern
inner join check_matches as m on t.item_pattern = m.pattern
inner join check_matches as e on t.measure_pattern = e.pattern
inner join figures as f
    on i.form_code = f.form_code and b.code = f.table_code and m.code = f.item_code and e.code = f.measure_code;

create or replace temp table check_terms as
select
    m.identity_code,
    m.check_code,
    m.needs_parts,
    m.role,
    m.sign,
    case m.group_by
        when 'item' then c.item_code
        when 'measure' then c.measure_code
        when 'row' then c.sheet || '!' || c.row_number::varchar
        else ''
    end as group_key,
    c.form_code,
    c.submission_id,
    c.sheet,
    c.cell,
    c.table_code,
    c.item_code,
    c.item_label,
    c.measure_code,
    c.subject_label,
    c.subject_code,
    c.value_text,
    c.value_status,
    c.statement,
    c.amount_cny,
    c.half_unit_cny,
    c.unit_per_cny,
    c.is_unusable
from check_sum_cells as c
inner join check_matched_terms as m
    on c.form_code = m.form_code
    and c.table_code = m.table_code
    and c.item_code = m.item_code
    and c.measure_code = m.measure_code
where m.role = 'total' or m.row_kinds = 'any' or c.row_kind not in ('of_which', 'memo');

-- 2. Classified tables: a code is the sum of the codes below it; classes add up to the total row. A level that a table
--    leaves out is skipped: the parent of an item is its longest printed prefix.
insert into check_terms
with branch as (
    select c.*
    from check_sum_cells as c
    inner join check_tree_tables as t on c.form_code = t.form_code and c.table_code = t.table_code
    where (c.is_classified or c.item_code = 'TOTAL') and c.row_kind not in ('of_which', 'memo')
),

codes as (
    select distinct
        submission_id,
        form_code,
        table_code,
        item_code
    from branch
),

parents as (
    select
        c.submission_id,
        c.form_code,
        c.table_code,
        c.item_code,
        coalesce(five.item_code, three.item_code, 'TOTAL') as parent_code
    from codes as c
    left join codes as five
        on length(c.item_code) > 5
        and c.submission_id = five.submission_id
        and c.form_code = five.form_code
        and c.table_code = five.table_code
        and left(c.item_code, 5) = five.item_code
    left join codes as three
        on length(c.item_code) > 3
        and c.submission_id = three.submission_id
        and c.form_code = three.form_code
        and c.table_code = three.table_code
        and left(c.item_code, 3) = three.item_code
    where c.item_code <> 'TOTAL'
),

totals as (
    select distinct
        submission_id,
        form_code,
        table_code,
        parent_code
    from parents
),

roles as (
    select
        'total' as role,
        b.item_code as parent_code,
        b.*
    from branch as b
    inner join totals as t
        on b.submission_id = t.submission_id
        and b.form_code = t.form_code
        and b.table_code = t.table_code
        and b.item_code = t.parent_code
    union all
    select
        'part' as role,
        p.parent_code,
        b.*
    from branch as b
    inner join parents as p
        on b.submission_id = p.submission_id
        and b.form_code = p.form_code
        and b.table_code = p.table_code
        and b.item_code = p.item_code
)

select
    'tree.' || table_code,
    case parent_code when 'TOTAL' then 'identity.total_of_classes' else 'identity.parent_of_children' end,
    '',
    role,
    1,
    parent_code || '.' || measure_code,
    form_code,
    submission_id,
    sheet,
    cell,
    table_code,
    item_code,
    item_label,
    measure_code,
    subject_label,
    subject_code,
    value_text,
    value_status,
    statement,
    amount_cny,
    half_unit_cny,
    unit_per_cny,
    is_unusable
from roles;

-- 3. Instances: one per printed total. Addends not printed (blank, —) count as nothing and add no rounding; one below the
--    printed unit (…) counts as nothing and may hide half a unit like any printed number.
create or replace temp table check_instances as
with tables as (
    select distinct
        submission_id,
        form_code,
        table_code
    from check_sum_cells
),

complete as (
    -- An identity over two tables is judged only where both were filed.
    select
        s.submission_id,
        i.identity_code
    from check_identities as i
    inner join (select distinct submission_id, form_code from tables) as s on i.form_code = s.form_code
    left join (select distinct identity_code, table_code from check_identity_terms where table_code <> '.*') as t
        on i.identity_code = t.identity_code
    left join tables as p
        on s.submission_id = p.submission_id and s.form_code = p.form_code and t.table_code = p.table_code
    group by s.submission_id, i.identity_code
    having count(t.table_code) = count(p.table_code)
),

parts as (
    select
        submission_id,
        form_code,
        identity_code,
        subject_label,
        group_key,
        sum(sign * coalesce(amount_cny, 0)) as parts_cny,
        count(amount_cny) as addend_count,
        coalesce(sum(half_unit_cny) filter (where amount_cny is not null or statement = 'below_unit'), 0) as parts_tolerance,
        bool_or(is_unusable) as has_unusable
    from check_terms
    where role = 'part'
    group by submission_id, form_code, identity_code, subject_label, group_key
),

-- The same cell may close an identity once only, whatever patterns matched it.
totals as (
    select distinct *
    from check_terms
    where role = 'total'
)

select
    row_number() over (order by t.submission_id, t.identity_code, t.group_key, t.subject_label, t.sheet, t.cell) as instance_id,
    t.identity_code,
    t.check_code,
    t.form_code,
    t.submission_id,
    t.sheet,
    t.cell,
    t.table_code,
    t.item_code,
    t.item_label,
    t.measure_code,
    t.subject_label,
    t.subject_code,
    t.group_key,
    t.value_text,
    coalesce(t.amount_cny, 0) as printed_cny,
    p.parts_cny,
    p.addend_count,
    coalesce(t.amount_cny, 0) - p.parts_cny as difference,
    t.half_unit_cny + p.parts_tolerance as tolerance,
    t.unit_per_cny,
    abs(coalesce(t.amount_cny, 0) - p.parts_cny) > t.half_unit_cny + p.parts_tolerance as is_broken
from totals as t
inner join parts as p
    on t.submission_id = p.submission_id
    and t.form_code = p.form_code
    and t.identity_code = p.identity_code
    and t.subject_label = p.subject_label
    and t.group_key = p.group_key
left join complete as c on t.submission_id = c.submission_id and t.identity_code = c.identity_code
where
    (c.identity_code is not null or t.identity_code like 'tree.%')
    and not t.is_unusable
    and not p.has_unusable
    and (t.amount_cny is not null or p.addend_count > 0)
    and (t.needs_parts = '' or p.addend_count > 0);

-- 4. A whole table printed in another unit breaks every line against its sister table: the widest gap speaks for all.
create or replace temp table check_scaled as
select
    i.instance_id,
    first_value(i.instance_id) over widest as root_id
from check_instances as i
inner join check_bounds as b on b.bound_code = 'magnitude_ratio'
where
    i.is_broken
    and i.check_code = 'identity.cross_table'
    and i.parts_cny <> 0
    and i.printed_cny <> 0
    and (
        abs(i.printed_cny) > abs(i.parts_cny) * cast(b.high as decimal(12, 6))
        or abs(i.printed_cny) < abs(i.parts_cny) * cast(b.low as decimal(12, 6))
    )
window widest as (
    partition by i.submission_id, i.form_code, i.sheet
    order by abs(i.difference) desc, i.instance_id
);

-- 5. Every cell of every other broken sum, with what would have to be added to it to mend the sum; and in how many sums
--    that add up it stands.
create or replace temp table check_suspects as
select
    i.instance_id,
    t.submission_id,
    t.form_code,
    t.sheet,
    t.cell,
    t.role = 'total' as is_total,
    case t.role when 'total' then -i.difference else t.sign * i.difference end as correction_cny,
    i.tolerance,
    t.amount_cny
from check_instances as i
inner join check_terms as t
    on i.submission_id = t.submission_id
    and i.form_code = t.form_code
    and i.identity_code = t.identity_code
    and i.subject_label = t.subject_label
    and i.group_key = t.group_key
left join check_scaled as s on i.instance_id = s.instance_id
where
    i.is_broken
    and s.instance_id is null
    and t.cell <> ''
    and (t.role = 'part' or (t.sheet = i.sheet and t.cell = i.cell));

create or replace temp table check_intact as
select
    t.submission_id,
    t.form_code,
    t.sheet,
    t.cell,
    count(distinct i.instance_id) as sum_count
from check_instances as i
inner join check_terms as t
    on i.submission_id = t.submission_id
    and i.form_code = t.form_code
    and i.identity_code = t.identity_code
    and i.subject_label = t.subject_label
    and i.group_key = t.group_key
where
    not i.is_broken
    and (t.submission_id, t.form_code, t.sheet, t.cell) in (
        select
            submission_id,
            form_code,
            sheet,
            cell
        from check_suspects
    )
group by t.submission_id, t.form_code, t.sheet, t.cell;
