-- Grain: one row per scheme edition, node of any level, subject and fiscal year: points summed up the tree.
with summed as (
    select
        points.scheme_code,
        points.scheme_edition,
        points.subject_type,
        points.subject_code,
        points.fiscal_year,
        ancestors.ancestor_code as node_code,
        sum(points.points) as points,
        sum(
            case when points.is_adjustment and ancestors.distance > 0 then 0 else points.max_points end
        ) as applicable_max_points,
        sum(case when points.node_status = 'source' then points.points end) as points_from_source,
        sum(case when points.node_status = 'source' then points.stated_max_points else 0 end) as max_points_from_source,
        sum(case when points.points_status = 'missing' then 1 else 0 end) as missing_items,
        sum(case when points.points_status = 'missing' and points.node_status = 'source' then 1 else 0 end)
            as missing_source_items,
        sum(case when points.points_status = 'missing' then points.max_points else 0 end) as missing_points,
        sum(case when points.points_status = 'not_applicable' then 1 else 0 end) as not_applicable_items,
        count(*) as items
    from {{ ref('int_node_points') }} as points
    inner join {{ ref('int_scheme_ancestors') }} as ancestors
        on
            points.scheme_code = ancestors.scheme_code
            and points.scheme_edition = ancestors.scheme_edition
            and points.node_code = ancestors.node_code
    group by
        points.scheme_code,
        points.scheme_edition,
        points.subject_type,
        points.subject_code,
        points.fiscal_year,
        ancestors.ancestor_code
)

select
    summed.scheme_code,
    summed.scheme_edition,
    summed.subject_type,
    summed.subject_code,
    summed.fiscal_year,
    summed.node_code,
    nodes.parent_node_code,
    nodes.node_order,
    nodes.name_zh as node_name_zh,
    nodes.name_en as node_name_en,
    nodes.node_status,
    nodes.rule_code,
    cast(summed.applicable_max_points as decimal(28, 12)) as max_points,
    nodes.max_points as stated_max_points,
    -- The total is cut to the range of the scheme: bonus and deduction cannot leave 0 to full points (methodology U20).
    cast(
        case
            -- A subject without a single scored item has no total: least() would make full points of nothing.
            when summed.points is null then null
            when nodes.parent_node_code is null then greatest(least(summed.points, nodes.max_points), 0)
            else summed.points
        end as decimal(28, 12)
    ) as points,
    cast(summed.points_from_source as decimal(28, 12)) as points_from_source,
    cast(summed.max_points_from_source as decimal(9, 4)) as max_points_from_source,
    cast(summed.missing_items as integer) as missing_items,
    cast(summed.missing_source_items as integer) as missing_source_items,
    cast(summed.missing_points as decimal(28, 12)) as missing_points,
    case
        when summed.missing_items = summed.items then 'missing'
        when summed.not_applicable_items = summed.items then 'not_applicable'
        when summed.points is null then 'missing'
        else 'reported'
    end as value_status,
    summed.missing_items = 0 as is_complete
from summed
inner join {{ ref('scheme_nodes') }} as nodes
    on
        summed.scheme_code = nodes.scheme_code
        and summed.scheme_edition = nodes.scheme_edition
        and summed.node_code = nodes.node_code
