-- Registers of all years that no later one replaced. `department_code` is the unit at the head of the line the unit
-- belongs to, up to three levels. A code entered twice means its first entry (`is_first`), as in the models.
create or replace temp table check_register as
with entries as (
    {entries}
),

numbered as (
    select
        *,
        row_number() over (
            partition by fiscal_year, entity_kind, entity_code
            order by submission_id, sheet, row_number
        ) = 1 as is_first
    from entries
)

select
    e.*,
    coalesce(nullif(p.parent_code, ''), nullif(e.parent_code, ''), e.entity_code) as department_code
from numbered as e
left join numbered as p
    on e.fiscal_year = p.fiscal_year
    and e.entity_kind = p.entity_kind
    and e.parent_code = p.entity_code
    and p.is_first
