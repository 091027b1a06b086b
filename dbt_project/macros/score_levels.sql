{#
  Scores from the leaves of a tree up, level by level. `leaves` names a common table expression with the columns that
  index_leaves gives; `all_levels` has every node then.
#}

{# The leaves of index schemes, in the columns that score_levels reads, from a relation of the form of
   int_normalised_values. #}
{% macro index_leaves(relation) -%}
select
    scheme_code,
    scheme_edition,
    subject_type,
    subject_code,
    fiscal_year,
    node_code,
    parent_node_code,
    node_level,
    'index' as family,
    weight,
    points_status,
    value_status,
    scale_value as points,
    cast(null as decimal(28, 12)) as max_points,
    cast(null as decimal(28, 12)) as limit_share,
    cast(null as decimal(28, 12)) as points_from_source,
    0 as max_points_from_source,
    case when points_status = 'missing' then 1 else 0 end as missing_items,
    case when points_status = 'missing' and node_status = 'source' then 1 else 0 end as missing_source_items,
    0 as missing_points,
    case when points_status = 'not_applicable' then 1 else 0 end as not_applicable_items,
    0 as not_applicable_points,
    case when value_status = 'not_demonstrable' then 1 else 0 end as not_demonstrable_items,
    0 as not_demonstrable_points,
    0 as default_points,
    0 as estimated_points,
    1 as items
from {{ relation }}
{%- endmacro %}

{% macro score_levels(leaves) -%}
{% set depth = scheme_depth() | int %}
{% set summed = [
    'points_from_source', 'max_points_from_source', 'missing_items', 'missing_source_items', 'missing_points',
    'not_applicable_items', 'not_applicable_points', 'not_demonstrable_items', 'not_demonstrable_points', 'default_points',
    'estimated_points', 'items',
] %}
level_{{ depth }} as (
    select
        {{ leaves }}.*,
        points as points_before_limit
    from {{ leaves }}
    where node_level = {{ depth }}
),
{% for level in range(depth - 1, -1, -1) %}
aggregated_{{ level }} as (
    select
        children.scheme_code,
        children.scheme_edition,
        children.subject_type,
        children.subject_code,
        children.fiscal_year,
        nodes.node_code,
        nodes.parent_node_code,
        nodes.weight,
        nodes.max_points as node_max_points,
        {{ aggregated_value() }} as aggregated_points,
        sum(case when children.family = 'adjustment' then 0 else children.max_points end) as max_points,
        {% for column in summed %}
        sum(children.{{ column }}) as {{ column }},
        {% endfor %}
        min(children.limit_share) as strictest_share
    from level_{{ level + 1 }} as children
    inner join {{ ref('scheme_nodes') }} as nodes
        on
            children.scheme_code = nodes.scheme_code
            and children.scheme_edition = nodes.scheme_edition
            and children.parent_node_code = nodes.node_code
    group by
        children.scheme_code,
        children.scheme_edition,
        children.subject_type,
        children.subject_code,
        children.fiscal_year,
        nodes.node_code,
        nodes.parent_node_code,
        nodes.weight,
        nodes.max_points,
        nodes.aggregation,
        nodes.minimum_available_share
),

level_{{ level }} as (
    select
        {{ leaves }}.*,
        points as points_before_limit
    from {{ leaves }}
    where node_level = {{ level }}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        parent_node_code,
        {{ level }} as node_level,
        case when node_max_points is null then 'index' else 'points' end as family,
        weight,
        case
            when not_applicable_items = items then 'not_applicable'
            when missing_items = items then 'missing'
            -- An index that too few values support is left out of the one above, as a value that was not filed is.
            when aggregated_points is null and missing_items = 0 then 'not_applicable'
            when aggregated_points is null then 'missing'
            else 'reported'
        end as points_status,
        case
            when not_applicable_items = items then 'not_applicable'
            when aggregated_points is null then 'missing'
            else 'reported'
        end as value_status,
        cast(
            case
                when node_max_points is null then aggregated_points
                -- No block falls below nothing; only the total is cut to full points: bonus and deduction cannot leave the
                -- range of the scheme (methodology U20). A subject without a single scored item has no points at all.
                when aggregated_points is null then null
                when strictest_share * max_points < aggregated_points then strictest_share * max_points
                when aggregated_points < 0 then 0
                when parent_node_code is null and aggregated_points > node_max_points then node_max_points
                else aggregated_points
            end as decimal(28, 12)
        ) as points,
        cast(max_points as decimal(28, 12)) as max_points,
        cast(null as decimal(28, 12)) as limit_share,
        case
            when strictest_share * max_points_from_source < points_from_source
                then cast(strictest_share * max_points_from_source as decimal(28, 12))
            else cast(points_from_source as decimal(28, 12))
        end as points_from_source,
        {% for column in summed[1:] %}
        {{ column }},
        {% endfor %}
        cast(aggregated_points as decimal(28, 12)) as points_before_limit
    from aggregated_{{ level }}
),
{% endfor %}

all_levels as (
    {% for level in range(0, depth + 1) %}
    select * from level_{{ level }}
    {{ "union all" if not loop.last }}
    {% endfor %}
)
{%- endmacro %}
