select
    l.fiscal_year,
    l.submission_id,
    l.submitter_code,
    'unit' as entity_kind,
    trim(r.unit_code) as entity_code,
    check_folded(r.unit_name) as entity_name,
    trim(r.unit_level) as entity_level,
    coalesce(trim(r.parent_unit_code), '') as parent_code,
    coalesce(trim(r.region_code), '') as region_code,
    r._sheet as sheet,
    r._row as row_number,
    r.unit_code__cell as cell,
    coalesce(r.parent_unit_code__cell, '') as parent_cell,
    r.region_code__cell as region_cell
from raw.unit_register as r
inner join check_registers as l on r._submission_id = l.submission_id and l.form_code = 'unit_register'
where r.row_kind = 'value' and coalesce(trim(r.unit_code), '') <> ''
