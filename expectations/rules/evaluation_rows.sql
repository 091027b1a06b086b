-- checks: content.evaluation_without_score, content.evaluation_without_date, content.evaluation_date_unreadable
-- checks: stage.evaluated_before_spending, stage.evaluated_before_year_end, content.expenditure_year_ahead
-- checks: content.expenditure_year_remote, content.evaluator_missing, content.evaluated_amount_zero
-- checks: register.evaluated_twice, register.evaluation_of_unknown_unit, register.evaluation_of_unknown_programme
-- checks: stage.evaluation_without_target, code.evaluation_function_code
-- reads: evaluation_register
-- Rows of the register of evaluations, each for itself and against units, programmes and targets.
with rows_filed as (
    select
        e.*,
        s.subject_code,
        trim(e.object_type) as object_kind,
        try_cast(regexp_extract(e.expenditure_year, '^\s*(\d{4})', 1) as integer) as spending_year,
        check_number(e.score) as points,
        check_number(e.evaluated_amount) as amount,
        try_cast(
            regexp_replace(regexp_extract(trim(e.evaluation_date), '^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}'), '[/.年月]', '-', 'g')
            as date
        ) as done_on
    from raw.evaluation_register as e
    inner join check_scope as s on e._submission_id = s.submission_id and s.form_code = 'evaluation_register'
    where e.row_kind = 'value'
),

-- Object types in the order the form lists them: project, whole department, transfer, comprehensive.
kinds as (
    select
        string_split(choices, '|')[1] as project_label,
        string_split(choices, '|')[2] as department_label,
        string_split(choices, '|')[3] as transfer_label
    from check_fields
    where form_code = 'evaluation_register' and measure_code = 'object_type'
),

third_party as (
    select string_split(choices, '|')[-1] as label
    from check_fields
    where form_code = 'evaluation_register' and measure_code = 'evaluator_kind'
),

units as (
    select distinct entity_code
    from check_register
    where fiscal_year = $fiscal_year and entity_kind = 'unit'
),

filed_targets as (
    select
        s.fiscal_year,
        s.submitter_code,
        c.form_code,
        trim(c.value_text) as object_code
    from check_cells as c
    inner join check_submissions as s on c.submission_id = s.submission_id and c.form_code = s.form_code
    where c.form_code like '%_performance_target' and c.measure_code in ('project_code', 'programme_code') and c.is_wide
)

select
    'content.evaluation_without_score' as check_code,
    'evaluation_register' as form_code,
    _submission_id as submission_id,
    _sheet as sheet,
    score__cell as cell,
    subject_code,
    score as given,
    '' as expected,
    object_name as item,
    points is null as is_violated
from rows_filed
union all
select
    'content.evaluation_without_date',
    'evaluation_register',
    _submission_id,
    _sheet,
    evaluation_date__cell,
    subject_code,
    evaluation_date,
    '',
    object_name,
    trim(coalesce(evaluation_date, '')) = ''
from rows_filed
union all
select
    'content.evaluation_date_unreadable',
    'evaluation_register',
    _submission_id,
    _sheet,
    evaluation_date__cell,
    subject_code,
    evaluation_date,
    'YYYY-MM-DD',
    object_name,
    done_on is null
from rows_filed
where trim(coalesce(evaluation_date, '')) <> ''
union all
select
    'stage.evaluated_before_spending',
    'evaluation_register',
    _submission_id,
    _sheet,
    evaluation_date__cell,
    subject_code,
    evaluation_date,
    '≥ ' || spending_year::varchar || '-01-01',
    object_name,
    year(done_on) < spending_year
from rows_filed
where done_on is not null and spending_year is not null
union all
select
    'stage.evaluated_before_year_end',
    'evaluation_register',
    _submission_id,
    _sheet,
    evaluation_date__cell,
    subject_code,
    evaluation_date,
    '> ' || spending_year::varchar || '-12-31',
    object_name,
    year(done_on) = spending_year
