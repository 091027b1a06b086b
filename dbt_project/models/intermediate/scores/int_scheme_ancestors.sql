-- Grain: one row per scheme edition, node and ancestor (itself included), up to five levels apart.
{% set depth = scheme_depth() %}
with nodes as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        parent_node_code
    from {{ ref('scheme_nodes') }}
),

level_0 as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        node_code as ancestor_code,
        parent_node_code as next_code,
        0 as distance
    from nodes
),
{% for level in range(1, depth + 1) %}
level_{{ level }} as (
    select
        below.scheme_code,
        below.scheme_edition,
        below.node_code,
        nodes.node_code as ancestor_code,
        nodes.parent_node_code as next_code,
        {{ level }} as distance
    from level_{{ level - 1 }} as below
    inner join nodes
        on
            below.scheme_code = nodes.scheme_code
            and below.scheme_edition = nodes.scheme_edition
            and below.next_code = nodes.node_code
){{ "," if not loop.last }}
{% endfor %}
{% for level in range(0, depth + 1) %}
select
    scheme_code,
    scheme_edition,
    node_code,
    ancestor_code,
    distance
from level_{{ level }}
{{ "union all" if not loop.last }}
{% endfor %}
