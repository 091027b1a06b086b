-- checks: receive.duplicate_submission, receive.superseded, receive.unknown_submitter, receive.outside_layout
-- checks: receive.empty_file
-- Where each file lies and whether another one says the same or stands in its place.
with own as (
    select
        submission_id,
        fiscal_year,
        submitter_code,
        coalesce(relative_path, '') as relative_path,
        coalesce(size_bytes, -1) = 0 as is_empty
    from raw.submissions
    where coalesce(status, '') <> 'withdrawn'
),

known_years as (
    select distinct fiscal_year from check_register
),

known_codes as (
    select
        fiscal_year,
        entity_code as code
    from check_register
    union
    select
        fiscal_year,
        region_code
    from check_register
)

select
    'receive.duplicate_submission' as check_code,
    '' as form_code,
    coalesce(f.fiscal_year, o.fiscal_year) as fiscal_year,
    f.submission_id,
    coalesce(nullif(f.submitter_code, ''), o.submitter_code) as submitter_code,
    f.relative_path as file,
    f.relative_path as given,
    o.relative_path as expected,
    '' as item,
    f.relative_path <> o.relative_path as is_violated
from raw.submission_files as f
inner join own as o on f.submission_id = o.submission_id
where not o.is_empty
union all
-- Files without bytes are alike and yet no copies of each other. One is opened and told as empty; so are the others.
select
    'receive.empty_file',
    '',
    coalesce(f.fiscal_year, o.fiscal_year),
    f.submission_id,
    coalesce(nullif(f.submitter_code, ''), o.submitter_code),
    f.relative_path,
    f.relative_path,
    '',
    '',
    true
from raw.submission_files as f
inner join own as o on f.submission_id = o.submission_id
where o.is_empty and f.relative_path <> o.relative_path
union all
select
    'receive.superseded',
    s.form_code,
    s.fiscal_year,
    s.submission_id,
    s.submitter_code,
    s.relative_path,
    s.file_name,
    coalesce(l.latest_path, ''),
    s.entity,
    s.replaced_by <> ''
from check_submissions as s
left join check_submissions as l on s.replaced_by = l.submission_id and s.form_code = l.form_code
union all
select
    'receive.unknown_submitter',
    '',
    o.fiscal_year,
    o.submission_id,
    o.submitter_code,
    o.relative_path,
    o.submitter_code,
    '',
    o.submitter_code,
    k.code is null
from own as o
inner join known_years as y on o.fiscal_year = y.fiscal_year
left join known_codes as k on o.fiscal_year = k.fiscal_year and o.submitter_code = k.code
where coalesce(o.submitter_code, '') <> ''
union all
select
    'receive.outside_layout',
    '',
    f.fiscal_year,
    f.submission_id,
    coalesce(f.submitter_code, ''),
    f.relative_path,
    f.relative_path,
    '',
    '',
    f.fiscal_year is null or coalesce(f.submitter_code, '') = ''
from raw.submission_files as f
