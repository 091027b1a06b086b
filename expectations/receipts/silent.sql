-- checks: receive.silent_submitter
-- Forms owed by places and departments of the registers, and not received in readable form.
with years as (
    select distinct fiscal_year from check_loaded
),

-- The register of the year, else of the nearest one.
nearest as (
    select
        y.fiscal_year,
        k.entity_kind,
        min_by(r.fiscal_year, abs(r.fiscal_year - y.fiscal_year) * 10 + (r.fiscal_year > y.fiscal_year)::integer)
            as register_year
    from years as y
    cross join (values ('unit'), ('region')) as k (entity_kind)
    inner join check_register as r on k.entity_kind = r.entity_kind
    group by y.fiscal_year, k.entity_kind
),

regions as (
    select distinct
        n.fiscal_year,
        r.entity_code,
        r.entity_name,
        k.submitter_kind
    from nearest as n
    inner join check_register as r
        on n.register_year = r.fiscal_year and n.entity_kind = 'region' and r.entity_kind = 'region'
    inner join check_region_kinds as k on r.entity_level = k.region_type
),

departments as (
    select distinct
        n.fiscal_year,
        u.entity_code,
        u.entity_name,
        'department' as submitter_kind
    from nearest as n
    inner join check_register as u
        on n.register_year = u.fiscal_year and n.entity_kind = 'unit' and u.entity_kind = 'unit'
    inner join regions as r
        on n.fiscal_year = r.fiscal_year and u.region_code = r.entity_code and r.submitter_kind = 'province'
    where u.parent_code = ''
),

submitters as (
    select * from regions
    union all
    select * from departments
)

select
    'receive.silent_submitter' as check_code,
    d.form_code,
    m.fiscal_year,
    '' as submission_id,
    m.entity_code as submitter_code,
    '' as file,
    '' as given,
    '' as expected,
    m.entity_name as item,
    s.submission_id is null as is_violated
from submitters as m
inner join check_due_forms as d
    on m.submitter_kind = d.submitter_kind
    and m.fiscal_year between coalesce(try_cast(d.valid_from as integer), 0)
    and coalesce(try_cast(d.valid_to as integer), 9999)
left join (
    select
        fiscal_year,
        form_code,
        submitter_code,
        min(submission_id) as submission_id
    from check_submissions
    where subject_code = submitter_code
    group by fiscal_year, form_code, submitter_code
) as s
    on m.fiscal_year = s.fiscal_year and d.form_code = s.form_code and m.entity_code = s.submitter_code
