-- checks: receive.silent_submitter, receive.late_form
-- Forms owed by places and departments of the registers: received in readable form, and first filed by the day they are due
-- in the year after the fiscal year.
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
),

due as (
    select
        m.*,
        d.form_code,
        try_cast((m.fiscal_year + 1)::varchar || '-' || d.due_on as date) as due_date
    from submitters as m
    inner join check_due_forms as d
        on m.submitter_kind = d.submitter_kind
        and m.fiscal_year between coalesce(try_cast(d.valid_from as integer), 0)
        and coalesce(try_cast(d.valid_to as integer), 9999)
),

received as (
    select
        fiscal_year,
        form_code,
        submitter_code,
        min(submission_id) as submission_id
    from check_submissions
    where subject_code = submitter_code
    group by fiscal_year, form_code, submitter_code
),

-- The first filing counts, also when another one replaced it or took its place in the inbox.
first_filed as (
    select
        fiscal_year,
        submitter_code,
        form_code,
        min(modified_at) as filed_at,
        min_by(relative_path, modified_at) as relative_path
    from (
        select
            fiscal_year,
            submitter_code,
            modified_at,
            relative_path,
            trim(unnest(string_split(form_codes, ','))) as form_code
        from raw.submissions
        where coalesce(form_codes, '') <> '' and modified_at is not null
    ) as filed
    group by fiscal_year, submitter_code, form_code
)

select
    'receive.silent_submitter' as check_code,
    d.form_code,
    d.fiscal_year,
    '' as submission_id,
    d.entity_code as submitter_code,
    '' as file,
    '' as given,
    '' as expected,
    d.entity_name as item,
    r.submission_id is null as is_violated
from due as d
left join received as r
    on d.fiscal_year = r.fiscal_year and d.form_code = r.form_code and d.entity_code = r.submitter_code
union all
select
    'receive.late_form',
    d.form_code,
    d.fiscal_year,
    '',
    d.entity_code,
    f.relative_path,
    strftime(f.filed_at, '%Y-%m-%d'),
    strftime(d.due_date, '%Y-%m-%d'),
    d.entity_name,
    f.filed_at::date > d.due_date
from due as d
inner join received as r
    on d.fiscal_year = r.fiscal_year and d.form_code = r.form_code and d.entity_code = r.submitter_code
inner join first_filed as f
    on d.fiscal_year = f.fiscal_year and d.form_code = f.form_code and d.entity_code = f.submitter_code
where d.due_date is not null
