-- checks: target.no_basis, target.no_overview, target.no_indicator, target.value_missing, target.not_measurable
-- checks: target.no_output, target.no_outcome, target.no_satisfaction, target.repeated_indicator
-- checks: target.period_outside_year, target.period_reversed, target.period_missing, target.text_too_short
-- checks: target.annual_is_long_term, target.copied_from_other, target.copied_from_last_year
-- reads: project_performance_target, project_performance_target_indicators
-- 财预〔2012〕396号: 绩效目标应依据明确、相对具体、可衡量，并在一定时期可实现. Cards without any content are told elsewhere.
with every_card as (
    select
        s.fiscal_year,
        s.subject_code,
        c._submission_id as submission_id,
        c._sheet as sheet,
        c._row as row_number,
        trim(coalesce(c.project_code, '')) as project_code,
        coalesce(nullif(c.project_code__cell, ''), c.annual_target__cell) as code_cell,
        c.project_basis,
        c.project_basis__cell as basis_cell,
        c.project_overview,
        c.project_overview__cell as overview_cell,
        c.project_period,
        c.project_period__cell as period_cell,
        c.annual_target,
        c.annual_target__cell as target_cell,
        check_folded(c.annual_target) as target_text,
        check_folded(c.long_term_target) as long_term_text,
        cast(regexp_extract_all(c.project_period, '\d{4}') as integer[]) as years
    from raw.project_performance_target as c
    inner join check_submissions as s
        on c._submission_id = s.submission_id and s.form_code = 'project_performance_target'
        and s.replaced_by = '' and not s.is_other_year
    where c.row_kind = 'value'
),

cards as (
    select * from every_card
    where
        fiscal_year = $fiscal_year and target_text <> ''
        and target_text not in (select printed_text from check_amount_vocabulary)
),

lines as (
    select
        i._submission_id as submission_id,
        i._sheet as sheet,
        i._row as row_number,
        i.level1,
        i.indicator,
        i.indicator__cell as indicator_cell,
        i.target_value,
        i.target_value__cell as value_cell,
        i.remark,
        c.subject_code,
        c.project_code
    from raw.project_performance_target_indicators as i
    inner join cards as c on i._submission_id = c.submission_id and i._sheet = c.sheet
    where i.row_kind = 'value' and i.horizon = 'annual' and trim(coalesce(i.indicator, '')) <> ''
),

levels as (
    select
        c.submission_id,
        c.sheet,
        d.missing_check,
        d.label,
        count(l.row_number) as line_count
    from cards as c
    cross join check_indicator_levels as d
    left join lines as l
        on c.submission_id = l.submission_id and c.sheet = l.sheet and contains(l.level1, d.label)
    group by c.submission_id, c.sheet, d.missing_check, d.label
)

select
    'target.no_basis' as check_code,
    'project_performance_target' as form_code,
    submission_id,
    sheet,
    basis_cell as cell,
    subject_code,
    project_basis as given,
    '' as expected,
    project_code as item,
    check_folded(project_basis) = '' as is_violated
from cards
union all
select
    'target.no_overview',
    'project_performance_target',
    submission_id,
    sheet,
    overview_cell,
    subject_code,
    project_overview,
    '',
    project_code,
    check_folded(project_overview) = ''
from cards
union all
select
    'target.text_too_short',
    'project_performance_target',
    c.submission_id,
    c.sheet,
    c.target_cell,
    c.subject_code,
    c.annual_target,
    '≥ ' || b.low,
    c.project_code,
    length(c.target_text) < try_cast(b.low as integer)
from cards as c
inner join check_bounds as b on b.bound_code = 'target_text_length'
union all
select
    'target.annual_is_long_term',
    'project_performance_target',
    submission_id,
    sheet,
    target_cell,
    subject_code,
    annual_target,
    '',
    project_code,
    target_text = long_term_text
from cards
where long_term_text <> '' and len(years) > 1 and years[1] <> years[-1]
union all
select
    'target.period_missing',
    'project_performance_target',
    submission_id,
    sheet,
    period_cell,
    subject_code,
    project_period,
    '',
    project_code,
    len(years) = 0
from cards
union all
select
    'target.period_reversed',
    'project_performance_target',
    submission_id,
    sheet,
    period_cell,
    subject_code,
    project_period,
    '',
    project_code,
    years[1] > years[-1]
from cards
where len(years) > 1
union all
select
    'target.period_outside_year',
    'project_performance_target',
    submission_id,
    sheet,
    period_cell,
    subject_code,
    project_period,
    fiscal_year::varchar,
    project_code,
    fiscal_year not between years[1] and years[-1]
from cards
where len(years) > 0 and years[1] <= years[-1]
union all
select
    'target.copied_from_other',
    'project_performance_target',
    submission_id,
    sheet,
    target_cell,
    subject_code,
    annual_target,
    first_value(project_code) over texts,
    project_code,
    first_value(project_code) over texts <> project_code
from cards
where project_code <> ''
window texts as (partition by target_text order by project_code, submission_id, sheet)
union all
select
    'target.copied_from_last_year',
    'project_performance_target',
    c.submission_id,
    c.sheet,
    c.target_cell,
    c.subject_code,
    c.annual_target,
    b.fiscal_year::varchar,
    c.project_code,
    c.target_text = b.target_text
from cards as c
inner join (
    select
        fiscal_year,
        project_code,
        min(target_text) as target_text
    from every_card
    where project_code <> '' and target_text <> ''
    group by fiscal_year, project_code
) as b
    on c.project_code = b.project_code and c.fiscal_year = b.fiscal_year + 1
union all
select
    'target.no_indicator',
    'project_performance_target',
    c.submission_id,
    c.sheet,
    c.code_cell,
    c.subject_code,
    '',
    '',
    c.project_code,
    l.sheet is null
from cards as c
left join (select distinct submission_id, sheet from lines) as l
    on c.submission_id = l.submission_id and c.sheet = l.sheet
union all
select
    v.missing_check,
    'project_performance_target',
    c.submission_id,
    c.sheet,
    c.code_cell,
    c.subject_code,
    '',
    v.label,
    c.project_code,
    v.line_count = 0
from cards as c
inner join levels as v on c.submission_id = v.submission_id and c.sheet = v.sheet
inner join (select distinct submission_id, sheet from lines) as l
    on c.submission_id = l.submission_id and c.sheet = l.sheet
union all
select
    'target.value_missing',
    'project_performance_target',
    submission_id,
    sheet,
    coalesce(nullif(value_cell, ''), indicator_cell),
    subject_code,
    target_value,
    '',
    indicator,
    trim(coalesce(target_value, '')) = ''
from lines
union all
-- All indicators of the card in words: nothing of it can be measured.
select
    'target.not_measurable',
    'project_performance_target',
    submission_id,
    sheet,
    min_by(value_cell, row_number),
    any_value(subject_code),
    min_by(target_value, row_number),
    '',
    any_value(project_code),
    bool_and(not regexp_matches(target_value, '\d'))
from lines
where trim(coalesce(target_value, '')) <> ''
group by submission_id, sheet
union all
select
    'target.repeated_indicator',
    'project_performance_target',
    submission_id,
    sheet,
    indicator_cell,
    subject_code,
    indicator,
    first_value(indicator_cell) over named,
    project_code,
    row_number() over named > 1
from lines
window named as (
    partition by submission_id, sheet, check_folded(indicator), check_folded(target_value) order by row_number
)
