-- checks: self_evaluation.weights_total, self_evaluation.execution_weight, self_evaluation.level_weight
-- checks: self_evaluation.execution_rate, self_evaluation.execution_points, self_evaluation.points_over_maximum
-- checks: self_evaluation.points_above_attainment, self_evaluation.total_score, self_evaluation.total_out_of_range
-- checks: self_evaluation.score_missing, self_evaluation.actual_missing, self_evaluation.reason_missing
-- checks: self_evaluation.weak_target, self_evaluation.no_points_lost
-- reads: project_self_evaluation, project_self_evaluation_indicators
-- Arithmetic of self-evaluations: points at most, points earned by attainment, and their sums.
with lines as (
    select
        i.*,
        s.subject_code,
        check_number(i.max_points) as most,
        check_number(i.score) as earned,
        check_number(i.annual_budget) as annual,
        check_number(i.executed_amount) as executed,
        check_number(i.execution_rate) as rate,
        f.role as fund_role,
        d.level_code,
        check_number(regexp_extract(i.target_value, '(\d[\d,]*(?:\.\d+)?)', 1)) as target,
        check_number(regexp_extract(i.actual_value, '(\d[\d,]*(?:\.\d+)?)', 1)) as attained,
        coalesce(v.direction, 'at_least') as direction
    from raw.project_self_evaluation_indicators as i
    inner join check_scope as s on i._submission_id = s.submission_id and s.form_code = 'project_self_evaluation'
    left join check_fund_rows as f on i.part = 'funds' and contains(i.fund_source, f.label)
    left join check_indicator_levels as d on i.part = 'indicators' and contains(i.level1, d.label)
    left join (
        select
            sign,
            direction
        from check_value_directions
    ) as v
        on starts_with(trim(i.target_value), v.sign)
    where i.row_kind = 'value'
    qualify row_number() over (
        partition by i._submission_id, i._sheet, i._row order by length(f.label) desc, length(v.sign) desc
    ) = 1
),

cards as (
    select
        c._submission_id as submission_id,
        c._sheet as sheet,
        s.subject_code,
        c.project_code,
        c.total_score,
        c.total_score__cell as total_cell,
        check_number(c.total_score) as total
    from raw.project_self_evaluation as c
    inner join check_scope as s on c._submission_id = s.submission_id and s.form_code = 'project_self_evaluation'
    where c.row_kind = 'value'
),

scored as (
    select * from lines
    where fund_role = 'total' or part = 'indicators'
),

sums as (
    select
        _submission_id as submission_id,
        _sheet as sheet,
        sum(most) as most,
        sum(earned) as earned,
        sum(check_last_unit(score)) filter (where earned is not null) as print,
        count(*) filter (where most is not null and earned is null) as open_count
    from scored
    group by all
),

levels as (
    select
        _submission_id as submission_id,
        _sheet as sheet,
        any_value(subject_code) as subject_code,
        any_value(project_code) as project_code,
        level_code,
        min_by(level1, _row) as level1,
        min_by(level1__cell, _row) as cell,
        sum(most) as most
    from scored
    where level_code is not null and most is not null
    group by _submission_id, _sheet, level_code
),

-- What the rule B/A (at least) or A/B (at most) allows, as a fraction: all points where the target is met.
attained as (
    select
        *,
        cast(
            case
                when (direction = 'at_least') = (attained >= target) then most
                when direction = 'at_least' then most * attained
                else most * target
            end as decimal(38, 12)
        ) as allowed_part,
        cast(
            case
                when (direction = 'at_least') = (attained >= target) then 1
                when direction = 'at_least' then target
                else attained
            end as decimal(38, 6)
        ) as allowed_whole
    from scored
    where part = 'indicators' and target > 0 and attained >= 0 and most is not null
)

select
    'self_evaluation.weights_total' as check_code,
    'project_self_evaluation' as form_code,
    c.submission_id,
    c.sheet,
    c.total_cell as cell,
    c.subject_code,
    check_plain(s.most) as given,
    check_plain(cast(b.high as decimal(12, 2))) as expected,
    c.project_code as item,
    s.most <> cast(b.high as decimal(12, 2)) as is_violated
from cards as c
inner join sums as s on c.submission_id = s.submission_id and c.sheet = s.sheet
inner join check_bounds as b on b.bound_code = 'self_evaluation_points'
where s.most is not null
union all
select
    'self_evaluation.execution_weight',
    'project_self_evaluation',
    l._submission_id,
    l._sheet,
    l.max_points__cell,
    l.subject_code,
    l.max_points,
    check_plain(cast(b.high as decimal(12, 2))),
    l.project_code,
    l.most <> cast(b.high as decimal(12, 2))
