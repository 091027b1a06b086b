-- Grain: one row per scheme edition, subject and fiscal year with one before it for the total, and, in points schemes, one per
-- scored node.
--
-- A node's change is what its own data did, judged by the peers of the year before, and what the peers then did. Where those
-- judge nothing (no value, no band) the two are undivided; a node with points in one of the years only is unmatched. What
-- limits, and the cut at nothing and at full points, add to the sum of the nodes is the total's other change. The parts add
-- up to the change to the last decimal. A total of an index is no sum of its nodes and is split as a whole.
{% set parts = ['own', 'peer', 'undivided', 'unmatched'] %}
with judged as (
    select
        points.*,
        points.uses_peers and points.point_share is not null as is_judged_by_peers
    from {{ ref('int_node_points') }} as points
    where points.family <> 'limit'
),

leaves as (
    select
        now.scheme_code,
        now.scheme_edition,
        now.subject_type,
        now.subject_code,
        now.fiscal_year,
        now.node_code,
        now.parent_node_code,
        earlier.points_status as status_before,
        now.points_status as status_now,
        case
            when earlier.points_status = 'reported' then earlier.points
            when earlier.points_status = 'not_applicable' then cast(0 as decimal(28, 12))
        end as points_before,
        case
            when now.points_status = 'reported' then now.points
            when now.points_status = 'not_applicable' then cast(0 as decimal(28, 12))
        end as points,
        case
            when now.points_status = 'not_applicable' then cast(0 as decimal(28, 12))
            when not now.is_judged_by_peers then now.points
            else
                cast(
                    round(cast(shares.share as decimal(13, 12)) * cast(now.max_points as decimal(20, 12)), 12)
                    as decimal(28, 12)
                )
        end as points_among_earlier_peers
    from judged as now
    inner join judged as earlier
        on
            now.scheme_code = earlier.scheme_code
            and now.scheme_edition = earlier.scheme_edition
            and now.node_code = earlier.node_code
            and now.subject_code = earlier.subject_code
            and now.fiscal_year - 1 = earlier.fiscal_year
    left join {{ ref('int_perturbed_shares') }} as shares
        on
            now.scheme_code = shares.scheme_code
            and now.scheme_edition = shares.scheme_edition
            and now.node_code = shares.node_code
            and now.subject_code = shares.subject_code
            and now.fiscal_year = shares.fiscal_year
            and shares.variant = 'earlier_peers'
),

parts as (
    select
        leaves.*,
        cast(coalesce(points, 0) - coalesce(points_before, 0) as decimal(28, 12)) as change_points,
        cast(
            case when is_divided then points_among_earlier_peers - points_before else 0 end as decimal(28, 12)
        ) as own_change_points,
        cast(
            case when is_divided then points - points_among_earlier_peers else 0 end as decimal(28, 12)
        ) as peer_change_points,
        cast(
            case when is_matched and not is_divided then points - points_before else 0 end as decimal(28, 12)
        ) as undivided_change_points,
        cast(
            case when is_matched then 0 else coalesce(points, 0) - coalesce(points_before, 0) end as decimal(28, 12)
        ) as unmatched_change_points
    from (
        select
            leaves.*,
            points_before is not null and points is not null as is_matched,
            points_before is not null
            and points is not null
            and points_among_earlier_peers is not null as is_divided
        from leaves
    ) as leaves
),

sums as (
    select
        scheme_code,
        scheme_edition,
        subject_code,
        {% for part in parts %}
        cast(sum({{ part }}_change_points) as decimal(28, 12)) as {{ part }}_change_points,
        {% endfor %}
        fiscal_year
    from parts
    group by scheme_code, scheme_edition, subject_code, fiscal_year
),

total_pairs as (
    select
        now.scheme_code,
        now.scheme_edition,
        now.subject_type,
        now.subject_code,
        now.fiscal_year,
        now.node_code,
        earlier.points as points_before,
        now.points,
        earlier.is_complete as is_complete_before,
        now.is_complete,
        cast(now.points - earlier.points as decimal(28, 12)) as change_points
    from {{ ref('int_totals') }} as now
    inner join {{ ref('int_totals') }} as earlier
        on
            now.scheme_code = earlier.scheme_code
            and now.scheme_edition = earlier.scheme_edition
            and now.subject_code = earlier.subject_code
            and now.fiscal_year - 1 = earlier.fiscal_year
),

-- A points scheme has sums, an index a total among the peers of the year before, unless those judge nothing.
totals as (
    select
        pairs.*,
        cast(coalesce(sums.own_change_points, among.points - pairs.points_before, 0) as decimal(28, 12))
            as own_change_points,
        cast(coalesce(sums.peer_change_points, pairs.points - among.points, 0) as decimal(28, 12))
            as peer_change_points,
        cast(
            coalesce(
                sums.undivided_change_points, case when among.points is null then pairs.change_points end, 0
            ) as decimal(28, 12)
        ) as undivided_change_points,
        cast(coalesce(sums.unmatched_change_points, 0) as decimal(28, 12)) as unmatched_change_points
    from total_pairs as pairs
    left join sums
        on
            pairs.scheme_code = sums.scheme_code
            and pairs.scheme_edition = sums.scheme_edition
            and pairs.subject_code = sums.subject_code
            and pairs.fiscal_year = sums.fiscal_year
    left join {{ ref('int_earlier_totals') }} as among
        on
            pairs.scheme_code = among.scheme_code
            and pairs.scheme_edition = among.scheme_edition
            and pairs.subject_code = among.subject_code
            and pairs.fiscal_year = among.fiscal_year
),

changes as (
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        parent_node_code,
        points_before,
        points,
        status_before <> 'missing' as is_complete_before,
        status_now <> 'missing' as is_complete,
        change_points,
        {% for part in parts %}
        {{ part }}_change_points,
        {% endfor %}
        cast(0 as decimal(28, 12)) as other_change_points
    from parts
    where status_before <> 'missing' or status_now <> 'missing'
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        cast(null as string) as parent_node_code,
        points_before,
        points,
        is_complete_before,
        is_complete,
        change_points,
        {% for part in parts %}
        case when change_points is not null then {{ part }}_change_points end as {{ part }}_change_points,
        {% endfor %}
        cast(
            change_points
            {% for part in parts %}
            - {{ part }}_change_points
            {% endfor %}
            as decimal(28, 12)
        ) as other_change_points
    from totals
)

select
    changes.scheme_code,
    changes.scheme_edition,
    changes.subject_type,
    changes.subject_code,
    changes.fiscal_year,
    changes.node_code,
    nodes.name_zh as node_name_zh,
    nodes.name_en as node_name_en,
    nodes.node_order,
    changes.parent_node_code is null as is_total,
    changes.points_before,
    changes.points,
    changes.is_complete_before,
    changes.is_complete,
    changes.change_points,
    {% for part in parts %}
    changes.{{ part }}_change_points,
    {% endfor %}
    changes.other_change_points
from changes
inner join {{ ref('scheme_nodes') }} as nodes
    on
        changes.scheme_code = nodes.scheme_code
        and changes.scheme_edition = nodes.scheme_edition
        and changes.node_code = nodes.node_code
