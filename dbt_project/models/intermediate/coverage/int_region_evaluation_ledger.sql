-- Grain: one row per ledger line of C2: a part of a place's own-level public expenditure in one year.
--
-- Where a department's ledger can be relied on its C1 lines are the place's lines too; elsewhere each evaluated object of the
-- register is a line. What a functional class spends beyond its lines is one line of its own.
with subjects as (
    select * from {{ ref('int_coverage_subjects') }}
    where coverage_code = 'C2' and has_denominator
),

department_states as (
    select
        department_code,
        region_code,
        fiscal_year,
        missing_reason is null and withheld_reason is null as is_usable
    from {{ ref('int_department_ledger_states') }}
),

department_lines as (
    select
        states.region_code as subject_code,
        ledger.fiscal_year,
        ledger.object_type,
        ledger.object_code,
        ledger.object_name_zh,
        ledger.function_code,
        ledger.amount_cny,
        ledger.reason_code,
        ledger.submission_id,
        ledger.sheet,
        ledger.cell,
        ledger.evidence_submission_id,
        ledger.evidence_sheet,
        ledger.evidence_cell
    from {{ ref('int_department_evaluation_ledger') }} as ledger
    inner join department_states as states
        on
            ledger.subject_code = states.department_code
            and ledger.fiscal_year = states.fiscal_year
            and states.is_usable
    inner join subjects
        on states.region_code = subjects.subject_code and ledger.fiscal_year = subjects.fiscal_year
),

places_with_departments as (
    select
        region_code as subject_code,
        fiscal_year,
        max(case when is_usable then 0 else 1 end) = 1 as has_unusable_ledgers
    from department_states
    group by region_code, fiscal_year
),

-- Evaluations of projects, and of whole units beyond their projects, where no department's ledger places them.
evaluated_objects as (
    select
        objects.region_code as subject_code,
        objects.fiscal_year,
        objects.object_type,
        objects.object_code,
        objects.object_name as object_name_zh,
        objects.function_code,
        objects.evaluated_cny as amount_cny,
        objects.submission_id,
        objects.sheet,
        objects.cell,
        objects.department_code
    from {{ ref('int_evaluated_objects') }} as objects
    where objects.object_type = 'project'
    union all
    select
        whole.region_code as subject_code,
        whole.fiscal_year,
        'department' as object_type,
        whole.object_code,
        whole.object_name as object_name_zh,
        whole.function_code,
        cast(whole.once_cny - whole.projects_cny as decimal(24, 2)) as amount_cny,
        whole.submission_id,
        whole.sheet,
        whole.cell,
        whole.department_code
    from {{ ref('int_evaluated_departments') }} as whole
    where whole.is_evaluated_as_a_whole
),

object_lines as (
    select
        objects.subject_code,
        objects.fiscal_year,
        objects.object_type,
        objects.object_code,
        objects.object_name_zh,
        nullif(objects.function_code, '') as function_code,
        cast(objects.amount_cny as decimal(24, 2)) as amount_cny,
        'object_evaluation' as reason_code,
        objects.submission_id,
        objects.sheet,
        objects.cell,
        objects.submission_id as evidence_submission_id,
        objects.sheet as evidence_sheet,
        objects.cell as evidence_cell
    from evaluated_objects as objects
    inner join subjects
        on objects.subject_code = subjects.subject_code and objects.fiscal_year = subjects.fiscal_year
    left join department_states as states
        on
            objects.subject_code = states.region_code
            and objects.department_code = states.department_code
            and objects.fiscal_year = states.fiscal_year
            and states.is_usable
    where states.department_code is null and objects.amount_cny <> 0
),

known_lines as (
    select * from department_lines
    union all
    select * from object_lines
),

lines_per_class as (
    select
        subject_code,
        fiscal_year,
        substring(function_code, 1, 3) as class_code,
        sum(amount_cny) as known_cny
    from known_lines
    where function_code is not null
    group by subject_code, fiscal_year, substring(function_code, 1, 3)
),

-- Printed numbers behind the lines of a class: a department's lines of one item come from one cell of its account.
addends as (
    select distinct
        states.region_code as subject_code,
        ledger.fiscal_year,
        ledger.function_code,
        ledger.subject_code as source_code,
        case when ledger.object_type = 'basic_expenditure' then 'basic' else 'project' end as source_kind
    from {{ ref('int_department_evaluation_ledger') }} as ledger
    inner join department_states as states
        on
            ledger.subject_code = states.department_code
            and ledger.fiscal_year = states.fiscal_year
            and states.is_usable
    where ledger.function_code is not null
    union all
    select
        subject_code,
        fiscal_year,
        function_code,
        object_code as source_code,
        object_type as source_kind
    from object_lines
    where function_code is not null
),

