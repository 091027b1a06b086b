select
    '' as submission_id,
    '' as form_code,
    '' as entity,
    '' as sheet,
    '' as cell
where false
