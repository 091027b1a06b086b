-- Grain: one row per ledger line of C1: a part of a department's general public budget expenditure in one year.
--
-- Lines: basic expenditure per item; each project split into its evaluated part and the rest; project expenditure that no
-- project list names; the difference that rounding each printed cell leaves. Together they are the final account's total.
with subjects as (
    select * from {{ ref('int_coverage_subjects') }}
    where coverage_code = 'C1' and has_denominator
),

whole_evaluations as (
    select distinct
        object_code as department_code,
        fiscal_year
    from {{ ref('int_evaluations') }}
    where object_type = 'department'
),

account_cells as (
    select
        figures.*,
        steps.print_step
    from {{ ref('int_figures') }} as figures
    inner join subjects
        on
            figures.subject_code = subjects.subject_code
            and figures.fiscal_year = subjects.fiscal_year
    left join {{ ref('print_steps') }} as steps on figures.printed_decimals = steps.decimals
    where
        figures.subject_type = 'department'
        and figures.form_code = 'department_final_account'
        and figures.table_code = 'general_public_expenditure'
        and figures.row_kind <> 'total'
        and figures.measure_code in ('basic', 'project')
),

-- Only the lowest level of the classification carries lines; its parents repeat the same money.
leaf_cells as (
    select account_cells.*
    from account_cells
    where not exists (
        select 1 from account_cells as children
        where
            children.subject_code = account_cells.subject_code
            and children.fiscal_year = account_cells.fiscal_year
            and children.item_code like account_cells.item_code || '%'
            and length(children.item_code) > length(account_cells.item_code)
    )
),

evaluated_projects as (
    select
        object_code as project_code,
        fiscal_year,
        max(evaluated_cny) as evaluated_cny
    from {{ ref('int_evaluations') }}
    where object_type = 'project' and is_listed_project
    group by object_code, fiscal_year
),

projects as (
    select
        listed.fiscal_year,
        listed.department_code as subject_code,
        listed.project_code,
        listed.project_name,
        listed.function_code,
        listed.executed_cny,
        least(coalesce(evaluated.evaluated_cny, 0), listed.executed_cny) as covered_cny,
        {{ half_print_step('steps.print_step', 'listed.unit_factor') }} as half_step,
        listed.submission_id,
        listed.sheet,
        listed.executed_cell as cell
    from {{ ref('int_projects') }} as listed
    inner join subjects
        on
            listed.department_code = subjects.subject_code
            and listed.fiscal_year = subjects.fiscal_year
    left join evaluated_projects as evaluated
        on
            listed.project_code = evaluated.project_code
            and listed.fiscal_year = evaluated.fiscal_year
    left join {{ ref('print_steps') }} as steps on listed.printed_decimals = steps.decimals
    where listed.executed_cny is not null and listed.executed_cny <> 0
),

listed_per_item as (
    select
        subject_code,
        fiscal_year,
        function_code,
        sum(executed_cny) as listed_cny,
        count(*) as project_count,
        max(half_step) as half_step
    from projects
    group by subject_code, fiscal_year, function_code
),

project_items as (
    select
        subject_code,
        fiscal_year,
        item_code as function_code,
        item_label,
        coalesce(figure_value, 0) as account_cny,
        {{ half_print_step('print_step', 'unit_factor') }} as half_step,
        submission_id,
        sheet,
        cell
    from leaf_cells
    where measure_code = 'project'
),

remainders as (
    select
        coalesce(items.subject_code, listed.subject_code) as subject_code,
        coalesce(items.fiscal_year, listed.fiscal_year) as fiscal_year,
        coalesce(items.function_code, listed.function_code) as function_code,
        items.item_label,
        cast(coalesce(items.account_cny, 0) - coalesce(listed.listed_cny, 0) as decimal(24, 2)) as remainder_cny,
        (coalesce(listed.project_count, 0) + 1)
        * greatest(coalesce(items.half_step, 0), coalesce(listed.half_step, 0)) as tolerance_cny,
        items.submission_id,
        items.sheet,
        items.cell
    from project_items as items
    full outer join listed_per_item as listed
        on
            items.subject_code = listed.subject_code
            and items.fiscal_year = listed.fiscal_year
            and items.function_code = listed.function_code
),

lines as (
    select
        subject_code,
        fiscal_year,
        'basic_expenditure' as object_type,
        item_code as object_code,
        item_label as object_name_zh,
        item_code as function_code,
        cast(figure_value as decimal(24, 2)) as amount_cny,
        'basic_expenditure_not_evaluated' as reason_code,
        submission_id,
        sheet,
        cell
    from leaf_cells
    where measure_code = 'basic' and figure_value is not null and figure_value <> 0
    union all
    select
        subject_code,
        fiscal_year,
        'project' as object_type,
        project_code as object_code,
        project_name as object_name_zh,
        function_code,
        cast(covered_cny as decimal(24, 2)) as amount_cny,
        'project_evaluation' as reason_code,
        submission_id,
        sheet,
        cell
    from projects
    where covered_cny > 0
    union all
    select
        subject_code,
        fiscal_year,
        'project' as object_type,
        project_code as object_code,
        project_name as object_name_zh,
        function_code,
        cast(executed_cny - covered_cny as decimal(24, 2)) as amount_cny,
        case when covered_cny > 0 then 'partly_evaluated' else 'not_evaluated' end as reason_code,
        submission_id,
        sheet,
        cell
    from projects
    where executed_cny > covered_cny
    union all
    select
        subject_code,
        fiscal_year,
        'project_remainder' as object_type,
        function_code as object_code,
        item_label as object_name_zh,
        function_code,
        remainder_cny as amount_cny,
        case
            when abs(remainder_cny) <= tolerance_cny then 'rounding_of_print'
            when remainder_cny > 0 then 'not_on_project_list'
            else 'ledger_exceeds_final_account'
        end as reason_code,
        submission_id,
        sheet,
        cell
    from remainders
    where remainder_cny <> 0
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
        on
            subjects.subject_code = lines.subject_code
            and subjects.fiscal_year = lines.fiscal_year
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
    'C1' as coverage_code,
    'department' as subject_type,
    complete.subject_code,
    complete.fiscal_year,
    complete.object_type,
    complete.object_code,
    complete.object_name_zh,
    complete.function_code,
    complete.amount_cny,
    cast(null as integer) as unit_count,
    case
        when
            whole_evaluations.department_code is not null
            and complete.reason_code in (
                'basic_expenditure_not_evaluated', 'not_evaluated', 'partly_evaluated', 'not_on_project_list'
            )
            then 'department_evaluation'
        else complete.reason_code
    end as reason_code,
    complete.submission_id,
    complete.sheet,
    complete.cell
from complete
left join whole_evaluations
    on
        complete.subject_code = whole_evaluations.department_code
        and complete.fiscal_year = whole_evaluations.fiscal_year
