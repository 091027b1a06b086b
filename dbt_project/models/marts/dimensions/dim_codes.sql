-- Grain: one row per kind of code list, code and name it bore.
select
    code_kind,
    code,
    name_zh as code_name_zh,
    valid_from,
    valid_to,
    is_in_first_list,
    source as source_file
from {{ ref('code_lists') }}
