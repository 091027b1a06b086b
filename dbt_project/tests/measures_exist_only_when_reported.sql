-- Missing and not applicable never turn into a number on the way to a score.
select
    node_code,
    subject_code,
    fiscal_year,
    measure,
    value_status
from {{ ref('int_node_measures') }}
where (value_status = 'reported') <> (measure is not null)
