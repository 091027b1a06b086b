-- Grain: one row per text that says something in place of a number, folded as texts compare.
select
    printed_text,
    statement,
    value_status
from {{ source('raw', 'amount_vocabulary') }}
