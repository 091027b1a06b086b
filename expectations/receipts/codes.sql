-- checks: register.code_not_listed
-- Registers against published code lists, in years of which a list is held: a code that went out of force and is still
-- registered would be counted beside the one that holds it now.
with lists as (
    select distinct
        entity_kind,
        fiscal_year
    from check_code_lists
)

select
    'register.code_not_listed' as check_code,
    r.entity_kind || '_register' as form_code,
    r.fiscal_year,
    r.submission_id,
    r.submitter_code,
    s.relative_path as file,
    r.sheet,
    r.cell,
    r.entity_code as subject_code,
    r.entity_code as given,
    coalesce(c.current_codes, '') as expected,
    r.entity_name as item,
    not coalesce(c.is_listed, false) as is_violated
from check_register as r
inner join lists as l on r.entity_kind = l.entity_kind and r.fiscal_year = l.fiscal_year
inner join check_submissions as s
    on r.submission_id = s.submission_id and s.form_code = r.entity_kind || '_register'
left join check_code_lists as c
    on r.entity_kind = c.entity_kind and r.fiscal_year = c.fiscal_year and r.entity_code = c.entity_code
