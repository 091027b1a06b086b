-- Grain: one row per ledger line of C2: a part of a place's own-level public expenditure in one year.
--
-- Where departmental accounts are filed the department's C1 lines are the place's lines too; elsewhere each evaluated object
-- is a line. What a functional class spends beyond its lines is one line of its own.
with subjects as (
    select * from {{ ref('int_coverage_subjects') }}
    where coverage_code = 'C2' and has_denominator
),

withheld_departments as (
    select distinct
        subject_code,
        fiscal_year
    from {{ ref('int_department_evaluation_ledger') }}
    where reason_code in ('ledger_exceeds_final_account', 'ledger_differs_from_total')
),

department_lines as (
    select
        units.region_code as subject_code,
        ledger.fiscal_year,
        ledger.object_type,
        ledger.object_code,
        ledger.object_name_zh,
        ledger.function_code,
        ledger.amount_cny,
        ledger.reason_code,
        ledger.submission_id,
        ledger.sheet,
        ledger.cell
    from {{ ref('int_department_evaluation_ledger') }} as ledger
    inner join {{ ref('int_units') }} as units
        on ledger.subject_code = units.unit_code and ledger.fiscal_year = units.fiscal_year
    inner join subjects
        on units.region_code = subjects.subject_code and ledger.fiscal_year = subjects.fiscal_year
    left join withheld_departments as withheld
        on ledger.subject_code = withheld.subject_code and ledger.fiscal_year = withheld.fiscal_year
    where withheld.subject_code is null
),

places_with_departments as (
    select distinct
        region_code as subject_code,
        fiscal_year
    from {{ ref('int_coverage_subjects') }}
    where subject_type = 'department'
),

-- One object counts once however often it was evaluated.
evaluated_objects as (
    select
        evaluations.region_code as subject_code,
        evaluations.fiscal_year,
        evaluations.object_type,
        evaluations.object_code,
        max(evaluations.object_name) as object_name_zh,
        max(evaluations.department_code) as department_code,
        max(evaluations.function_code) as function_code,
        max(evaluations.evaluated_cny) as evaluated_cny,
        min(evaluations.submission_id) as submission_id,
        min(evaluations.sheet) as sheet,
        min(evaluations.cell) as cell
    from {{ ref('int_evaluations') }} as evaluations
    inner join subjects
        on evaluations.region_code = subjects.subject_code and evaluations.fiscal_year = subjects.fiscal_year
    left join places_with_departments as departments
        on evaluations.region_code = departments.subject_code and evaluations.fiscal_year = departments.fiscal_year
    where
        evaluations.is_own_level
        and evaluations.evaluated_cny is not null
        and departments.subject_code is null
    group by evaluations.region_code, evaluations.fiscal_year, evaluations.object_type, evaluations.object_code
),

projects_of_unit as (
    select
        subject_code,
        fiscal_year,
        department_code,
        sum(evaluated_cny) as evaluated_cny
    from evaluated_objects
    where object_type = 'project'
    group by subject_code, fiscal_year, department_code
),

object_lines as (
    select
        objects.subject_code,
        objects.fiscal_year,
        objects.object_type,
        objects.object_code,
        objects.object_name_zh,
        objects.function_code,
        -- A whole unit's evaluation adds only what the evaluations of its projects did not already cover.
        cast(
            case
                when objects.object_type = 'project' then objects.evaluated_cny
                else greatest(objects.evaluated_cny - coalesce(projects_of_unit.evaluated_cny, 0), 0)
            end as decimal(24, 2)
        ) as amount_cny,
        'object_evaluation' as reason_code,
        objects.submission_id,
        objects.sheet,
        objects.cell
    from evaluated_objects as objects
    left join projects_of_unit
        on
            objects.subject_code = projects_of_unit.subject_code
            and objects.fiscal_year = projects_of_unit.fiscal_year
            and objects.department_code = projects_of_unit.department_code
),

known_lines as (
    select * from department_lines
    union all
    select * from object_lines
    where amount_cny <> 0
),

lines_per_class as (
    select
        subject_code,
        fiscal_year,
        substring(function_code, 1, 3) as class_code,
        sum(amount_cny) as known_cny,
        count(*) as line_count
    from known_lines
    where function_code is not null
    group by subject_code, fiscal_year, substring(function_code, 1, 3)
),

