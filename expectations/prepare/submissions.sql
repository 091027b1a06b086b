-- Entities of a submission, and whether a later submission of the same submitter, form and year covers them all.
create or replace temp table check_submissions as
with claimed as (
    select
        l.submission_id,
        l.form_code,
        list_sort(list(distinct e.entity)) as entities,
        min(e.entity) as first_entity,
        count(distinct e.entity) as entity_count
    from check_loaded as l
    inner join check_entities as e on l.submission_id = e.submission_id and l.form_code = e.form_code
    group by l.submission_id, l.form_code
),

ordered as (
    select
        l.*,
        c.entities,
        c.first_entity,
        c.entity_count,
        -- Time of change first; files copied within one second are told apart by name, 表 before 表（更正）.
        row_number() over (
            partition by l.fiscal_year, l.submitter_code, l.form_code
            order by l.modified_at, regexp_replace(l.file_name, '\.[^.]*$', ''), l.relative_path
        ) as filing_order
    from check_loaded as l
    left join claimed as c on l.submission_id = c.submission_id and l.form_code = c.form_code
),

replaced as (
    select
        earlier.submission_id,
        earlier.form_code,
        min_by(later.submission_id, later.filing_order) as replaced_by
    from ordered as earlier
    inner join ordered as later
        on earlier.fiscal_year = later.fiscal_year
        and earlier.submitter_code = later.submitter_code
        and earlier.form_code = later.form_code
        and earlier.filing_order < later.filing_order
        and list_has_all(later.entities, earlier.entities)
        and not list_contains(earlier.entities, '')
    group by earlier.submission_id, earlier.form_code
),

-- A reporting unit named as in the register; where several units bear the name, the one the submitter answers for.
resolved as (
    select
        o.submission_id,
        o.form_code,
        min_by(
            r.entity_code,
            case
                when r.entity_code = o.submitter_code then 0
                when o.submitter_code in (r.parent_code, r.department_code, r.region_code) then 1
                else 2
            end
        ) as entity_code
    from ordered as o
    inner join check_register as r
        on o.fiscal_year = r.fiscal_year
        and o.entity_count = 1
        and (o.first_entity = r.entity_name or o.first_entity = r.entity_code)
    group by o.submission_id, o.form_code
)

select
    o.submission_id,
    o.form_code,
    o.fiscal_year,
    o.submitter_code,
    o.file_name,
    o.relative_path,
    o.filing_order,
    coalesce(o.first_entity, '') as entity,
    coalesce(v.entity_code, o.submitter_code) as subject_code,
    coalesce(p.replaced_by, '') as replaced_by
from ordered as o
left join replaced as p on o.submission_id = p.submission_id and o.form_code = p.form_code
left join resolved as v on o.submission_id = v.submission_id and o.form_code = v.form_code;
