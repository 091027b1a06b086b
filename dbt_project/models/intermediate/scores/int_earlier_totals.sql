-- Grain: one row per edition of an index scheme, subject and fiscal year with one before it: the total among the peers of the
-- year before.
with leaves as (
    {{ index_leaves(ref('int_earlier_scale_values')) }}
),

{{ score_levels('leaves') }}

select
    scheme_code,
    scheme_edition,
    subject_code,
    fiscal_year,
    points
from all_levels
where parent_node_code is null
