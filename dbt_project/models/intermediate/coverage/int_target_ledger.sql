-- Grain: one row per ledger line of C3 (one first-level unit), C4 (one transfer programme or the rest) and C5 (one project).
with subjects as (
    select * from {{ ref('int_coverage_subjects') }}
),

targets as (
    select * from {{ ref('int_filed_targets') }}
),

unit_lines as (
    select
        'C3' as coverage_code,
        'region' as subject_type,
        units.region_code as subject_code,
        units.fiscal_year,
        'unit' as object_type,
        units.unit_code as object_code,
        units.unit_name as object_name_zh,
        cast(null as string) as function_code,
        cast(null as decimal(24, 2)) as amount_cny,
        1 as unit_count,
        coalesce(targets.reason_code, 'no_target_filed') as reason_code,
        units.submission_id,
        units.sheet,
        units.cell,
        targets.submission_id as evidence_submission_id,
        targets.sheet as evidence_sheet,
        targets.cell as evidence_cell
    from {{ ref('int_units') }} as units
    inner join subjects
        on
            subjects.coverage_code = 'C3'
            and units.region_code = subjects.subject_code
            and units.fiscal_year = subjects.fiscal_year
    left join targets
        on
            targets.object_type = 'unit'
            and units.unit_code = targets.object_code
            and units.fiscal_year = targets.fiscal_year
    where units.unit_level = 1
),

transfer_lines as (
    select
        'C4' as coverage_code,
        'region' as subject_type,
        submissions.submitter_code as subject_code,
        targets.fiscal_year,
        'transfer' as object_type,
        targets.object_code,
        targets.object_name as object_name_zh,
        cast(null as string) as function_code,
        targets.requested_cny as amount_cny,
        cast(null as integer) as unit_count,
        targets.reason_code,
        targets.submission_id,
        targets.sheet,
        targets.cell,
        targets.submission_id as evidence_submission_id,
        targets.sheet as evidence_sheet,
        targets.cell as evidence_cell
    from targets
    inner join {{ ref('stg_submissions') }} as submissions
        on targets.submission_id = submissions.submission_id
    inner join subjects
        on
            subjects.coverage_code = 'C4'
            and submissions.submitter_code = subjects.subject_code
            and targets.fiscal_year = subjects.fiscal_year
            and subjects.has_denominator
    where targets.object_type = 'transfer' and coalesce(targets.requested_cny, 0) <> 0
),

transfer_rest as (
    select
        subjects.subject_code,
        subjects.fiscal_year,
        subjects.denominator_cny - coalesce(sum(transfer_lines.amount_cny), 0) as amount_cny,
        subjects.submission_id,
        subjects.sheet,
        subjects.cell,
        (count(transfer_lines.object_code) + 1)
        * max({{ half_print_step('coalesce(steps.print_step, 1)', 'subjects.unit_factor') }}) as tolerance_cny
    from subjects
    left join transfer_lines
        on
            subjects.subject_code = transfer_lines.subject_code
            and subjects.fiscal_year = transfer_lines.fiscal_year
    left join {{ ref('print_steps') }} as steps on subjects.printed_decimals = steps.decimals
    where subjects.coverage_code = 'C4' and subjects.has_denominator
    group by
        subjects.subject_code,
        subjects.fiscal_year,
        subjects.denominator_cny,
        subjects.submission_id,
        subjects.sheet,
        subjects.cell
),

project_lines as (
    select
        'C5' as coverage_code,
        'department' as subject_type,
        projects.department_code as subject_code,
        projects.fiscal_year,
        'project' as object_type,
        projects.project_code as object_code,
        projects.project_name as object_name_zh,
        projects.function_code,
        projects.budget_cny as amount_cny,
        cast(null as integer) as unit_count,
        coalesce(targets.reason_code, 'no_target_filed') as reason_code,
        projects.submission_id,
        projects.sheet,
        projects.budget_cell as cell,
        targets.submission_id as evidence_submission_id,
        targets.sheet as evidence_sheet,
        targets.cell as evidence_cell
    from {{ ref('int_projects') }} as projects
    inner join subjects
        on
            subjects.coverage_code = 'C5'
            and projects.department_code = subjects.subject_code
            and projects.fiscal_year = subjects.fiscal_year
    left join targets
        on
            targets.object_type = 'project'
            and projects.project_code = targets.object_code
            and projects.fiscal_year = targets.fiscal_year
    where projects.budget_cny is not null
),

