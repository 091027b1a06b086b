select
    '' as form_code,
    '' as submission_id,
    '' as sheet,
    0 as row_number,
    '' as cell,
    '' as table_code,
    '' as item_code,
    '' as item_label,
    '' as row_kind,
    '' as measure_code,
    '' as subject_label,
    '' as reporting_unit_label,
    '' as unit_label,
    '' as decimals,
    '' as value_text,
    false as is_wide
where false
