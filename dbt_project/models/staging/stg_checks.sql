-- Grain: one row per check of the catalogue.
select
    check_code,
    gate,
    severity,
    aspect,
    object as checked_object,
    form_code,
    coalesce(exemptible, '') = 'yes' as is_exemptible,
    cast(nullif(valid_from, '') as integer) as valid_from,
    cast(nullif(valid_to, '') as integer) as valid_to,
    title_zh,
    title_en,
    rule_zh,
    rule_en,
    basis,
    fix_zh,
    fix_en
from {{ source('quality', 'checks') }}
