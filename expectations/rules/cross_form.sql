-- checks: cross_form.base_expenditure, cross_form.base_carry_over, cross_form.transfers_to_counties
-- checks: cross_form.departments_above_government, cross_form.targets_filed_count, cross_form.self_evaluations_count
-- checks: cross_form.targeted_funds, plausibility.expenditure_per_head, plausibility.payroll_share
-- One figure in two forms, a level against the sum of the level below, and figures against each other.
with figures as (
    select
        c.*,
        c.amount * c.factor as amount_cny,
        u.half_unit * c.factor as half_unit_cny
    from check_cells as c
    inner join check_printed_units as u on c.printed_decimals = u.printed_decimals
    where c.amount is not null
),

counties as (
    select distinct
        r.entity_code,
        p.entity_code as province_code
    from check_register as r
    inner join check_region_kinds as k on r.entity_level = k.region_type and k.submitter_kind = 'county'
    inner join check_register as p on r.fiscal_year = p.fiscal_year and p.entity_kind = 'region'
    inner join check_region_kinds as q on p.entity_level = q.region_type and q.submitter_kind = 'province'
    where r.entity_kind = 'region' and r.fiscal_year = $fiscal_year
),

county_sums as (
    select
        m.province_code,
        s.check_code,
        s.upper_item,
        count(distinct m.entity_code) as county_count,
        count(distinct f.subject_code) as filed_count,
        sum(f.amount_cny) as counties_cny,
        sum(f.half_unit_cny) as tolerance_cny
    from counties as m
    cross join check_level_sums as s
    left join figures as f
        on m.entity_code = f.subject_code and s.form_code = f.form_code and s.table_code = f.table_code
        and s.lower_item = f.item_code and s.measure_code = f.measure_code
    group by m.province_code, s.check_code, s.upper_item
),

-- General public expenditure of the departments of a place by class; their units are inside.
department_classes as (
    select
        r.region_code,
        f.item_code,
        sum(f.amount_cny) as departments_cny,
        sum(f.half_unit_cny) as tolerance_cny
    from figures as f
    inner join check_register as r
        on f.subject_code = r.entity_code and r.entity_kind = 'unit' and r.fiscal_year = $fiscal_year and r.is_first
    where
        f.form_code = 'department_final_account'
        and f.table_code = 'general_public_expenditure'
        and f.measure_code = 'total'
        and length(f.item_code) = 3
        and f.is_classified
        and r.parent_code = ''
    group by r.region_code, f.item_code
),

counted as (
    select
        k.check_code,
        k.form_code,
        k.item_code,
        c.submitter_code,
        count(*) as card_count
    from check_counted_forms as k
    inner join check_cells as c on k.counted_form = c.form_code and k.counted_measure = c.measure_code
    where c.is_wide and c.item_code = 'LINE' and c.value_status = 'reported'
    group by k.check_code, k.form_code, k.item_code, c.submitter_code
),

-- Funds with targets as requested in all, and of the budget: a department may state either.
requested as (
    select
        submitter_code,
        sum(amount_cny) filter (where measure_code = 'requested_amount') as requested_cny,
        sum(amount_cny) filter (where measure_code = 'requested_fiscal') as fiscal_cny,
        sum(half_unit_cny) as tolerance_cny
    from figures
    where
        form_code = 'project_performance_target' and measure_code in ('requested_amount', 'requested_fiscal')
        and item_code = 'LINE'
    group by submitter_code
),

base as (
    select
        submission_id,
        subject_code,
        min(amount) filter (where item_code = 'total_population') as population,
        min(amount) filter (where item_code = 'payroll_persons') as payroll,
        min(amount_cny) filter (where item_code = 'cumulative_expenditure_q4') as expenditure_cny,
        min(sheet) filter (where item_code = 'total_population') as sheet,
        min(cell) filter (where item_code = 'total_population') as population_cell,
        min(value_text) filter (where item_code = 'total_population') as population_text,
        min(cell) filter (where item_code = 'payroll_persons') as payroll_cell,
        min(value_text) filter (where item_code = 'payroll_persons') as payroll_text
    from figures
    where form_code = 'county_base_data'
    group by submission_id, subject_code
)

select
    e.check_code,
    a.form_code,
    a.submission_id,
    a.sheet,
    a.cell,
    a.subject_code,
    a.value_text as given,
    check_plain(b.amount_cny * a.unit_per_cny) as expected,
    coalesce(nullif(a.item_label, ''), a.item_code) as item,
    abs(a.amount_cny - b.amount_cny) > a.half_unit_cny + b.half_unit_cny as is_violated,
    check_plain((a.amount_cny - b.amount_cny) * a.unit_per_cny) as difference
