-- Grain: one row per scored node of an index scheme, subject and fiscal year with one before it: the value put on the scale
-- among the peers of the year before.
--
-- The subject takes the place it had among them; where they judge nothing, the value is missing.
{% set group = 'scheme_code, scheme_edition, node_code, peer_year, peer_band' %}
with peers as (
    select
        {{ group }},
        -- The same for all of a group.
        min(peer_count) as peer_count,
        min(peer_mean) as mean,
        min(peer_deviation) as deviation,
        min(lowest) as lowest,
        min(highest) as highest,
        min(lower_end) as lower_end,
        min(upper_end) as upper_end
    from {{ ref('int_normalised_values') }}
    where measure is not null and peer_band is not null
    group by {{ group }}
),

moved as (
    select
        now.scheme_code,
        now.scheme_edition,
        now.node_code,
        now.parent_node_code,
        now.node_level,
        now.subject_type,
        now.subject_code,
        now.fiscal_year,
        now.rule_code,
        now.direction,
        now.node_status,
        now.weight,
        now.value_status,
        now.policy,
        now.points_status,
        now.measure as value,
        earlier.peer_year,
        earlier.peer_band,
        peers.peer_count,
        peers.mean,
        peers.deviation,
        peers.lowest,
        peers.highest,
        peers.lower_end,
        peers.upper_end,
        -- Peers of all years are the same ones still; its own value of the year before is one of them.
        case when now.peer_year <> earlier.peer_year then earlier.measure end as value_before,
        {{ scale_parameters() }}
    from {{ ref('int_normalised_values') }} as now
    inner join {{ ref('int_normalised_values') }} as earlier
        on
            now.scheme_code = earlier.scheme_code
            and now.scheme_edition = earlier.scheme_edition
            and now.node_code = earlier.node_code
            and now.subject_code = earlier.subject_code
            and now.fiscal_year - 1 = earlier.fiscal_year
    left join peers
        on
            earlier.scheme_code = peers.scheme_code
            and earlier.scheme_edition = peers.scheme_edition
            and earlier.node_code = peers.node_code
            and earlier.peer_year = peers.peer_year
            and earlier.peer_band = peers.peer_band
    inner join {{ ref('int_node_parameters') }} as nodes
        on
            now.scheme_code = nodes.scheme_code
            and now.scheme_edition = nodes.scheme_edition
            and now.node_code = nodes.node_code
),

line as (
    select
        {{ group }},
        subject_code,
        fiscal_year,
        case when direction = 'less' then -value else value end as goodness,
        case when direction = 'less' then -value_before else value_before end as goodness_before,
        {{ as_double('null') }} as peer_goodness
    from moved
    where value is not null and peer_count is not null
    union all
    select
        {{ group }},
        cast(null as string) as subject_code,
        cast(null as integer) as fiscal_year,
        case when direction = 'less' then -measure else measure end as goodness,
        {{ as_double('null') }} as goodness_before,
        case when direction = 'less' then -measure else measure end as peer_goodness
    from {{ ref('int_normalised_values') }}
    where measure is not null and peer_band is not null
),

places as (
    select
        {{ group }},
        subject_code,
        fiscal_year,
        count(peer_goodness) over reached
        - count(peer_goodness) over equals
        - case when goodness_before < goodness then 1 else 0 end as subjects_below
    from line
    window
        reached as (
            partition by {{ group }} order by goodness
            range between unbounded preceding and current row
        ),
        equals as (partition by {{ group }}, goodness)
),

placed as (
    select
        moved.*,
        places.subjects_below
    from moved
    inner join places
        on
            moved.scheme_code = places.scheme_code
            and moved.scheme_edition = places.scheme_edition
            and moved.node_code = places.node_code
            and moved.subject_code = places.subject_code
            and moved.fiscal_year = places.fiscal_year
),

scaled as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        subject_code,
        fiscal_year,
        {{ scale_value() }} as scale_value
    from placed
)

select
    moved.scheme_code,
    moved.scheme_edition,
    moved.node_code,
    moved.parent_node_code,
    moved.node_level,
    moved.subject_type,
    moved.subject_code,
    moved.fiscal_year,
    moved.node_status,
    moved.weight,
    moved.value_status,
    case
        when moved.points_status <> 'reported' or moved.policy = 'zero' then moved.points_status
        when scaled.scale_value is null then 'missing'
        else 'reported'
    end as points_status,
    cast(
        case
            when moved.points_status <> 'reported' then null
            when moved.policy = 'zero' then 0
            else scaled.scale_value
        end as decimal(28, 12)
    ) as scale_value
from moved
left join scaled
    on
        moved.scheme_code = scaled.scheme_code
        and moved.scheme_edition = scaled.scheme_edition
        and moved.node_code = scaled.node_code
        and moved.subject_code = scaled.subject_code
        and moved.fiscal_year = scaled.fiscal_year
