-- checks: register.duplicate_project
-- reads: project_list
-- A project code stands for one project of the year.
select
    'register.duplicate_project' as check_code,
    form_code,
    submission_id,
    sheet,
    cell,
    subject_code,
    trim(value_text) as given,
    first_value(sheet || '!' || cell) over coded as expected,
    trim(value_text) as item,
    row_number() over coded > 1 as is_violated
from check_cells
where form_code = 'project_list' and measure_code = 'project_code' and item_code = 'LINE' and value_status = 'reported'
window coded as (partition by trim(value_text) order by submission_id, sheet, row_number)
