-- Projects of all years' lists in force, one row per line, amounts in yuan.
create or replace temp table check_project_lines as
select
    s.fiscal_year,
    s.submission_id,
    s.submitter_code,
    s.subject_code,
    p._sheet as sheet,
    p._row as row_number,
    trim(p.project_code) as project_code,
    p.project_code__cell as code_cell,
    coalesce(trim(p.project_name), '') as project_name,
    p.project_name__cell as name_cell,
    coalesce(trim(p.project_nature), '') as project_nature,
    p.project_nature__cell as nature_cell,
    coalesce(trim(p.function_code), '') as function_code,
    p.function_code__cell as function_cell,
    p.budget_amount as budget_text,
    p.adjusted_budget_amount as adjusted_text,
    p.executed_amount as executed_text,
    p.executed_amount__cell as executed_cell,
    check_number(p.budget_amount) * u.factor as budget_cny,
    check_number(p.adjusted_budget_amount) * u.factor as adjusted_cny,
    check_number(p.executed_amount) * u.factor as executed_cny,
    coalesce(check_number(p.adjusted_budget_amount), check_number(p.budget_amount)) * u.factor as annual_cny,
    u.factor
from raw.project_list as p
inner join check_submissions as s
    on p._submission_id = s.submission_id and s.form_code = 'project_list' and s.replaced_by = '' and not s.is_other_year
left join check_money_units as u on p.unit_label = u.unit_label
where p.row_kind = 'value' and trim(coalesce(p.project_code, '')) <> '';