addends_per_class as (
    select
        subject_code,
        fiscal_year,
        substring(function_code, 1, 3) as class_code,
        count(*) as addend_count
    from addends
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
        (coalesce(addends_per_class.addend_count, 0) + 1) * coalesce(classes.half_step, 0) as tolerance_cny,
        classes.submission_id,
        classes.sheet,
        classes.cell
    from classes
    full outer join lines_per_class as known
        on
            classes.subject_code = known.subject_code
            and classes.fiscal_year = known.fiscal_year
            and classes.class_code = known.class_code
    left join addends_per_class
        on
            coalesce(classes.subject_code, known.subject_code) = addends_per_class.subject_code
            and coalesce(classes.fiscal_year, known.fiscal_year) = addends_per_class.fiscal_year
            and coalesce(classes.class_code, known.class_code) = addends_per_class.class_code
),

class_rests as (
    select
        remainders.*,
        case
            when abs(remainders.remainder_cny) <= remainders.tolerance_cny then 'rounding_of_print'
            when remainders.remainder_cny < 0 then 'ledger_exceeds_final_account'
            when places.has_unusable_ledgers then 'outside_usable_accounts'
            when places.subject_code is not null then 'outside_department_accounts'
            else 'not_evaluated'
        end as reason_code
    from remainders
    left join places_with_departments as places
        on
            remainders.subject_code = places.subject_code
            and remainders.fiscal_year = places.fiscal_year
    where remainders.remainder_cny <> 0
),

-- An evaluation whose entry names no function lies in the rests of the classes, in proportion.
lines_without_class as (
    select
        subject_code,
        fiscal_year,
        sum(amount_cny) as amount_cny
    from known_lines
    where function_code is null and object_type in ('project', 'department')
    group by subject_code, fiscal_year
),

open_rests as (
    select
        class_rests.*,
        sum(class_rests.remainder_cny) over (
            partition by class_rests.subject_code, class_rests.fiscal_year
            order by class_rests.class_code
            rows between unbounded preceding and current row
        ) as running_cny,
        sum(class_rests.remainder_cny) over (
            partition by class_rests.subject_code, class_rests.fiscal_year
        ) as open_cny,
        coalesce(unclassed.amount_cny, 0) as unclassed_cny
    from class_rests
    left join lines_without_class as unclassed
        on
            class_rests.subject_code = unclassed.subject_code
            and class_rests.fiscal_year = unclassed.fiscal_year
    where class_rests.remainder_cny > 0 and class_rests.reason_code <> 'rounding_of_print'
),

rest_lines as (
    select
        subject_code,
        fiscal_year,
        class_code,
        item_label,
        cast(
            remainder_cny
            - (
                {{ allotted('running_cny', 'open_cny', 'least(unclassed_cny, open_cny)') }}
                - {{ allotted('running_cny - remainder_cny', 'open_cny', 'least(unclassed_cny, open_cny)') }}
            ) as decimal(24, 2)
        ) as amount_cny,
        reason_code,
        submission_id,
        sheet,
        cell
    from open_rests
    union all
    select
        subject_code,
        fiscal_year,
        class_code,
        item_label,
        remainder_cny as amount_cny,
        reason_code,
        submission_id,
        sheet,
        cell
    from class_rests
    where remainder_cny < 0 or reason_code = 'rounding_of_print'
),

lines as (
    select * from known_lines
    union all
    select
        subject_code,
        fiscal_year,
        'class_remainder' as object_type,
        class_code as object_code,
        item_label as object_name_zh,
        class_code as function_code,
        amount_cny,
        reason_code,
        submission_id,
        sheet,
        cell,
        {{ no_evidence() }}
    from rest_lines
    where amount_cny <> 0
),

-- The account's own printed cells, and nothing derived from them, decide how far rounding can reach.
printed_addends as (
    select
        subject_code,
        fiscal_year,
        count(*) as addend_count
    from classes
    group by subject_code, fiscal_year
),

{{ close_ledger('C2', 'region', 'lines', excess_reason='ledger_exceeds_final_account') }}
