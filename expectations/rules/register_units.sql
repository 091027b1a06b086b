-- checks: register.duplicate_unit, register.orphan_unit, register.unknown_unit
-- checks: register.missing_reporting_unit
-- checks: register.unknown_reporting_unit, register.ambiguous_reporting_unit, register.foreign_reporting_unit
-- Units are in the register of the year: once, under a parent that exists, and wherever a form names one.
with entries as (
    select r.*
    from check_register as r
    inner join check_scope as s
        on r.submission_id = s.submission_id and s.form_code = r.entity_kind || '_register'
    where r.fiscal_year = $fiscal_year
),

named as (
    select
        c.*,
        trim(c.value_text) as unit_code
    from check_cells as c
    inner join check_unit_references as u on c.form_code = u.form_code and c.measure_code = u.measure_code
    where c.value_status = 'reported' and c.item_code = 'LINE'
),

known_submitters as (
    select submitter_code as code
    from entries
    union
    select entity_code
    from entries
)

select
    'register.duplicate_unit' as check_code,
    entity_kind || '_register' as form_code,
    submission_id,
    sheet,
    cell,
    entity_code as subject_code,
    entity_code as given,
    first_value(cell) over coded as expected,
    entity_name as item,
    row_number() over coded > 1 as is_violated
from entries
window coded as (partition by entity_kind, entity_code order by submission_id, sheet, length(cell), cell)
union all
select
    'register.orphan_unit',
    e.entity_kind || '_register',
    e.submission_id,
    e.sheet,
    coalesce(nullif(e.parent_cell, ''), e.cell),
    e.entity_code,
    e.parent_code,
    '',
    e.entity_name,
    p.entity_code is null
from entries as e
left join (select distinct entity_kind, entity_code from entries) as p
    on e.entity_kind = p.entity_kind and e.parent_code = p.entity_code
where e.parent_code <> ''
union all
select
    'register.unknown_unit',
    n.form_code,
    n.submission_id,
    n.sheet,
    n.cell,
    n.subject_code,
    n.unit_code,
    '',
    n.measure_code,
    e.entity_code is null
from named as n
inner join known_submitters as k on n.submitter_code = k.code
left join (select distinct entity_code from entries where entity_kind = 'unit') as e on n.unit_code = e.entity_code
union all
select
    case c.standing
        when 'stranger' then 'register.foreign_reporting_unit'
        when 'ambiguous' then 'register.ambiguous_reporting_unit'
        else 'register.unknown_reporting_unit'
    end,
    c.form_code,
    c.submission_id,
    c.sheet,
    c.cell,
    '',
    c.entity,
    c.bearer_codes,
    c.entity,
    c.standing in ('unknown', 'ambiguous', 'stranger') and not coalesce(d.is_disputed, false)
from check_claims as c
inner join check_scope as s on c.submission_id = s.submission_id and c.form_code = s.form_code
left join check_contest as d
    on c.submission_id = d.submission_id and c.form_code = d.form_code and c.entity = d.entity
where c.subject in ('unit', 'submitter') and c.standing <> 'unjudged'
union all
-- A department files its units' accounts beside its own: without a name nobody can tell which one this is.
select
    'register.missing_reporting_unit',
    c.form_code,
    c.submission_id,
    c.sheet,
    c.cell,
    '',
    '',
    string_agg(e.entity_code, ', ' order by e.entity_code),
    c.form_code,
    true
from check_claims as c
inner join check_scope as s on c.submission_id = s.submission_id and c.form_code = s.form_code
inner join check_form_subjects as f on c.form_code = f.form_code
inner join entries as e
    on e.entity_kind = 'unit' and c.submitter_code in (e.entity_code, e.parent_code, e.department_code)
where f.several_units = 'yes' and c.standing = 'blank' and c.name_count = 0
group by c.form_code, c.submission_id, c.sheet, c.cell
having count(distinct e.entity_code) > 1
