-- Grain: one row per scheme edition.
select
    scheme_code,
    scheme_edition,
    valid_from,
    valid_to,
    subject_type,
    name_zh as scheme_name_zh,
    name_en as scheme_name_en,
    citation,
    band_metric_code,
    rounding_digits,
    rank_basis,
    measurement,
    note_zh,
    note_en
from {{ ref('schemes') }}
