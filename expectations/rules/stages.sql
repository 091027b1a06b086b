-- checks: stage.self_evaluation_without_target, stage.target_value_changed, stage.indicator_dropped
-- checks: self_evaluation.unknown_project, cross_form.self_evaluation_budget, cross_form.self_evaluation_executed
-- reads: project_list, project_performance_target, project_performance_target_indicators, project_self_evaluation
-- reads: project_self_evaluation_indicators
-- A project from its target to its self-evaluation, as far as its department filed both.
with targets as (
    select
        s.submitter_code,
        trim(t.project_code) as project_code
    from raw.project_performance_target as t
    inner join check_scope as s on t._submission_id = s.submission_id and s.form_code = 'project_performance_target'
    where t.row_kind = 'value'
),

cards as (
    select
        s.submitter_code,
        s.subject_code,
        c._submission_id as submission_id,
        c._sheet as sheet,
        trim(c.project_code) as project_code,
        c.project_code__cell as code_cell
    from raw.project_self_evaluation as c
    inner join check_scope as s on c._submission_id = s.submission_id and s.form_code = 'project_self_evaluation'
    where c.row_kind = 'value' and trim(coalesce(c.project_code, '')) <> ''
),

planned as (
    select distinct
        trim(i.project_code) as project_code,
        check_folded(i.indicator) as indicator,
        i.indicator as indicator_label,
        check_folded(i.target_value) as target_value,
        i.target_value as target_text
    from raw.project_performance_target_indicators as i
    inner join check_scope as s on i._submission_id = s.submission_id and s.form_code = 'project_performance_target'
    where i.row_kind = 'value' and i.horizon = 'annual' and trim(coalesce(i.indicator, '')) <> ''
),

judged as (
    select
        i._submission_id as submission_id,
        i._sheet as sheet,
        s.subject_code,
        trim(i.project_code) as project_code,
        check_folded(i.level3) as indicator,
        i.level3,
        check_folded(i.target_value) as target_value,
        i.target_value as target_text,
        i.target_value__cell as cell
    from raw.project_self_evaluation_indicators as i
    inner join check_scope as s on i._submission_id = s.submission_id and s.form_code = 'project_self_evaluation'
    where i.row_kind = 'value' and i.part = 'indicators' and trim(coalesce(i.level3, '')) <> ''
),

listed as (
    select
        submitter_code,
        project_code,
        max(annual_cny) as budget_cny,
        max(executed_cny) as executed_cny,
        max(factor) as factor
    from check_project_lines
    where fiscal_year = $fiscal_year
    group by submitter_code, project_code
),

funds as (
    select
        s.submitter_code,
        s.subject_code,
        i._submission_id as submission_id,
        i._sheet as sheet,
        trim(i.project_code) as project_code,
        i.annual_budget,
        i.annual_budget__cell,
        i.executed_amount,
        i.executed_amount__cell,
        u.factor
    from raw.project_self_evaluation_indicators as i
    inner join check_scope as s on i._submission_id = s.submission_id and s.form_code = 'project_self_evaluation'
    inner join (select distinct label from check_fund_rows where role = 'total') as f
        on check_folded(i.fund_source) = check_folded(f.label)
    inner join check_money_units as u on i.unit_label = u.unit_label
    where i.row_kind = 'value' and i.part = 'funds'
)

select
    'stage.self_evaluation_without_target' as check_code,
    'project_self_evaluation' as form_code,
    c.submission_id,
    c.sheet,
    c.code_cell as cell,
    c.subject_code,
    c.project_code as given,
    '' as expected,
    c.project_code as item,
    t.project_code is null as is_violated
from cards as c
inner join (select distinct submitter_code from targets) as d on c.submitter_code = d.submitter_code
left join (select distinct project_code from targets) as t on c.project_code = t.project_code
union all
select
    'stage.target_value_changed',
    'project_self_evaluation',
    j.submission_id,
    j.sheet,
    j.cell,
    j.subject_code,
    j.target_text,
    min(p.target_text),
    j.level3,
    bool_and(j.target_value <> p.target_value)
from judged as j
inner join planned as p on j.project_code = p.project_code and j.indicator = p.indicator
group by all
union all
select
    'stage.indicator_dropped',
    'project_self_evaluation',
    c.submission_id,
    c.sheet,
    c.code_cell,
    c.subject_code,
    p.indicator_label,
    p.target_text,
    c.project_code,
    j.indicator is null
from cards as c
inner join (
    select
        project_code,
        indicator,
        min(indicator_label) as indicator_label,
        min(target_text) as target_text
    from planned
    group by project_code, indicator
) as p on c.project_code = p.project_code
left join (select distinct project_code, indicator from judged) as j
    on p.project_code = j.project_code and p.indicator = j.indicator
union all
select
    'self_evaluation.unknown_project',
    'project_self_evaluation',
    c.submission_id,
    c.sheet,
    c.code_cell,
    c.subject_code,
    c.project_code,
    '',
    c.project_code,
    l.project_code is null
from cards as c
inner join (select distinct submitter_code from listed) as d on c.submitter_code = d.submitter_code
left join (select distinct project_code from listed) as l on c.project_code = l.project_code
union all
select
    'cross_form.self_evaluation_budget',
    'project_self_evaluation',
    f.submission_id,
    f.sheet,
    f.annual_budget__cell,
    f.subject_code,
    f.annual_budget,
    check_plain(l.budget_cny) || ' CNY',
    f.project_code,
    abs(check_number(f.annual_budget) * f.factor - l.budget_cny)
    > check_last_unit(f.annual_budget) * greatest(f.factor, l.factor)
from funds as f
inner join listed as l on f.submitter_code = l.submitter_code and f.project_code = l.project_code
where check_number(f.annual_budget) is not null and l.budget_cny is not null
union all
select
    'cross_form.self_evaluation_executed',
    'project_self_evaluation',
    f.submission_id,
    f.sheet,
    f.executed_amount__cell,
    f.subject_code,
    f.executed_amount,
    check_plain(l.executed_cny) || ' CNY',
    f.project_code,
    abs(check_number(f.executed_amount) * f.factor - l.executed_cny)
    > check_last_unit(f.executed_amount) * greatest(f.factor, l.factor)
from funds as f
inner join listed as l on f.submitter_code = l.submitter_code and f.project_code = l.project_code
where check_number(f.executed_amount) is not null and l.executed_cny is not null
