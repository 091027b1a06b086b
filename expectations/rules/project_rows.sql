-- checks: content.executed_above_budget, content.budget_not_executed, plausibility.row_scale, code.unclean_code
-- checks: code.function_code_length, code.function_code_not_in_account, cross_year.continued_project_unknown
-- checks: cross_year.new_project_known, cross_year.project_renamed, cross_form.target_amount, cross_form.target_name
-- reads: project_list
-- Lines of a project list against themselves, the department's account, its list of the year before, and its targets.
with lines as (
    select * from check_project_lines
    where fiscal_year = $fiscal_year
),

before as (
    select
        submitter_code,
        project_code,
        min(project_name) as project_name
    from check_project_lines
    where fiscal_year = $fiscal_year - 1
    group by submitter_code, project_code
),

accounts as (
    select distinct
        subject_code,
        item_code
    from check_cells
    where
        form_code = 'department_final_account'
        and table_code in ('expenditure', 'general_public_expenditure', 'government_fund', 'state_capital')
),

natures as (
    select
        string_split(choices, '|')[1] as new_label,
        string_split(choices, '|')[2] as continued_label
    from check_fields
    where form_code = 'project_list' and measure_code = 'project_nature'
),

targets as (
    select
        c.submission_id,
        c.sheet,
        c.row_number,
        any_value(c.subject_code) as subject_code,
        any_value(c.submitter_code) as submitter_code,
        max(trim(c.value_text)) filter (where c.measure_code = 'project_code') as project_code,
        max(c.amount * c.factor) filter (where c.measure_code = 'requested_amount') as requested_cny,
        max(c.value_text) filter (where c.measure_code = 'requested_amount') as requested_text,
        max(c.cell) filter (where c.measure_code = 'requested_amount') as requested_cell,
        max(c.factor) filter (where c.measure_code = 'requested_amount') as factor
    from check_cells as c
    where c.form_code = 'project_performance_target' and c.is_wide
    group by c.submission_id, c.sheet, c.row_number
)

select
    'content.executed_above_budget' as check_code,
    'project_list' as form_code,
    submission_id,
    sheet,
    executed_cell as cell,
    subject_code,
    executed_text as given,
    '≤ ' || coalesce(nullif(adjusted_text, ''), budget_text) as expected,
    project_code as item,
    executed_cny > annual_cny + check_last_unit(executed_text) * factor as is_violated
from lines
where executed_cny is not null and annual_cny > 0
union all
select
    'content.budget_not_executed',
    'project_list',
    submission_id,
    sheet,
    executed_cell,
    subject_code,
    executed_text,
    '> 0',
    project_code,
    executed_cny = 0
from lines
where executed_cny is not null and annual_cny > 0
union all
select
    'plausibility.row_scale',
    'project_list',
    l.submission_id,
    l.sheet,
    l.executed_cell,
    l.subject_code,
    l.executed_text,
    coalesce(nullif(l.adjusted_text, ''), l.budget_text),
    l.project_code,
    l.executed_cny > l.annual_cny * cast(b.high as decimal(12, 6))
    or l.executed_cny < l.annual_cny * cast(b.low as decimal(12, 6))
from lines as l
inner join check_bounds as b on b.bound_code = 'row_scale'
where l.executed_cny > 0 and l.annual_cny > 0
union all
select
    'code.unclean_code',
    'project_list',
    submission_id,
    sheet,
    code_cell,
    subject_code,
    project_code,
    check_folded(project_code),
    project_name,
    project_code <> check_folded(project_code)
from lines
union all
select
    'code.function_code_length',
    'project_list',
    submission_id,
    sheet,
    function_cell,
    subject_code,
    function_code,
    '3 / 5 / 7',
    project_code,
    not regexp_full_match(function_code, '\d{3}|\d{5}|\d{7}')
from lines
where function_code <> ''
union all
select
    'code.function_code_not_in_account',
    'project_list',
    l.submission_id,
    l.sheet,
    l.function_cell,
    l.subject_code,
    l.function_code,
    '',
    l.project_code,
    a.item_code is null
from lines as l
inner join (select distinct subject_code from accounts) as d on l.subject_code = d.subject_code
left join accounts as a on l.subject_code = a.subject_code and l.function_code = a.item_code
where regexp_full_match(l.function_code, '\d{3}|\d{5}|\d{7}')
union all
select
    'cross_year.continued_project_unknown',
    'project_list',
    l.submission_id,
    l.sheet,
    coalesce(nullif(l.nature_cell, ''), l.code_cell),
    l.subject_code,
    l.project_nature,
    n.new_label,
    l.project_code,
    b.project_code is null
from lines as l
inner join natures as n on l.project_nature = n.continued_label
inner join (select distinct submitter_code from before) as d on l.submitter_code = d.submitter_code
left join before as b on l.submitter_code = b.submitter_code and l.project_code = b.project_code
union all
select
    'cross_year.new_project_known',
    'project_list',
    l.submission_id,
    l.sheet,
    coalesce(nullif(l.nature_cell, ''), l.code_cell),
    l.subject_code,
    l.project_nature,
    n.continued_label,
    l.project_code,
    b.project_code is not null
from lines as l
inner join natures as n on l.project_nature = n.new_label
inner join (select distinct submitter_code from before) as d on l.submitter_code = d.submitter_code
left join before as b on l.submitter_code = b.submitter_code and l.project_code = b.project_code
union all
select
    'cross_year.project_renamed',
    'project_list',
    l.submission_id,
    l.sheet,
    l.name_cell,
    l.subject_code,
    l.project_name,
    b.project_name,
    l.project_code,
    check_folded(l.project_name) <> check_folded(b.project_name)
from lines as l
inner join before as b on l.submitter_code = b.submitter_code and l.project_code = b.project_code
union all
select
    'cross_form.target_amount',
    'project_performance_target',
    t.submission_id,
    t.sheet,
    t.requested_cell,
    t.subject_code,
    t.requested_text,
    check_plain(l.budget_cny) || ' CNY',
    t.project_code,
    t.requested_cny < l.budget_cny * cast(b.low as decimal(12, 6))
    or t.requested_cny > l.budget_cny * cast(b.high as decimal(12, 6))
from targets as t
inner join lines as l on t.submitter_code = l.submitter_code and t.project_code = l.project_code
inner join check_bounds as b on b.bound_code = 'target_request'
where t.requested_cny > 0 and l.budget_cny > 0
union all
select
    'cross_form.target_name',
    'project_performance_target',
    t._submission_id,
    t._sheet,
    t.project_name__cell,
    s.subject_code,
    t.project_name,
    l.project_name,
    l.project_code,
    check_folded(t.project_name) <> check_folded(l.project_name)
from raw.project_performance_target as t
inner join check_scope as s on t._submission_id = s.submission_id and s.form_code = 'project_performance_target'
inner join lines as l on s.submitter_code = l.submitter_code and trim(t.project_code) = l.project_code
where t.row_kind = 'value' and check_folded(t.project_name) <> '' and l.project_name <> ''
