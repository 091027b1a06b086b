select
    0 as fiscal_year,
    '' as submission_id,
    '' as submitter_code,
    '' as entity_kind,
    '' as entity_code,
    '' as entity_name,
    '' as entity_level,
    '' as parent_code,
    '' as region_code,
    '' as sheet,
    0 as row_number,
    '' as cell,
    '' as parent_cell,
    '' as region_cell
where false
