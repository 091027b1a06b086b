select
    '{table}',
    r._submission_id,
    r._sheet,
    r._row,
    r._cell,
    r.table_code,
    r.item_code,
    r.item_label,
    r.row_kind,
    r.measure_code,
    coalesce(r.subject_label, ''),
    coalesce(r.reporting_unit_label, ''),
    coalesce(r.unit_label, ''),
    coalesce(r.decimals, ''),
    coalesce(r.value_text, ''),
    false
from raw.{table} as r
inner join {scope} as s on r._submission_id = s.submission_id and s.form_code = '{table}'