-- One list per submission; a department's subordinate units may file lists of their own.
printed_totals as (
    select
        coalesce(units.first_level_unit_code, reporting.unit_code) as subject_code,
        totals.fiscal_year,
        totals.submission_id,
        max(totals.budget_cny) as total_cny,
        max({{ half_print_step('steps.print_step', 'totals.unit_factor') }}) as half_step,
        min(totals.sheet) as sheet,
        min(totals.budget_cell) as cell
    from {{ ref('stg_project_list') }} as totals
    inner join {{ ref('int_reporting_units') }} as reporting
        on
            totals.submission_id = reporting.submission_id
            and totals.reporting_unit_label = reporting.reporting_unit_label
            and reporting.form_code = 'project_list'
    left join {{ ref('int_units') }} as units
        on reporting.unit_code = units.unit_code and reporting.fiscal_year = units.fiscal_year
    left join {{ ref('print_steps') }} as steps on totals.printed_decimals = steps.decimals
    where totals.row_kind = 'total' and totals.budget_cny is not null
    group by
        coalesce(units.first_level_unit_code, reporting.unit_code),
        totals.fiscal_year,
        totals.submission_id
),

project_closing as (
    select
        totals.subject_code,
        totals.fiscal_year,
        totals.submission_id,
        max(totals.total_cny) - coalesce(sum(project_lines.amount_cny), 0) as amount_cny,
        (count(project_lines.object_code) + 1) * max(totals.half_step) as tolerance_cny,
        max(totals.sheet) as sheet,
        max(totals.cell) as cell
    from printed_totals as totals
    inner join subjects
        on
            subjects.coverage_code = 'C5'
            and totals.subject_code = subjects.subject_code
            and totals.fiscal_year = subjects.fiscal_year
    left join project_lines
        on
            totals.subject_code = project_lines.subject_code
            and totals.fiscal_year = project_lines.fiscal_year
            and totals.submission_id = project_lines.submission_id
    group by totals.subject_code, totals.fiscal_year, totals.submission_id
)

select * from unit_lines
union all
select * from transfer_lines
union all
select
    'C4' as coverage_code,
    'region' as subject_type,
    subject_code,
    fiscal_year,
    'transfer_remainder' as object_type,
    subject_code as object_code,
    cast(null as string) as object_name_zh,
    cast(null as string) as function_code,
    cast(amount_cny as decimal(24, 2)) as amount_cny,
    cast(null as integer) as unit_count,
    case
        when abs(amount_cny) <= tolerance_cny then 'rounding_of_print'
        when amount_cny < 0 then 'ledger_exceeds_final_account'
        else 'no_target_filed'
    end as reason_code,
    submission_id,
    sheet,
    cell,
    {{ no_evidence() }}
from transfer_rest
where amount_cny <> 0
union all
select * from project_lines
union all
select
    'C5' as coverage_code,
    'department' as subject_type,
    subject_code,
    fiscal_year,
    'rounding' as object_type,
    subject_code as object_code,
    cast(null as string) as object_name_zh,
    cast(null as string) as function_code,
    cast(amount_cny as decimal(24, 2)) as amount_cny,
    cast(null as integer) as unit_count,
    case when abs(amount_cny) <= tolerance_cny then 'rounding_of_print' else 'ledger_differs_from_total' end
        as reason_code,
    submission_id,
    sheet,
    cell,
    {{ no_evidence() }}
from project_closing
where amount_cny <> 0
