create or replace temp table check_project_lines (
    fiscal_year integer, submission_id varchar, submitter_code varchar, subject_code varchar, sheet varchar,
    row_number integer, project_code varchar, code_cell varchar, project_name varchar, name_cell varchar,
    project_nature varchar, nature_cell varchar, function_code varchar, function_cell varchar, budget_text varchar,
    adjusted_text varchar, executed_text varchar, executed_cell varchar, budget_cny decimal(38, 6),
    adjusted_cny decimal(38, 6), executed_cny decimal(38, 6), annual_cny decimal(38, 6), factor bigint
);
