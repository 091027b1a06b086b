-- Codes of published lists a bureau holds, of regions and units, which registers name.
create or replace temp table check_code_lists as
select
    code_kind as entity_kind,
    fiscal_year,
    code as entity_code,
    is_listed,
    coalesce(current_codes, '') as current_codes
from raw.code_lists
where code_kind in (select distinct entity_kind from check_register);
