-- Grain: one row per case a signal of soft evaluation may be computed from: a score somebody gave, a project's execution, a
-- text of a form. Peers are compared with each other: scores given in one kind of evaluation.
with cases as (
    select
        fiscal_year,
        'score' as measure_code,
        coalesce(evaluator_kind, '') as peer_group,
        evaluator_name as subject_code,
        coalesce(department_code, object_code) as judged_code,
        score as case_value,
        cast(null as string) as case_text,
        submission_id,
        sheet,
        row_number
    from {{ ref('int_evaluations') }}
    where score is not null and evaluator_name is not null and coalesce(department_code, object_code) is not null
    union all
    select
        fiscal_year,
        'execution_percent' as measure_code,
        '' as peer_group,
        department_code as subject_code,
        project_code as judged_code,
        cast(100 * {{ exact_divide('executed_cny', 'coalesce(adjusted_budget_cny, budget_cny)', 2) }} as decimal(18, 6))
            as case_value,
        cast(null as string) as case_text,
        submission_id,
        sheet,
        row_number
    from {{ ref('int_projects') }}
    where executed_cny is not null and coalesce(adjusted_budget_cny, budget_cny) > 0
    union all
    select
        fiscal_year,
        'annual_target' as measure_code,
        'annual_target' as peer_group,
        reporting_unit_label as subject_code,
        project_code as judged_code,
        cast(null as decimal(18, 6)) as case_value,
        annual_target as case_text,
        submission_id,
        sheet,
        row_number
    from {{ ref('stg_project_performance_target') }}
    where annual_target is not null and project_code is not null
    union all
    select
        fiscal_year,
        'actual_attainment' as measure_code,
        'actual_attainment' as peer_group,
        reporting_unit_label as subject_code,
        project_code as judged_code,
        cast(null as decimal(18, 6)) as case_value,
        actual_attainment as case_text,
        submission_id,
        sheet,
        row_number
    from {{ ref('stg_project_self_evaluation') }}
    where actual_attainment is not null and project_code is not null
)

select
    fiscal_year,
    measure_code,
    peer_group,
    subject_code,
    judged_code,
    cast(row_number() over (
        partition by fiscal_year, measure_code
        order by submission_id asc, sheet asc, row_number asc
    ) as integer) as case_number,
    case_value,
    case_text
from cases
