-- Grain: one row per scheme edition, subject and fiscal year to be scored.
select
    scheme_code,
    scheme_edition,
    subject_type,
    subject_code,
    subject_name_zh,
    region_code,
    province_code,
    cast(fiscal_year as integer) as fiscal_year
from {{ ref('int_scheme_subjects') }}
