-- Grain: one row per scheme edition, node of any level, subject and fiscal year: leaves, and what follows from them up the
-- tree, level by level.
with leaves as (
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        parent_node_code,
        node_level,
        family,
        cast(null as decimal(18, 12)) as weight,
        points_status,
        value_status,
        points,
        max_points,
        case when family = 'limit' then point_share end as limit_share,
        case when node_status = 'source' then points end as points_from_source,
        case
            when node_status = 'source' and family <> 'limit' then stated_max_points else 0
        end as max_points_from_source,
        case when points_status = 'missing' then 1 else 0 end as missing_items,
        case when points_status = 'missing' and node_status = 'source' then 1 else 0 end as missing_source_items,
        case when points_status = 'missing' then max_points else 0 end as missing_points,
        case when points_status = 'not_applicable' then 1 else 0 end as not_applicable_items,
        case when points_status = 'not_applicable' then stated_max_points else 0 end as not_applicable_points,
        case when value_status = 'not_demonstrable' then 1 else 0 end as not_demonstrable_items,
        case when value_status = 'not_demonstrable' then stated_max_points else 0 end as not_demonstrable_points,
        case when node_status <> 'source' and family = 'points' then max_points else 0 end as default_points,
        case when is_estimate and points_status = 'reported' then max_points else 0 end as estimated_points,
        1 as items
    from {{ ref('int_node_points') }}
    union all
    {{ index_leaves(ref('int_normalised_values')) }}
),

{{ score_levels('leaves') }}

select
    scores.scheme_code,
    scores.scheme_edition,
    scores.subject_type,
    scores.subject_code,
    scores.fiscal_year,
    scores.node_code,
    nodes.parent_node_code,
    nodes.node_order,
    nodes.node_level,
    nodes.name_zh as node_name_zh,
    nodes.name_en as node_name_en,
    nodes.node_status,
    nodes.rule_code,
    nodes.aggregation,
    nodes.weight,
    scores.family,
    cast(scores.max_points as decimal(28, 12)) as max_points,
    nodes.max_points as stated_max_points,
    scores.points,
    scores.points_before_limit,
    scores.limit_share,
    cast(scores.points_from_source as decimal(28, 12)) as points_from_source,
    cast(scores.max_points_from_source as decimal(9, 4)) as max_points_from_source,
    cast(scores.missing_items as integer) as missing_items,
    cast(scores.missing_source_items as integer) as missing_source_items,
    cast(scores.missing_points as decimal(28, 12)) as missing_points,
    cast(scores.not_applicable_items as integer) as not_applicable_items,
    cast(scores.not_applicable_points as decimal(28, 12)) as not_applicable_points,
    cast(scores.not_demonstrable_items as integer) as not_demonstrable_items,
    cast(scores.not_demonstrable_points as decimal(28, 12)) as not_demonstrable_points,
    cast(scores.default_points as decimal(28, 12)) as default_points,
    cast(scores.estimated_points as decimal(28, 12)) as estimated_points,
    cast(scores.items as integer) as items,
    case when nodes.rule_code is null then scores.value_status else scores.points_status end as value_status,
    scores.value_status as input_status,
    scores.missing_items = 0 and scores.value_status <> 'missing' as is_complete
from all_levels as scores
inner join {{ ref('scheme_nodes') }} as nodes
    on
        scores.scheme_code = nodes.scheme_code
        and scores.scheme_edition = nodes.scheme_edition
        and scores.node_code = nodes.node_code
