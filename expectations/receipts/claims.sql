-- checks: receive.two_submitters_one_unit, receive.unit_filed_twice
-- One unit, one form, one year, claimed more than once.
select
    'receive.two_submitters_one_unit' as check_code,
    c.form_code,
    c.fiscal_year,
    c.submission_id,
    c.submitter_code,
    c.relative_path as file,
    '' as sheet,
    '' as cell,
    c.submitter_code as given,
    coalesce(
        (
            select string_agg(distinct o.submitter_code, ', ' order by o.submitter_code)
            from check_contest as o
            where
                o.fiscal_year = c.fiscal_year
                and o.form_code = c.form_code
                and o.unit_key = c.unit_key
                and o.submitter_code <> c.submitter_code
        ),
        ''
    ) as expected,
    coalesce(nullif(c.entity, ''), c.unit_key) as item,
    c.is_disputed as is_violated
from check_contest as c
union all
select
    'receive.unit_filed_twice',
    c.form_code,
    c.fiscal_year,
    c.submission_id,
    c.submitter_code,
    c.relative_path,
    c.sheet,
    c.cell,
    c.file_name,
    c.rival_file,
    coalesce(nullif(c.entity, ''), c.unit_key),
    c.gives_way
from check_contest as c
where c.is_attributed
