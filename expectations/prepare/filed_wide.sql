select
    '{table}',
    r._submission_id,
    r._sheet,
    r._row,
    coalesce(r.{field}__cell, ''),
    '{table}',
    case r.row_kind when 'total' then 'TOTAL' when 'subtotal' then 'SUBTOTAL' else 'LINE' end,
    '',
    r.row_kind,
    '{field}',
    '',
    coalesce(r.reporting_unit_label, ''),
    coalesce(r.unit_label, ''),
    '',
    coalesce(r.{field}, ''),
    true
from raw.{table} as r
inner join {scope} as s on r._submission_id = s.submission_id and s.form_code = '{table}'
