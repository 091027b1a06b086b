-- checks: identity.consolidated_units
-- A department's consolidated account against the sum of its units, judged only where every registered unit filed.
-- Transfers between the units are set off in consolidation, so a gap asks for a word, not for a correction.
with figures as (
    select
        c.form_code,
        c.subject_code,
        c.submitter_code,
        c.submission_id,
        c.sheet,
        c.cell,
        c.table_code,
        c.measure_code,
        c.value_text,
        c.item_label,
        c.factor,
        c.amount * c.factor as amount_cny,
        u.half_unit * c.factor as half_unit_cny
    from check_cells as c
    inner join check_consolidated_figures as f
        on c.form_code = f.form_code
        and c.table_code = f.table_code
        and c.item_code = f.item_code
        and c.measure_code = f.measure_code
    inner join check_printed_units as u on c.printed_decimals = u.printed_decimals
    where c.amount is not null
),

families as (
    select distinct
        r.parent_code,
        r.entity_code
    from check_register as r
    where r.fiscal_year = $fiscal_year and r.entity_kind = 'unit' and r.parent_code <> ''
),

sums as (
    select
        m.parent_code,
        f.table_code,
        f.measure_code,
        count(distinct m.entity_code) as unit_count,
        count(distinct f.subject_code) as filed_count,
        sum(f.amount_cny) as units_cny,
        sum(f.half_unit_cny) as tolerance_cny
    from families as m
    cross join (select distinct table_code, measure_code from check_consolidated_figures) as t
    left join figures as f
        on m.entity_code = f.subject_code
        and f.submitter_code in (m.entity_code, m.parent_code)
        and t.table_code = f.table_code and t.measure_code = f.measure_code
    group by m.parent_code, f.table_code, f.measure_code
),

family_sizes as (
    select
        parent_code,
        count(*) as unit_count
    from families
    group by parent_code
)

select
    'identity.consolidated_units' as check_code,
    f.form_code,
    f.submission_id,
    f.sheet,
    f.cell,
    f.subject_code,
    f.value_text as given,
    check_plain(s.units_cny) || ' CNY' as expected,
    coalesce(nullif(f.item_label, ''), f.table_code) as item,
    abs(f.amount_cny - s.units_cny) > s.tolerance_cny + f.half_unit_cny as is_violated,
    check_plain(f.amount_cny - s.units_cny) as difference,
    check_plain(s.tolerance_cny + f.half_unit_cny) as tolerance
from figures as f
inner join sums as s
    on f.subject_code = s.parent_code and f.table_code = s.table_code and f.measure_code = s.measure_code
inner join family_sizes as z on s.parent_code = z.parent_code and s.filed_count = z.unit_count
