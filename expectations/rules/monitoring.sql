-- checks: monitoring.execution_rate, monitoring.executed_above_budget, monitoring.expected_below_executed
-- checks: monitoring.date_outside_year, monitoring.no_measures, monitoring.unknown_project, monitoring.duplicate_card
-- checks: stage.monitoring_without_target
-- reads: project_performance_monitoring, project_performance_monitoring_indicators, project_performance_target
-- What a project had spent and reached at the date it was monitored.
with cards as (
    select
        s.submitter_code,
        s.subject_code,
        c._submission_id as submission_id,
        c._sheet as sheet,
        c._row as row_number,
        trim(coalesce(c.project_code, '')) as project_code,
        coalesce(nullif(c.project_code__cell, ''), c.monitoring_date__cell) as code_cell,
        c.monitoring_date,
        c.monitoring_date__cell as date_cell,
        c.measures_taken,
        c.measures_taken__cell as measures_cell,
        regexp_extract(c.monitoring_date, '(\d{4})', 1) as monitored_year
    from raw.project_performance_monitoring as c
    inner join check_scope as s
        on c._submission_id = s.submission_id and s.form_code = 'project_performance_monitoring'
    where c.row_kind = 'value'
),

lines as (
    select
        i.*,
        c.subject_code,
        check_number(i.initial_budget) as budget,
        check_number(i.executed_to_date) as executed,
        check_number(i.execution_rate) as rate,
        check_number(i.expected_execution) as expected
    from raw.project_performance_monitoring_indicators as i
    inner join cards as c on i._submission_id = c.submission_id and i._sheet = c.sheet
    where i.row_kind = 'value'
),

targets as (
    select
        s.submitter_code,
        trim(t.project_code) as project_code
    from raw.project_performance_target as t
    inner join check_scope as s on t._submission_id = s.submission_id and s.form_code = 'project_performance_target'
    where t.row_kind = 'value'
)

select
    'monitoring.execution_rate' as check_code,
    'project_performance_monitoring' as form_code,
    _submission_id as submission_id,
    _sheet as sheet,
    execution_rate__cell as cell,
    subject_code,
    execution_rate as given,
    check_plain(cast(100 * executed / budget as decimal(18, 2))) as expected,
    fund_source as item,
    least(abs(rate * budget - 100 * executed), abs(rate * budget - executed)) > check_last_unit(execution_rate) * budget
        as is_violated
from lines
where part = 'funds' and rate is not null and executed is not null and budget > 0
union all
select
    'monitoring.executed_above_budget',
    'project_performance_monitoring',
    _submission_id,
    _sheet,
    executed_to_date__cell,
    subject_code,
    executed_to_date,
    '≤ ' || initial_budget,
    fund_source,
    executed > budget + check_last_unit(initial_budget)
from lines
where part = 'funds' and executed is not null and budget > 0
union all
select
    'monitoring.expected_below_executed',
    'project_performance_monitoring',
    _submission_id,
    _sheet,
    expected_execution__cell,
    subject_code,
    expected_execution,
    '≥ ' || executed_to_date,
    fund_source,
    expected < executed - check_last_unit(executed_to_date)
from lines
where part = 'funds' and executed is not null and expected is not null
union all
select
    'monitoring.date_outside_year',
    'project_performance_monitoring',
    submission_id,
    sheet,
    date_cell,
    subject_code,
    monitoring_date,
    $fiscal_year::varchar,
    project_code,
    try_cast(monitored_year as integer) <> $fiscal_year
from cards
where monitored_year <> ''
union all
select
    'monitoring.no_measures',
    'project_performance_monitoring',
    c.submission_id,
    c.sheet,
    coalesce(nullif(c.measures_cell, ''), c.code_cell),
    c.subject_code,
    c.measures_taken,
    '',
    c.project_code,
    check_folded(c.measures_taken) = ''
from cards as c
inner join (
    select distinct
        l._submission_id,
        l._sheet
    from lines as l
    inner join check_likelihoods as k on trim(l.likelihood) = k.answer and k.is_in_doubt = 'yes'
) as d on c.submission_id = d._submission_id and c.sheet = d._sheet
union all
select
    'monitoring.unknown_project',
    'project_performance_monitoring',
    c.submission_id,
    c.sheet,
    c.code_cell,
    c.subject_code,
    c.project_code,
    '',
    c.project_code,
    l.project_code is null
from cards as c
inner join (select distinct submitter_code from check_project_lines where fiscal_year = $fiscal_year) as d
    on c.submitter_code = d.submitter_code
left join (select distinct project_code from check_project_lines where fiscal_year = $fiscal_year) as l
    on c.project_code = l.project_code
where c.project_code <> ''
union all
select
    'monitoring.duplicate_card',
    'project_performance_monitoring',
    submission_id,
    sheet,
    code_cell,
    subject_code,
    project_code,
    first_value(sheet || '!' || code_cell) over coded,
    project_code,
    row_number() over coded > 1
from cards
where project_code <> ''
window coded as (partition by project_code, trim(monitoring_date) order by submission_id, sheet, row_number)
union all
select
    'stage.monitoring_without_target',
    'project_performance_monitoring',
    c.submission_id,
    c.sheet,
    c.code_cell,
    c.subject_code,
    c.project_code,
    '',
    c.project_code,
    t.project_code is null
from cards as c
inner join (select distinct submitter_code from targets) as d on c.submitter_code = d.submitter_code
left join (select distinct project_code from targets) as t on c.project_code = t.project_code
where c.project_code <> ''
