-- Grain: one row per ledger line of C1: a part of a department's general public budget expenditure in one year.
--
-- Lines: basic expenditure per item; each project split into its evaluated part and the rest; project expenditure that no
-- project list names; the difference that rounding each printed cell leaves. Together they are the final account's total.
-- An evaluation of the whole unit covers what its amount leaves after the projects, spread over the other lines in proportion.
with subjects as (
    select * from {{ ref('int_coverage_subjects') }}
    where coverage_code = 'C1' and has_denominator
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
    select *
    from {{ ref('int_evaluated_objects') }}
    where object_type = 'project' and is_listed_project
),

projects as (
    select
        listed.fiscal_year,
        listed.department_code as subject_code,
        listed.project_code,
        listed.project_name,
        listed.function_code,
        listed.executed_cny,
        -- A negative execution (a refund) has nothing an evaluation could cover.
        case
            when listed.executed_cny < 0 then 0
            else least(coalesce(evaluated.evaluated_cny, 0), listed.executed_cny)
        end as covered_cny,
        evaluated.object_code is not null and evaluated.evaluated_cny is null as is_amount_unknown,
        {{ half_print_step('steps.print_step', 'listed.unit_factor') }} as half_step,
        listed.submission_id,
        listed.sheet,
        listed.executed_cell as cell,
        evaluated.submission_id as evidence_submission_id,
        evaluated.sheet as evidence_sheet,
        evaluated.cell as evidence_cell
    from {{ ref('int_projects') }} as listed
    inner join subjects
        on
            listed.department_code = subjects.subject_code
            and listed.fiscal_year = subjects.fiscal_year
    left join evaluated_projects as evaluated
        on
            listed.project_code = evaluated.object_code
            and listed.fiscal_year = evaluated.fiscal_year
            and subjects.region_code = evaluated.region_code
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
        cell,
        {{ no_evidence() }}
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
        cell,
        evidence_submission_id,
        evidence_sheet,
        evidence_cell
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
        case
            when is_amount_unknown then 'evaluated_amount_missing'
            when covered_cny > 0 then 'partly_evaluated'
            else 'not_evaluated'
        end as reason_code,
        submission_id,
        sheet,
        cell,
        evidence_submission_id,
        evidence_sheet,
        evidence_cell
    from projects
    where executed_cny <> covered_cny
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
        cell,
        {{ no_evidence() }}
    from remainders
    where remainder_cny <> 0
),

-- What an evaluation of the whole unit can still cover, with running sums by which its amount is spread.
open_lines as (
    select
        lines.*,
        sum(amount_cny) over (
            partition by subject_code, fiscal_year
            order by function_code, object_type, object_code
            rows between unbounded preceding and current row
        ) as running_cny,
        sum(amount_cny) over (partition by subject_code, fiscal_year) as open_cny
    from lines
    where
        amount_cny > 0
        and reason_code in (
            'basic_expenditure_not_evaluated', 'not_evaluated', 'partly_evaluated', 'not_on_project_list',
            'evaluated_amount_missing'
        )
),

covered_by_projects as (
    select
        subject_code,
        fiscal_year,
        sum(covered_cny) as covered_cny
    from projects
    group by subject_code, fiscal_year
),

whole_evaluations as (
    select
        open_lines.*,
        whole.whole_cny is null as is_amount_unknown,
        -- The projects lie inside the whole: only what its amount has beyond them covers other lines.
        cast(
            least(
                greatest(coalesce(whole.whole_cny, 0) - coalesce(covered_by_projects.covered_cny, 0), 0),
                open_lines.open_cny
            ) as decimal(24, 2)
        ) as spread_cny,
        whole.submission_id as whole_submission_id,
        whole.sheet as whole_sheet,
        whole.cell as whole_cell
    from open_lines
    inner join subjects
        on open_lines.subject_code = subjects.subject_code and open_lines.fiscal_year = subjects.fiscal_year
    inner join {{ ref('int_evaluated_departments') }} as whole
        on
            subjects.region_code = whole.region_code
            and open_lines.subject_code = whole.department_code
            and open_lines.fiscal_year = whole.fiscal_year
            and whole.is_evaluated_as_a_whole
    left join covered_by_projects
        on
            open_lines.subject_code = covered_by_projects.subject_code
            and open_lines.fiscal_year = covered_by_projects.fiscal_year
),

spread as (
    select
        whole_evaluations.*,
        cast(
            {{ allotted('running_cny', 'open_cny', 'spread_cny') }}
            - {{ allotted('running_cny - amount_cny', 'open_cny', 'spread_cny') }} as decimal(24, 2)
        ) as covered_cny
    from whole_evaluations
),

judged_lines as (
    select lines.*
    from lines
    left join spread
        on
            lines.subject_code = spread.subject_code
            and lines.fiscal_year = spread.fiscal_year
            and lines.object_type = spread.object_type
            and lines.object_code = spread.object_code
            and lines.reason_code = spread.reason_code
    where spread.subject_code is null
    union all
    select
        subject_code,
        fiscal_year,
        object_type,
        object_code,
        object_name_zh,
        function_code,
        covered_cny as amount_cny,
        'department_evaluation' as reason_code,
        submission_id,
        sheet,
        cell,
        whole_submission_id as evidence_submission_id,
        whole_sheet as evidence_sheet,
        whole_cell as evidence_cell
    from spread
    where covered_cny > 0
    union all
    select
        subject_code,
        fiscal_year,
        object_type,
        object_code,
        object_name_zh,
        function_code,
        cast(amount_cny - covered_cny as decimal(24, 2)) as amount_cny,
        case
            when is_amount_unknown then 'evaluated_amount_missing'
            when covered_cny > 0 then 'outside_department_evaluation'
            else reason_code
        end as reason_code,
        submission_id,
        sheet,
        cell,
        case when covered_cny > 0 or is_amount_unknown then whole_submission_id else evidence_submission_id end
            as evidence_submission_id,
        case when covered_cny > 0 or is_amount_unknown then whole_sheet else evidence_sheet end as evidence_sheet,
        case when covered_cny > 0 or is_amount_unknown then whole_cell else evidence_cell end as evidence_cell
    from spread
    where amount_cny > covered_cny
),

-- The account's own printed cells, and nothing derived from them, decide how far rounding can reach.
printed_addends as (
    select
        subject_code,
        fiscal_year,
        count(figure_value) as addend_count
    from leaf_cells
    group by subject_code, fiscal_year
),

{{ close_ledger('C1', 'department', 'judged_lines', excess_reason='ledger_differs_from_total') }}
