-- Registers of all years. `department_code` is the unit at the head of the line the unit belongs to, up to three levels.
create or replace temp table check_register as
with entries as (
    {entries}
),

parents as (
    select
        fiscal_year,
        entity_kind,
        entity_code,
        min(parent_code) as parent_code
    from entries
    group by fiscal_year, entity_kind, entity_code
)

select
    e.*,
    coalesce(nullif(p.parent_code, ''), nullif(e.parent_code, ''), e.entity_code) as department_code
from entries as e
left join parents as p
    on e.fiscal_year = p.fiscal_year and e.entity_kind = p.entity_kind and e.parent_code = p.entity_code
