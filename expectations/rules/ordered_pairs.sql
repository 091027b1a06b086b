-- checks: identity.cumulative_falls, content.part_exceeds_whole
-- Cumulative figures do not fall, and a part is not more than its whole; both may differ by rounding.
select
    p.check_code,
    g.form_code,
    case p.check_code when 'identity.cumulative_falls' then g.submission_id else l.submission_id end as submission_id,
    case p.check_code when 'identity.cumulative_falls' then g.sheet else l.sheet end as sheet,
    case p.check_code when 'identity.cumulative_falls' then g.cell else l.cell end as cell,
    g.subject_code,
    case p.check_code when 'identity.cumulative_falls' then g.value_text else l.value_text end as given,
    case p.check_code
        when 'identity.cumulative_falls' then '≥ ' || l.value_text || ' (' || l.cell || ')'
        else '≤ ' || g.value_text || ' (' || g.cell || ')'
    end as expected,
    case p.check_code when 'identity.cumulative_falls' then g.item_label else l.item_label end as item,
    -- In the unit printed; where two cells print different ones, the sentence gives both amounts.
    case
        when l.factor <> g.factor then '—'
        when p.check_code = 'identity.cumulative_falls' then check_plain(g.amount - l.amount)
        else check_plain(l.amount - g.amount)
    end as difference,
    l.amount * l.factor > g.amount * g.factor
    + case when l.kind = 'count' then 0 else ul.half_unit * l.factor + ug.half_unit * g.factor end as is_violated
from check_ordered_pairs as p
inner join check_cells as l
    on p.form_code = l.form_code
    and p.table_code = l.table_code
    and p.lesser_item = l.item_code
inner join check_matches as m on p.measure_pattern = m.pattern and l.measure_code = m.code
inner join check_cells as g
    on l.submission_id = g.submission_id
    and l.form_code = g.form_code
    and l.table_code = g.table_code
    and l.measure_code = g.measure_code
    and p.greater_item = g.item_code
inner join check_printed_units as ul on l.printed_decimals = ul.printed_decimals
inner join check_printed_units as ug on g.printed_decimals = ug.printed_decimals
where l.amount is not null and g.amount is not null