from rows_filed
where done_on is not null and spending_year is not null
union all
select
    'content.expenditure_year_ahead',
    'evaluation_register',
    _submission_id,
    _sheet,
    expenditure_year__cell,
    subject_code,
    expenditure_year,
    '≤ ' || $fiscal_year::varchar,
    object_name,
    spending_year > $fiscal_year
from rows_filed
where spending_year is not null
union all
select
    'content.expenditure_year_remote',
    'evaluation_register',
    r._submission_id,
    r._sheet,
    r.expenditure_year__cell,
    r.subject_code,
    r.expenditure_year,
    '≥ ' || ($fiscal_year - cast(b.high as integer))::varchar,
    r.object_name,
    r.spending_year < $fiscal_year - cast(b.high as integer)
from rows_filed as r
inner join check_bounds as b on b.bound_code = 'evaluation_age'
where r.spending_year is not null
union all
select
    'content.evaluator_missing',
    'evaluation_register',
    r._submission_id,
    r._sheet,
    r.evaluator_name__cell,
    r.subject_code,
    r.evaluator_name,
    '',
    r.object_name,
    trim(coalesce(r.evaluator_name, '')) = ''
from rows_filed as r
inner join third_party as t on trim(r.evaluator_kind) = t.label
union all
select
    'content.evaluated_amount_zero',
    'evaluation_register',
    _submission_id,
    _sheet,
    evaluated_amount__cell,
    subject_code,
    evaluated_amount,
    '> 0',
    object_name,
    amount = 0
from rows_filed
where amount is not null
union all
select
    'register.evaluated_twice',
    'evaluation_register',
    _submission_id,
    _sheet,
    object_code__cell,
    subject_code,
    trim(object_code),
    first_value(_sheet || '!' || object_code__cell) over evaluated,
    object_name,
    row_number() over evaluated > 1
from rows_filed
where trim(coalesce(object_code, '')) <> ''
window evaluated as (
    partition by subject_code, object_kind, trim(object_code), spending_year, trim(evaluator_kind), trim(evaluator_name)
    order by _submission_id, _row
)
union all
select
    'register.evaluation_of_unknown_unit',
    'evaluation_register',
    r._submission_id,
    r._sheet,
    r.object_code__cell,
    r.subject_code,
    trim(r.object_code),
    '',
    r.object_name,
    u.entity_code is null
from rows_filed as r
inner join kinds as k on r.object_kind = k.department_label
left join units as u on trim(r.object_code) = u.entity_code
where r.spending_year = $fiscal_year and exists (select 1 from units)
union all
select
    'register.evaluation_of_unknown_programme',
    'evaluation_register',
    r._submission_id,
    r._sheet,
    r.object_code__cell,
    r.subject_code,
    trim(r.object_code),
    '',
    r.object_name,
    t.object_code is null
from rows_filed as r
inner join kinds as k on r.object_kind = k.transfer_label
left join (select distinct object_code from filed_targets where form_code = 'transfer_performance_target') as t
    on trim(r.object_code) = t.object_code
where
    r.spending_year = $fiscal_year
    and exists (select 1 from filed_targets where form_code = 'transfer_performance_target')
union all
select
    'stage.evaluation_without_target',
    'evaluation_register',
    r._submission_id,
    r._sheet,
    r.object_code__cell,
    r.subject_code,
    trim(r.object_code),
    '',
    r.object_name,
    t.object_code is null
from rows_filed as r
inner join kinds as k on r.object_kind = k.project_label
inner join (
    select distinct submitter_code from filed_targets
    where form_code = 'project_performance_target'
) as d
    on trim(r.unit_code) = d.submitter_code
left join (select distinct object_code from filed_targets where form_code = 'project_performance_target') as t
    on trim(r.object_code) = t.object_code
where r.spending_year = $fiscal_year
union all
select
    'code.evaluation_function_code',
    'evaluation_register',
    _submission_id,
    _sheet,
    function_code__cell,
    subject_code,
    trim(function_code),
    '3 / 5 / 7',
    object_name,
    not regexp_full_match(trim(function_code), '\d{3}|\d{5}|\d{7}')
from rows_filed
where trim(coalesce(function_code, '')) not in ('', '-', '—')
