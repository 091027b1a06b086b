-- checks: identity.total_of_classes, identity.parent_of_children, identity.row_total, identity.summary_total
-- checks: identity.two_sides, identity.cross_table, identity.three_public_total, identity.card_total
-- checks: identity.list_total, identity.knock_on
-- Printed total against the sum of its parts, within what rounding each printed number may hide. A broken sum is told at
-- the cell whose correction would mend it and the others like it; those point there.
with cells as (
    select
        submission_id,
        form_code,
        sheet,
        cell,
        any_value(value_text) as value_text,
        any_value(coalesce(nullif(item_label, ''), item_code)) as item,
        any_value(amount_cny) as amount_cny,
        any_value(unit_per_cny) as unit_per_cny
    from check_sum_cells
    group by submission_id, form_code, sheet, cell
),

told as (
    select
        i.*,
        r.sheet as root_sheet,
        r.cell as root_cell,
        coalesce(r.is_root, false) as is_root,
        coalesce(c.value_text, i.value_text) as root_text,
        coalesce(c.item, nullif(i.item_label, ''), i.item_code) as root_item,
        (coalesce(c.amount_cny, 0) + r.correction_cny) * c.unit_per_cny as right_amount,
        -r.correction_cny * c.unit_per_cny as root_difference,
        coalesce(d.rule_zh, '上级科目＝下级科目之和') as rule_zh,
        coalesce(d.rule_en, 'a code is the sum of the codes below it') as rule_en
    from check_instances as i
    left join check_root_causes as r on i.instance_id = r.instance_id
    left join cells as c
        on i.submission_id = c.submission_id and i.form_code = c.form_code and r.sheet = c.sheet and r.cell = c.cell
    left join check_identities as d on i.identity_code = d.identity_code
)

select
    check_code,
    form_code,
    submission_id,
    coalesce(root_sheet, sheet) as sheet,
    coalesce(root_cell, cell) as cell,
    subject_code,
    root_text as given,
    check_plain(coalesce(right_amount, parts_cny * unit_per_cny)) as expected,
    root_item as item,
    is_broken and is_root as is_violated,
    check_plain(coalesce(root_difference, difference * unit_per_cny)) as difference,
    check_plain(tolerance * unit_per_cny) as tolerance,
    addend_count::varchar as addends,
    rule_zh,
    rule_en,
    '' as root_sheet,
    '' as root_cell
from told
union all
select
    'identity.knock_on',
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    value_text,
    root_sheet || '!' || root_cell,
    coalesce(nullif(item_label, ''), item_code),
    not is_root,
    check_plain(difference * unit_per_cny),
    check_plain(tolerance * unit_per_cny),
    addend_count::varchar,
    rule_zh,
    rule_en,
    root_sheet,
    root_cell
from told
where is_broken
