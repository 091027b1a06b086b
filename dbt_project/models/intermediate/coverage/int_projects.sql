-- Grain: one row per project and fiscal year on an accepted project list.
with listed as (
    select
        projects.*,
        coalesce(units.first_level_unit_code, reporting.unit_code) as department_code,
        row_number() over (
            partition by projects.fiscal_year, projects.project_code
            order by projects.submission_id, projects.sheet, projects.row_number
        ) as occurrence
    from {{ ref('stg_project_list') }} as projects
    inner join {{ ref('int_reporting_units') }} as reporting
        on
            projects.submission_id = reporting.submission_id
            and projects.reporting_unit_label = reporting.reporting_unit_label
            and reporting.form_code = 'project_list'
    left join {{ ref('int_units') }} as units
        on reporting.unit_code = units.unit_code and reporting.fiscal_year = units.fiscal_year
    where projects.row_kind = 'value'
)

select
    fiscal_year,
    project_code,
    project_name,
    department_code,
    unit_code,
    function_code,
    project_nature,
    is_livelihood,
    unit_factor,
    printed_decimals,
    budget_cny,
    budget_cell,
    adjusted_budget_cny,
    adjusted_budget_cell,
    executed_cny,
    executed_cell,
    submission_id,
    sheet,
    row_number
from listed
where occurrence = 1
