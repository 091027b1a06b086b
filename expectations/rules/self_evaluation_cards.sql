-- checks: self_evaluation.duplicate_card, self_evaluation.attainment_missing, self_evaluation.attainment_is_target
-- checks: self_evaluation.copied_attainment, self_evaluation.funds_total, self_evaluation.zero_total
-- checks: self_evaluation.executed_above_budget
-- reads: project_self_evaluation, project_self_evaluation_indicators
-- What a self-evaluation says in words, and its funds by source.
with cards as (
    select
        c._submission_id as submission_id,
        c._sheet as sheet,
        c._row as row_number,
        s.subject_code,
        trim(c.project_code) as project_code,
        coalesce(nullif(c.project_code__cell, ''), c.actual_attainment__cell) as code_cell,
        c.actual_attainment,
        c.actual_attainment__cell as attainment_cell,
        check_folded(c.expected_target) as target_text,
        check_folded(c.actual_attainment) as attainment_text
    from raw.project_self_evaluation as c
    inner join check_scope as s on c._submission_id = s.submission_id and s.form_code = 'project_self_evaluation'
    where c.row_kind = 'value'
),

funds as (
    select
        i._submission_id as submission_id,
        i._sheet as sheet,
        i._row as row_number,
        s.subject_code,
        i.fund_source,
        coalesce(f.role, 'part') as fund_role,
        m.measure_code,
        case m.measure_code
            when 'initial_budget' then i.initial_budget
            when 'annual_budget' then i.annual_budget
            else i.executed_amount
        end as value_text,
        case m.measure_code
            when 'initial_budget' then i.initial_budget__cell
            when 'annual_budget' then i.annual_budget__cell
            else i.executed_amount__cell
        end as cell
    from raw.project_self_evaluation_indicators as i
    inner join check_scope as s on i._submission_id = s.submission_id and s.form_code = 'project_self_evaluation'
    cross join (values ('initial_budget'), ('annual_budget'), ('executed_amount')) as m (measure_code)
    left join (select distinct label, role from check_fund_rows) as f
        on check_folded(i.fund_source) = check_folded(f.label)
    where i.row_kind = 'value' and i.part = 'funds'
),

sources as (
    select
        submission_id,
        sheet,
        measure_code,
        any_value(subject_code) as subject_code,
        min_by(value_text, row_number) filter (where fund_role = 'total') as total_text,
        min_by(cell, row_number) filter (where fund_role = 'total') as total_cell,
        min_by(fund_source, row_number) filter (where fund_role = 'total') as total_label,
        coalesce(sum(check_number(value_text)) filter (where fund_role = 'part'), 0) as parts,
        count(check_number(value_text)) filter (where fund_role = 'part') as part_count
    from funds
    group by submission_id, sheet, measure_code
)

select
    'self_evaluation.duplicate_card' as check_code,
    'project_self_evaluation' as form_code,
    submission_id,
    sheet,
    code_cell as cell,
    subject_code,
    project_code as given,
    first_value(sheet || '!' || code_cell) over coded as expected,
    project_code as item,
    row_number() over coded > 1 as is_violated
from cards
where project_code <> ''
window coded as (partition by project_code order by submission_id, sheet, row_number)
union all
select
    'self_evaluation.attainment_missing',
    'project_self_evaluation',
    submission_id,
    sheet,
    attainment_cell,
    subject_code,
    actual_attainment,
    '',
    project_code,
    attainment_text = ''
from cards
union all
select
    'self_evaluation.attainment_is_target',
    'project_self_evaluation',
    submission_id,
    sheet,
    attainment_cell,
    subject_code,
    actual_attainment,
    '',
    project_code,
    attainment_text = target_text
from cards
where attainment_text <> '' and target_text <> ''
union all
select
    'self_evaluation.copied_attainment',
    'project_self_evaluation',
    submission_id,
    sheet,
    attainment_cell,
    subject_code,
    actual_attainment,
    first_value(project_code) over texts,
    project_code,
    first_value(project_code) over texts <> project_code
from cards
where attainment_text <> ''
window texts as (partition by attainment_text order by project_code, submission_id, sheet)
union all
select
    'self_evaluation.funds_total',
    'project_self_evaluation',
    submission_id,
    sheet,
    total_cell,
    subject_code,
    total_text,
    check_plain(parts),
    total_label,
    abs(check_number(total_text) - parts) > check_last_unit(total_text) * (part_count + 1)
from sources
where part_count > 0 and coalesce(check_number(total_text), 0) <> 0
union all
select
    'self_evaluation.zero_total',
    'project_self_evaluation',
    submission_id,
    sheet,
    total_cell,
    subject_code,
    total_text,
    check_plain(parts),
    total_label,
    coalesce(check_number(total_text), 0) = 0 and parts <> 0
from sources
where total_cell is not null
union all
select
    'self_evaluation.executed_above_budget',
    'project_self_evaluation',
    e.submission_id,
    e.sheet,
    e.total_cell,
    e.subject_code,
    e.total_text,
    '≤ ' || b.total_text,
    e.total_label,
    check_number(e.total_text) > check_number(b.total_text) + check_last_unit(b.total_text)
from sources as e
inner join sources as b
    on e.submission_id = b.submission_id and e.sheet = b.sheet and b.measure_code = 'annual_budget'
where e.measure_code = 'executed_amount' and check_number(e.total_text) is not null and check_number(b.total_text) > 0
