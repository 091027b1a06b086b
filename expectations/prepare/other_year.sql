-- Forms that print another fiscal year than that of their folder: they are no version of this year's form.
create or replace temp table check_other_year as
select distinct
    l.submission_id,
    l.form_code
from check_loaded as l
inner join quality.findings as f
    on l.submission_id = f.submission_id and f.form_code in ('', l.form_code)
where f.check_code = 'receive.fiscal_year_mismatch';
