-- Registers in force: one that is replaced, or of another year, says nothing.
create or replace temp table check_registers as
select l.*
from check_loaded as l
left join check_replaced as r on l.submission_id = r.submission_id and l.form_code = r.form_code
left join check_other_year as o on l.submission_id = o.submission_id and l.form_code = o.form_code
where l.form_code in ('unit_register', 'region_register') and r.replaced_by is null and o.submission_id is null
