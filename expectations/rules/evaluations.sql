-- checks: register.duplicate_evaluation, register.evaluation_of_unknown_project, content.evaluated_above_spending
-- reads: evaluation_register, project_list
-- An evaluation has one code, and its project stands in the list of the year whose spending it judges.
with evaluations as (
    select
        e.*,
        s.subject_code,
        try_cast(e.expenditure_year as integer) as spending_year
    from raw.evaluation_register as e
    inner join check_scope as s on e._submission_id = s.submission_id and s.form_code = 'evaluation_register'
    where e.row_kind = 'value'
),

money as (
    select
        submission_id,
        sheet,
        row_number,
        amount * factor as amount_cny
    from check_cells
    where form_code = 'evaluation_register' and measure_code = 'evaluated_amount' and amount is not null
),

projects as (
    select
        s.fiscal_year,
        s.submitter_code,
        trim(p.project_code) as project_code,
        greatest(
            coalesce(try_cast(replace(p.budget_amount, ',', '') as decimal(30, 6)), 0),
            coalesce(try_cast(replace(p.adjusted_budget_amount, ',', '') as decimal(30, 6)), 0),
            coalesce(try_cast(replace(p.executed_amount, ',', '') as decimal(30, 6)), 0)
        ) * coalesce(try_cast(nullif(u.factor_to_cny, '') as bigint), 1) as largest_cny,
        cast('0.01' as decimal(30, 6)) * coalesce(try_cast(nullif(u.factor_to_cny, '') as bigint), 1) as print_cny
    from raw.project_list as p
    inner join check_submissions as s
        on p._submission_id = s.submission_id and s.form_code = 'project_list' and s.replaced_by = ''
    left join check_units as u on p.unit_label = u.unit_label
    where p.row_kind = 'value'
),

listed as (
    select
        fiscal_year,
        project_code,
        max(largest_cny) as largest_cny,
        max(print_cny) as print_cny
    from projects
    group by fiscal_year, project_code
),

project_evaluations as (
    select e.*
    from evaluations as e
    inner join (select distinct fiscal_year, submitter_code from projects) as d
        on e.spending_year = d.fiscal_year and trim(e.unit_code) = d.submitter_code
    where trim(e.object_type) = '项目支出'
)

select
    'register.duplicate_evaluation' as check_code,
    'evaluation_register' as form_code,
    _submission_id as submission_id,
    _sheet as sheet,
    evaluation_code__cell as cell,
    subject_code,
    trim(evaluation_code) as given,
    first_value(evaluation_code__cell) over coded as expected,
    object_name as item,
    row_number() over coded > 1 as is_violated
from evaluations
where coalesce(trim(evaluation_code), '') <> ''
window coded as (partition by trim(evaluation_code) order by _submission_id, _row)
union all
select
    'register.evaluation_of_unknown_project',
    'evaluation_register',
    e._submission_id,
    e._sheet,
    e.object_code__cell,
    e.subject_code,
    trim(e.object_code),
    '',
    e.object_name,
    p.project_code is null
from project_evaluations as e
left join listed as p on e.spending_year = p.fiscal_year and trim(e.object_code) = p.project_code
union all
select
    'content.evaluated_above_spending',
    'evaluation_register',
    e._submission_id,
    e._sheet,
    e.evaluated_amount__cell,
    e.subject_code,
    e.evaluated_amount,
    '≤ ' || check_plain(p.largest_cny) || ' CNY',
    e.object_name,
    m.amount_cny > p.largest_cny + p.print_cny
from project_evaluations as e
inner join listed as p on e.spending_year = p.fiscal_year and trim(e.object_code) = p.project_code
inner join money as m on e._submission_id = m.submission_id and e._sheet = m.sheet and e._row = m.row_number
