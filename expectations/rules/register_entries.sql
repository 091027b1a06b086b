-- checks: code.region_code_length, code.unit_outside_region, code.unit_own_parent, code.level_contradicts_parent
-- checks: code.same_name, code.unit_code_unclean, cross_year.unit_renamed, cross_year.unit_count
-- Entries of the registers of the year, each for itself, against each other, and against the year before.
with entries as (
    select r.*
    from check_register as r
    inner join check_scope as s
        on r.submission_id = s.submission_id and s.form_code = r.entity_kind || '_register'
    where r.fiscal_year = $fiscal_year
),

before as (
    select * from check_register
    where fiscal_year = $fiscal_year - 1 and is_first
),

levels as (
    select string_split(choices, '|')[1] as first_label
    from check_fields
    where form_code = 'unit_register' and measure_code = 'unit_level'
),

sizes as (
    select
        e.submission_id,
        e.submitter_code,
        min_by(e.sheet, e.row_number) as sheet,
        min_by(e.cell, e.row_number) as cell,
        count(*) as now_count,
        max(b.before_count) as before_count
    from entries as e
    inner join (
        select
            submitter_code,
            count(*) as before_count
        from before
        where entity_kind = 'unit'
        group by submitter_code
    ) as b on e.submitter_code = b.submitter_code
    where e.entity_kind = 'unit'
    group by e.submission_id, e.submitter_code
)

select
    'code.region_code_length' as check_code,
    entity_kind || '_register' as form_code,
    submission_id,
    sheet,
    region_cell as cell,
    entity_code as subject_code,
    region_code as given,
    '000000' as expected,
    entity_name as item,
    not regexp_full_match(region_code, '\d{6}') as is_violated
from entries
where region_code <> ''
union all
select
    'code.unit_outside_region',
    'unit_register',
    e.submission_id,
    e.sheet,
    e.region_cell,
    e.entity_code,
    e.region_code,
    '',
    e.entity_name,
    r.entity_code is null
from entries as e
left join (select distinct entity_code from entries where entity_kind = 'region') as r on e.region_code = r.entity_code
where
    e.entity_kind = 'unit' and regexp_full_match(e.region_code, '\d{6}')
    and exists (select 1 from entries where entity_kind = 'region')
union all
select
    'code.unit_own_parent',
    entity_kind || '_register',
    submission_id,
    sheet,
    coalesce(nullif(parent_cell, ''), cell),
    entity_code,
    parent_code,
    '',
    entity_name,
    parent_code = entity_code
from entries
where parent_code <> ''
union all
select
    'code.level_contradicts_parent',
    'unit_register',
    e.submission_id,
    e.sheet,
    coalesce(nullif(e.parent_cell, ''), e.cell),
    e.entity_code,
    e.entity_level,
    e.parent_code,
    e.entity_name,
    (e.entity_level = l.first_label) <> (e.parent_code = '')
from entries as e
cross join levels as l
where e.entity_kind = 'unit' and e.entity_level <> ''
union all
select
    'code.same_name',
    entity_kind || '_register',
    submission_id,
    sheet,
    cell,
    entity_code,
    entity_name,
    first_value(entity_code) over named,
    entity_name,
    first_value(entity_code) over named <> entity_code
from entries
where entity_name <> ''
window named as (
    partition by entity_kind, case entity_kind when 'unit' then region_code else parent_code end, entity_name
    order by entity_code, submission_id, row_number
)
union all
select
    'code.unit_code_unclean',
    entity_kind || '_register',
    submission_id,
    sheet,
    cell,
    entity_code,
    entity_code,
    check_folded(entity_code),
    entity_name,
    entity_code <> check_folded(entity_code)
from entries
union all
select
    'cross_year.unit_renamed',
    e.entity_kind || '_register',
    e.submission_id,
    e.sheet,
    e.cell,
    e.entity_code,
    e.entity_name,
    b.entity_name,
    e.entity_code,
    e.entity_name <> b.entity_name
from entries as e
inner join before as b on e.entity_kind = b.entity_kind and e.entity_code = b.entity_code
union all
select
    'cross_year.unit_count',
    'unit_register',
    s.submission_id,
    s.sheet,
    s.cell,
    s.submitter_code,
    s.now_count::varchar,
    s.before_count::varchar,
    s.submitter_code,
    s.now_count < s.before_count * cast(b.low as decimal(12, 6))
    or s.now_count > s.before_count * cast(b.high as decimal(12, 6))
from sizes as s
inner join check_bounds as b on b.bound_code = 'yearly_change'
