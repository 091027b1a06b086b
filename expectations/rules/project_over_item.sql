-- checks: identity.project_over_item
-- reads: project_list, department_final_account
-- What a department's projects under one item executed is not more than the item's project expenditure in its account.
with lines as (
    select
        a.submission_id,
        a.sheet,
        a.cell,
        a.subject_code,
        a.value_text,
        a.row_number,
        trim(f.value_text) as function_code,
        a.amount * a.factor as amount_cny,
        u.half_unit * a.factor as half_unit_cny
    from check_cells as a
    inner join check_cells as f
        on a.submission_id = f.submission_id
        and a.sheet = f.sheet
        and a.row_number = f.row_number
        and f.form_code = 'project_list'
        and f.measure_code = 'function_code'
    inner join check_printed_units as u on a.printed_decimals = u.printed_decimals
    where
        a.form_code = 'project_list'
        and a.measure_code = 'executed_amount'
        and a.item_code = 'LINE'
        and a.amount is not null
),

sums as (
    select
        submission_id,
        subject_code,
        function_code,
        max_by(sheet, (amount_cny, sheet, row_number)) as sheet,
        max_by(cell, (amount_cny, sheet, row_number)) as cell,
        max_by(value_text, (amount_cny, sheet, row_number)) as value_text,
        count(*) as line_count,
        sum(amount_cny) as executed_cny,
        sum(half_unit_cny) as tolerance_cny
    from lines
    group by submission_id, subject_code, function_code
),

accounts as (
    select
        c.subject_code,
        c.item_code,
        max(coalesce(c.amount, 0) * c.factor) as project_cny,
        max(u.half_unit * c.factor) as half_unit_cny
    from check_cells as c
    inner join check_printed_units as u on c.printed_decimals = u.printed_decimals
    where
        c.form_code = 'department_final_account'
        and c.table_code = 'general_public_expenditure'
        and c.measure_code = 'project'
        and c.value_status <> 'text'
        and c.subject_code = c.submitter_code
    group by c.subject_code, c.item_code
)

select
    'identity.project_over_item' as check_code,
    'project_list' as form_code,
    s.submission_id,
    s.sheet,
    s.cell,
    s.subject_code,
    s.value_text as given,
    check_plain(a.project_cny) as expected,
    s.function_code as item,
    s.executed_cny > a.project_cny + s.tolerance_cny + a.half_unit_cny as is_violated,
    check_plain(s.executed_cny - a.project_cny) as difference,
    check_plain(s.tolerance_cny + a.half_unit_cny) as tolerance
from sums as s
inner join accounts as a on s.subject_code = a.subject_code and s.function_code = a.item_code
