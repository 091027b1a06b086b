-- Grain: one row per scheme edition and node of its indicator tree.
select
    scheme_code,
    scheme_edition,
    node_code,
    parent_node_code,
    node_order,
    name_zh as node_name_zh,
    name_en as node_name_en,
    max_points,
    rule_code,
    combination,
    full_at,
    window_half_width,
    step_points,
    not_applicable_policy,
    is_adjustment,
    node_status,
    citation,
    note_zh,
    note_en
from {{ ref('scheme_nodes') }}
