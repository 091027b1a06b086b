-- checks: register.target_for_unknown_project
-- reads: project_list, project_performance_target
-- A target belongs to a project of the year's list, where its department filed one.
select
    'register.target_for_unknown_project' as check_code,
    t.form_code,
    t.submission_id,
    t.sheet,
    t.cell,
    t.subject_code,
    trim(t.value_text) as given,
    '' as expected,
    trim(t.value_text) as item,
    p.project_code is null as is_violated
from check_cells as t
inner join (select distinct submitter_code from check_scope where form_code = 'project_list') as d
    on t.submitter_code = d.submitter_code
left join (
    select distinct trim(value_text) as project_code
    from check_cells
    where form_code = 'project_list' and measure_code = 'project_code' and item_code = 'LINE'
) as p
    on trim(t.value_text) = p.project_code
where t.form_code = 'project_performance_target' and t.measure_code = 'project_code' and t.value_status = 'reported'
