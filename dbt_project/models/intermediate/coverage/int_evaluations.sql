-- Grain: one row per evaluation entered in an accepted register, with the department and region it belongs to.
--
-- The year is the year of the spending that was evaluated (methodology U22).
with registers as (
    select
        register.*,
        submissions.submitter_code as region_code
    from {{ ref('stg_evaluation_register') }} as register
    inner join {{ ref('stg_submissions') }} as submissions
        on register.submission_id = submissions.submission_id
)

select
    registers.evaluation_code,
    registers.region_code,
    registers.expenditure_year as fiscal_year,
    registers.object_type,
    registers.object_code,
    registers.object_name,
    coalesce(projects.department_code, units.first_level_unit_code, registers.unit_code) as department_code,
    registers.function_code,
    registers.evaluated_cny,
    registers.evaluator_kind,
    registers.evaluator_name,
    registers.evaluation_date,
    registers.score,
    registers.grade,
    projects.project_code is not null as is_listed_project,
    coalesce(types.is_own_level, false) as is_own_level,
    registers.submission_id,
    registers.sheet,
    registers.row_number,
    registers.evaluated_cell as cell,
    registers.score_cell
from registers
left join {{ ref('evaluation_object_types') }} as types on registers.object_type = types.object_type
left join {{ ref('int_projects') }} as projects
    on
        registers.object_type = 'project'
        and registers.object_code = projects.project_code
        and registers.expenditure_year = projects.fiscal_year
left join {{ ref('int_units') }} as units
    on
        registers.unit_code = units.unit_code
        and registers.expenditure_year = units.fiscal_year