from lines as l
inner join check_bounds as b on b.bound_code = 'execution_points'
where l.fund_role = 'total' and l.most is not null
union all
select
    'self_evaluation.level_weight',
    'project_self_evaluation',
    l.submission_id,
    l.sheet,
    l.cell,
    l.subject_code,
    check_plain(l.most),
    d.points,
    l.level1,
    l.most <> cast(d.points as decimal(12, 2))
from levels as l
inner join check_indicator_levels as d on l.level_code = d.level_code
union all
select
    'self_evaluation.execution_rate',
    'project_self_evaluation',
    _submission_id,
    _sheet,
    execution_rate__cell,
    subject_code,
    execution_rate,
    check_plain(cast(100 * executed / annual as decimal(18, 2))),
    project_code,
    least(abs(rate * annual - 100 * executed), abs(rate * annual - executed)) > check_last_unit(execution_rate) * annual
from lines
where part = 'funds' and rate is not null and executed is not null and annual > 0
union all
select
    'self_evaluation.execution_points',
    'project_self_evaluation',
    _submission_id,
    _sheet,
    score__cell,
    subject_code,
    score,
    check_plain(cast(least(most * executed / annual, most) as decimal(18, 2))),
    project_code,
    abs(earned * annual - least(most * executed, most * annual)) > check_last_unit(score) * annual
from lines
where fund_role = 'total' and earned is not null and executed is not null and annual > 0 and most is not null
union all
select
    'self_evaluation.points_over_maximum',
    'project_self_evaluation',
    _submission_id,
    _sheet,
    score__cell,
    subject_code,
    score,
    '≤ ' || max_points,
    coalesce(nullif(level3, ''), fund_source),
    earned > most or earned < 0
from scored
where earned is not null and most is not null
union all
select
    'self_evaluation.points_above_attainment',
    'project_self_evaluation',
    _submission_id,
    _sheet,
    score__cell,
    subject_code,
    score,
    '≤ ' || check_plain(cast(allowed_part / allowed_whole as decimal(18, 2))),
    level3,
    (earned - check_last_unit(score)) * allowed_whole > allowed_part
from attained
where earned is not null and earned <= most
union all
select
    'self_evaluation.total_score',
    'project_self_evaluation',
    c.submission_id,
    c.sheet,
    c.total_cell,
    c.subject_code,
    c.total_score,
    check_plain(s.earned),
    c.project_code,
    abs(c.total - s.earned) > check_last_unit(c.total_score) + s.print
from cards as c
inner join sums as s on c.submission_id = s.submission_id and c.sheet = s.sheet
where c.total is not null and s.earned is not null and s.open_count = 0
union all
select
    'self_evaluation.total_out_of_range',
    'project_self_evaluation',
    c.submission_id,
    c.sheet,
    c.total_cell,
    c.subject_code,
    c.total_score,
    b.low || '–' || b.high,
    c.project_code,
    c.total not between cast(b.low as decimal(12, 2)) and cast(b.high as decimal(12, 2))
from cards as c
inner join check_bounds as b on b.bound_code = 'self_evaluation_points'
where c.total is not null
union all
select
    'self_evaluation.score_missing',
    'project_self_evaluation',
    _submission_id,
    _sheet,
    score__cell,
    subject_code,
    score,
    '',
    coalesce(nullif(level3, ''), fund_source),
    earned is null
from scored
where most is not null
union all
select
    'self_evaluation.actual_missing',
    'project_self_evaluation',
    _submission_id,
    _sheet,
    actual_value__cell,
    subject_code,
    actual_value,
    '',
    level3,
    trim(coalesce(actual_value, '')) = ''
from scored
where part = 'indicators' and trim(coalesce(target_value, '')) <> ''
union all
select
    'self_evaluation.reason_missing',
    'project_self_evaluation',
    _submission_id,
    _sheet,
    coalesce(nullif(deviation_reason__cell, ''), score__cell),
    subject_code,
    score,
    max_points,
    level3,
    earned < most and trim(coalesce(deviation_reason, '')) = ''
from scored
where part = 'indicators' and earned is not null and most is not null
union all
select
    'self_evaluation.weak_target',
    'project_self_evaluation',
    a._submission_id,
    a._sheet,
    a.actual_value__cell,
    a.subject_code,
    a.actual_value,
    a.target_value,
    a.level3,
    a.attained >= a.target * cast(b.high as decimal(12, 2))
from attained as a
inner join check_bounds as b on b.bound_code = 'weak_target'
where a.direction = 'at_least'
union all
select
    'self_evaluation.no_points_lost',
    'project_self_evaluation',
    c.submission_id,
    c.sheet,
    c.total_cell,
    c.subject_code,
    c.total_score,
    '',
    c.project_code,
    s.earned = s.most
from cards as c
inner join sums as s on c.submission_id = s.submission_id and c.sheet = s.sheet
where s.earned is not null and s.open_count = 0