from check_equal_figures as e
inner join figures as a
    on e.form_code = a.form_code and e.table_code = a.table_code and e.item_code = a.item_code
    and e.measure_code = a.measure_code
inner join figures as b
    on a.subject_code = b.subject_code and a.submitter_code = b.submitter_code
    and e.other_form_code = b.form_code and e.other_table_code = b.table_code and e.other_item_code = b.item_code
    and e.other_measure_code = b.measure_code
inner join check_bounds as m on m.bound_code = 'magnitude_ratio'
where
    a.amount_cny = 0 or b.amount_cny = 0
    or abs(a.amount_cny) between abs(b.amount_cny) * cast(m.low as decimal(12, 6))
    and abs(b.amount_cny) * cast(m.high as decimal(12, 6))
union all
select
    s.check_code,
    f.form_code,
    f.submission_id,
    f.sheet,
    f.cell,
    f.subject_code,
    f.value_text,
    check_plain(s.counties_cny * f.unit_per_cny),
    coalesce(nullif(f.item_label, ''), f.item_code),
    abs(f.amount_cny - s.counties_cny) > f.half_unit_cny + s.tolerance_cny,
    check_plain((f.amount_cny - s.counties_cny) * f.unit_per_cny)
from county_sums as s
inner join check_level_sums as l on s.check_code = l.check_code and s.upper_item = l.upper_item
inner join figures as f
    on s.province_code = f.subject_code and l.form_code = f.form_code and l.table_code = f.table_code
    and l.upper_item = f.item_code and l.measure_code = f.measure_code
where s.filed_count = s.county_count
union all
select
    'cross_form.departments_above_government',
    f.form_code,
    f.submission_id,
    f.sheet,
    f.cell,
    f.subject_code,
    f.value_text,
    '≥ ' || check_plain(d.departments_cny * f.unit_per_cny),
    coalesce(nullif(f.item_label, ''), f.item_code),
    d.departments_cny > f.amount_cny + f.half_unit_cny + d.tolerance_cny,
    check_plain((d.departments_cny - f.amount_cny) * f.unit_per_cny)
from department_classes as d
inner join figures as f
    on d.region_code = f.subject_code and d.item_code = f.item_code and f.form_code = 'government_final_account'
    and f.table_code = 'revenue_expenditure_summary' and f.measure_code = 'final'
union all
select
    c.check_code,
    f.form_code,
    f.submission_id,
    f.sheet,
    f.cell,
    f.subject_code,
    f.value_text,
    c.card_count::varchar,
    coalesce(nullif(f.item_label, ''), f.item_code),
    f.amount <> c.card_count,
    check_plain(f.amount - c.card_count)
from counted as c
inner join figures as f
    on c.form_code = f.form_code and c.item_code = f.item_code and c.submitter_code = f.submitter_code
union all
select
    'cross_form.targeted_funds',
    f.form_code,
    f.submission_id,
    f.sheet,
    f.cell,
    f.subject_code,
    f.value_text,
    check_plain(r.requested_cny * f.unit_per_cny),
    coalesce(nullif(f.item_label, ''), f.item_code),
    abs(f.amount_cny - r.requested_cny) > f.half_unit_cny + r.tolerance_cny
    and abs(f.amount_cny - coalesce(r.fiscal_cny, r.requested_cny)) > f.half_unit_cny + r.tolerance_cny,
    check_plain((f.amount_cny - r.requested_cny) * f.unit_per_cny)
from figures as f
inner join requested as r on f.submitter_code = r.submitter_code
where f.form_code = 'department_management_facts' and f.item_code = 'targeted_funds'
union all
select
    'plausibility.expenditure_per_head',
    'county_base_data',
    b.submission_id,
    b.sheet,
    b.population_cell,
    b.subject_code,
    b.population_text,
    k.low || '–' || k.high || ' CNY',
    b.subject_code,
    b.expenditure_cny < b.population * cast(k.low as decimal(12, 4))
    or b.expenditure_cny > b.population * cast(k.high as decimal(12, 4)),
    ''
from base as b
inner join check_bounds as k on k.bound_code = 'expenditure_per_head'
where b.population > 0 and b.expenditure_cny > 0
union all
select
    'plausibility.payroll_share',
    'county_base_data',
    b.submission_id,
    b.sheet,
    b.payroll_cell,
    b.subject_code,
    b.payroll_text,
    k.low || '–' || k.high,
    b.subject_code,
    b.payroll < b.population * cast(k.low as decimal(12, 4))
    or b.payroll > b.population * cast(k.high as decimal(12, 4)),
    ''
from base as b
inner join check_bounds as k on k.bound_code = 'payroll_share'
where b.population > 0 and b.payroll > 0
