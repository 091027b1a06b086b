-- Which (submission, form) a later one of the same submitter, form and year replaces: one that covers all it is about.
create or replace temp table {target} as
with claimed as (
    select
        l.submission_id,
        l.form_code,
        l.fiscal_year,
        l.submitter_code,
        l.filing_order,
        list(distinct k.replacing_key) as replacing_keys
    from check_loaded as l
    inner join ({keys}) as k on l.submission_id = k.submission_id and l.form_code = k.form_code
    left join check_other_year as o on l.submission_id = o.submission_id and l.form_code = o.form_code
    where o.submission_id is null
    group by all
)

select
    earlier.submission_id,
    earlier.form_code,
    min_by(later.submission_id, later.filing_order) as replaced_by
from claimed as earlier
inner join claimed as later
    on earlier.fiscal_year = later.fiscal_year
    and earlier.submitter_code = later.submitter_code
    and earlier.form_code = later.form_code
    and earlier.filing_order < later.filing_order
    and list_has_all(later.replacing_keys, earlier.replacing_keys)
    and not list_contains(earlier.replacing_keys, '')
group by earlier.submission_id, earlier.form_code
