-- Grain: one row per project and fiscal year.
select
    projects.fiscal_year,
    projects.project_code,
    projects.project_name as project_name_zh,
    projects.department_code,
    projects.unit_code,
    projects.function_code,
    projects.project_nature as project_nature_zh,
    projects.is_livelihood,
    projects.budget_cny,
    projects.adjusted_budget_cny,
    projects.executed_cny,
    coalesce(targets.is_filed, false) as has_performance_target,
    projects.submission_id,
    projects.sheet,
    projects.executed_cell as cell
from {{ ref('int_projects') }} as projects
left join {{ ref('int_filed_targets') }} as targets
    on
        targets.object_type = 'project'
        and projects.project_code = targets.object_code
        and projects.fiscal_year = targets.fiscal_year