classes as (
    select
        figures.subject_code,
        figures.fiscal_year,
        figures.item_code as class_code,
        figures.item_label,
        coalesce(figures.figure_value, 0) as class_cny,
        {{ half_print_step('coalesce(steps.print_step, 1)', 'figures.unit_factor') }} as half_step,
        figures.submission_id,
        figures.sheet,
        figures.cell
    from {{ ref('int_figures') }} as figures
    inner join subjects
        on figures.subject_code = subjects.subject_code and figures.fiscal_year = subjects.fiscal_year
    left join {{ ref('print_steps') }} as steps on figures.printed_decimals = steps.decimals
    where
        figures.subject_type = 'region'
        and figures.form_code = 'government_final_account'
        and figures.table_code = 'expenditure_by_function'
        and length(figures.item_code) = 3
),

remainders as (
    select
        coalesce(classes.subject_code, known.subject_code) as subject_code,
        coalesce(classes.fiscal_year, known.fiscal_year) as fiscal_year,
        coalesce(classes.class_code, known.class_code) as class_code,
        classes.item_label,
        cast(coalesce(classes.class_cny, 0) - coalesce(known.known_cny, 0) as decimal(24, 2)) as remainder_cny,
        (coalesce(known.line_count, 0) + 1) * coalesce(classes.half_step, 0) as tolerance_cny,
        classes.submission_id,
        classes.sheet,
        classes.cell
    from classes
    full outer join lines_per_class as known
        on
            classes.subject_code = known.subject_code
            and classes.fiscal_year = known.fiscal_year
            and classes.class_code = known.class_code
),

lines as (
    select * from known_lines
    union all
    select
        remainders.subject_code,
        remainders.fiscal_year,
        'class_remainder' as object_type,
        remainders.class_code as object_code,
        remainders.item_label as object_name_zh,
        remainders.class_code as function_code,
        remainders.remainder_cny as amount_cny,
        case
            when abs(remainders.remainder_cny) <= remainders.tolerance_cny then 'rounding_of_print'
            when remainders.remainder_cny < 0 then 'ledger_exceeds_final_account'
            when departments.subject_code is not null then 'outside_department_accounts'
            else 'not_evaluated'
        end as reason_code,
        remainders.submission_id,
        remainders.sheet,
        remainders.cell
    from remainders
    left join places_with_departments as departments
        on
            remainders.subject_code = departments.subject_code
            and remainders.fiscal_year = departments.fiscal_year
    where remainders.remainder_cny <> 0
),

closing as (
    select
        subjects.subject_code,
        subjects.fiscal_year,
        cast(subjects.denominator_cny - coalesce(sum(lines.amount_cny), 0) as decimal(24, 2)) as amount_cny,
        (count(*) + 1)
        * max({{ half_print_step('coalesce(steps.print_step, 1)', 'subjects.unit_factor') }}) as tolerance_cny,
        max(subjects.submission_id) as submission_id,
        max(subjects.sheet) as sheet,
        max(subjects.cell) as cell
    from subjects
    left join lines
        on subjects.subject_code = lines.subject_code and subjects.fiscal_year = lines.fiscal_year
    left join {{ ref('print_steps') }} as steps on subjects.printed_decimals = steps.decimals
    group by subjects.subject_code, subjects.fiscal_year, subjects.denominator_cny
),

complete as (
    select * from lines
    union all
    select
        subject_code,
        fiscal_year,
        'rounding' as object_type,
        subject_code as object_code,
        cast(null as string) as object_name_zh,
        cast(null as string) as function_code,
        amount_cny,
        case when abs(amount_cny) <= tolerance_cny then 'rounding_of_print' else 'ledger_differs_from_total' end
            as reason_code,
        submission_id,
        sheet,
        cell
    from closing
    where amount_cny <> 0
)

select
    'C2' as coverage_code,
    'region' as subject_type,
    subject_code,
    fiscal_year,
    object_type,
    object_code,
    object_name_zh,
    function_code,
    amount_cny,
    cast(null as integer) as unit_count,
    reason_code,
    submission_id,
    sheet,
    cell
from complete
