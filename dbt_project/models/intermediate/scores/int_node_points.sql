-- Grain: one row per scored node of a points scheme, subject and fiscal year: the points its rule gives.
--
-- Points of what is left out are shared out among its siblings: of an item within its group, of a group none of whose
-- items counts among the groups beside it, level by level up the tree (methodology U21, U24). A limit has no points of its
-- own: its share says how much the node above may keep.
{% set depth = scheme_depth() | int %}
with {{ point_shares_of(ref('int_node_positions')) }},

pointed as (
    select
        shares.*,
        case
            when policy = 'rescale' then 'not_applicable'
            when policy = 'zero' then 'reported'
            when value_status = 'reported' and rule_code in ('bonus', 'penalty') then 'reported'
            when point_share is null then 'missing'
            else 'reported'
        end as points_status,
        case
            when policy = 'zero' then cast(0 as decimal(28, 12))
            when value_status <> 'reported' then null
            when rule_code = 'bonus' then cast(least(measure * step_points, max_points) as decimal(28, 12))
            when rule_code = 'penalty' then cast(-least(measure * step_points, max_points) as decimal(28, 12))
        end as adjustment_points
    from shares
),

-- A node applies when any scored item under it does.
applying as (
    select
        pointed.scheme_code,
        pointed.scheme_edition,
        pointed.subject_code,
        pointed.fiscal_year,
        ancestors.ancestor_code as node_code,
        max(case when pointed.policy = 'rescale' then 0 else 1 end) as applies
    from pointed
    inner join {{ ref('scheme_ancestors') }} as ancestors
        on
            pointed.scheme_code = ancestors.scheme_code
            and pointed.scheme_edition = ancestors.scheme_edition
            and pointed.node_code = ancestors.node_code
    where pointed.family = 'points'
    group by
        pointed.scheme_code,
        pointed.scheme_edition,
        pointed.subject_code,
        pointed.fiscal_year,
        ancestors.ancestor_code
),

groups_with_gaps as (
    select
        applying.scheme_code,
        applying.scheme_edition,
        applying.subject_code,
        applying.fiscal_year,
        nodes.parent_node_code as node_code,
        cast(sum(nodes.max_points) as decimal(9, 4)) as all_points,
        cast(sum(case when applying.applies = 1 then nodes.max_points else 0 end) as decimal(9, 4)) as applicable_points
    from applying
    inner join {{ ref('scheme_nodes') }} as nodes
        on
            applying.scheme_code = nodes.scheme_code
            and applying.scheme_edition = nodes.scheme_edition
            and applying.node_code = nodes.node_code
    where nodes.parent_node_code is not null
    group by
        applying.scheme_code,
        applying.scheme_edition,
        applying.subject_code,
        applying.fiscal_year,
        nodes.parent_node_code
    having
        min(applying.applies) = 0
        and max(applying.applies) = 1
),

stretches as (
    select
        gaps.scheme_code,
        gaps.scheme_edition,
        gaps.subject_code,
        gaps.fiscal_year,
        {% for level in range(1, depth + 1) %}
        max(
            case when ancestors.distance = {{ level }} then gaps.all_points end
        ) as all_points_{{ level }},
        max(
            case when ancestors.distance = {{ level }} then gaps.applicable_points end
        ) as applicable_points_{{ level }},
        {% endfor %}
        ancestors.node_code
    from groups_with_gaps as gaps
    inner join {{ ref('scheme_ancestors') }} as ancestors
        on
            gaps.scheme_code = ancestors.scheme_code
            and gaps.scheme_edition = ancestors.scheme_edition
            and gaps.node_code = ancestors.ancestor_code
    where ancestors.distance > 0
    group by gaps.scheme_code, gaps.scheme_edition, gaps.subject_code, gaps.fiscal_year, ancestors.node_code
),

stretched_0 as (
    select
        pointed.*,
        {% for level in range(1, depth + 1) %}
        stretches.all_points_{{ level }},
        stretches.applicable_points_{{ level }},
        {% endfor %}
        cast(
            case when pointed.points_status = 'not_applicable' then 0 else pointed.max_points end as decimal(28, 12)
        ) as own_points_0
    from pointed
    left join stretches
        on
            pointed.scheme_code = stretches.scheme_code
            and pointed.scheme_edition = stretches.scheme_edition
            and pointed.node_code = stretches.node_code
            and pointed.subject_code = stretches.subject_code
            and pointed.fiscal_year = stretches.fiscal_year
            and pointed.family = 'points'
),
{% for level in range(1, depth + 1) %}
stretched_{{ level }} as (
    select
        stretched_{{ level - 1 }}.*,
        case
            when applicable_points_{{ level }} is null then own_points_{{ level - 1 }}
            else
                {{ exact_divide(
                    "own_points_" ~ (level - 1) ~ " * all_points_" ~ level,
                    "applicable_points_" ~ level,
                    12
                ) }}
        end as own_points_{{ level }}
    from stretched_{{ level - 1 }}
){{ "," if not loop.last }}
{% endfor %}
select
    scheme_code,
    scheme_edition,
    node_code,
    parent_node_code,
    node_level,
    subject_type,
    subject_code,
    fiscal_year,
    rule_code,
    family,
    uses_peers,
    direction,
    node_status,
    value_status,
    policy,
    points_status,
    is_estimate,
    max_points as stated_max_points,
    -- What a limit allows is told by its share; it adds no points and takes no place among them.
    case when family = 'limit' then cast(0 as decimal(28, 12)) else own_points_{{ depth }} end as max_points,
    case
        when points_status <> 'reported' then null
        when family = 'limit' then cast(0 as decimal(28, 12))
        when family = 'adjustment' then adjustment_points
        else
            -- Narrowed first: Spark gives up decimals of a product that may need more than 38 digits.
            cast(
                round(
                    cast(point_share as decimal(13, 12)) * cast(own_points_{{ depth }} as decimal(20, 12)), 12
                ) as decimal(28, 12)
            )
    end as points,
    case when points_status = 'reported' then point_share end as point_share,
    measure,
    primary_value,
    previous_value,
    interval_points,
    peer_scope,
    peer_year,
    peer_band,
    band_number,
    peer_count,
    band_mean,
    band_min,
    band_max,
    difference,
    window_min,
    window_max
from stretched_{{ depth }}
