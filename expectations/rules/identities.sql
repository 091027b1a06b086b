-- checks: identity.total_of_classes, identity.parent_of_children, identity.row_total, identity.summary_total
-- checks: identity.two_sides, identity.cross_table, identity.three_public_total, identity.card_total
-- checks: identity.list_total
-- Printed total against the sum of its parts, within what rounding each printed number may hide.
select
    i.check_code,
    i.form_code,
    i.submission_id,
    i.sheet,
    i.cell,
    i.subject_code,
    i.value_text as given,
    check_plain(i.parts_cny * i.unit_per_cny) as expected,
    coalesce(nullif(i.item_label, ''), i.item_code) as item,
    i.is_broken and not i.is_knock_on as is_violated,
    check_plain(i.difference * i.unit_per_cny) as difference,
    check_plain(i.tolerance * i.unit_per_cny) as tolerance,
    i.addend_count::varchar as addends,
    coalesce(d.rule_zh, '上级科目＝下级科目之和') as rule_zh,
    coalesce(d.rule_en, 'a code is the sum of the codes below it') as rule_en
from check_instances as i
left join check_identities as d on i.identity_code = d.identity_code
