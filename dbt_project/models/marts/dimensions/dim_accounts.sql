-- Grain: one row per functional class code and period of validity.
select
    account_code,
    valid_from,
    valid_to,
    name_zh as account_name_zh,
    name_en as account_name_en,
    is_key_spending,
    citation
from {{ ref('functional_classes') }}
