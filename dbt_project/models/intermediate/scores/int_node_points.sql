-- Grain: one row per scored node, subject and fiscal year: the points its rule gives.
--
-- Points of an item that does not apply are shared out among its siblings where the node's policy says so.
with positions as (
    select
        positions.*,
        nodes.rule_code,
        nodes.parent_node_code,
        nodes.max_points,
        nodes.step_points,
        nodes.not_applicable_policy,
        nodes.is_adjustment,
        nodes.node_status
    from {{ ref('int_node_positions') }} as positions
    inner join {{ ref('scheme_nodes') }} as nodes
        on
            positions.scheme_code = nodes.scheme_code
            and positions.scheme_edition = nodes.scheme_edition
            and positions.node_code = nodes.node_code
),

shares as (
    select
        positions.*,
        case
            when value_status <> 'reported' then null
            when rule_code = 'band_window_minmax' then {{ rule_band_window_minmax() }}
            when rule_code = 'band_minmax' then {{ rule_band_minmax() }}
            when rule_code = 'band_minmax_reversed' then {{ rule_band_minmax_reversed() }}
            when rule_code = 'ratio_to_standard' then {{ rule_ratio_to_standard() }}
            when rule_code = 'improvement_on_last_year' then {{ rule_improvement_on_last_year() }}
            when rule_code = 'growth_not_above_zero' then {{ rule_growth_not_above_zero() }}
            when rule_code = 'proportion_capped' then {{ rule_proportion_capped() }}
            when rule_code = 'target_over_actual' then {{ rule_target_over_actual() }}
            when rule_code = 'deviation_floor' then {{ rule_deviation_floor() }}
        end as point_share
    from positions
),

pointed as (
    select
        shares.*,
        case
            when value_status = 'not_applicable' and not_applicable_policy = 'rescale' then 'not_applicable'
            when value_status <> 'reported' then 'missing'
            when rule_code in ('count_bonus', 'count_deduction') then 'reported'
            when point_share is null then 'missing'
            else 'reported'
        end as points_status,
        case
            when value_status <> 'reported' then null
            when rule_code = 'count_bonus' then cast(least(measure * step_points, max_points) as decimal(28, 12))
            when rule_code = 'count_deduction' then cast(-least(measure * step_points, max_points) as decimal(28, 12))
            else cast(round(point_share * max_points, 12) as decimal(28, 12))
        end as rule_points
    from shares
),

applicable as (
    select
        scheme_code,
        scheme_edition,
        parent_node_code,
        subject_code,
        fiscal_year,
        sum(case when points_status = 'not_applicable' or is_adjustment then 0 else max_points end)
            as applicable_points,
        sum(case when is_adjustment then 0 else max_points end) as all_points
    from pointed
    group by scheme_code, scheme_edition, parent_node_code, subject_code, fiscal_year
)

select
    pointed.scheme_code,
    pointed.scheme_edition,
    pointed.node_code,
    pointed.parent_node_code,
    pointed.subject_type,
    pointed.subject_code,
    pointed.fiscal_year,
    pointed.rule_code,
    pointed.node_status,
    pointed.is_adjustment,
    pointed.points_status,
    pointed.max_points as stated_max_points,
    case
        when pointed.points_status = 'not_applicable' then cast(0 as decimal(28, 12))
        when pointed.is_adjustment or applicable.applicable_points = applicable.all_points
            then cast(pointed.max_points as decimal(28, 12))
        else
            {{ exact_divide('pointed.max_points * applicable.all_points', 'applicable.applicable_points', 8) }}
    end as max_points,
    case
        when pointed.points_status <> 'reported' then null
        when pointed.is_adjustment or applicable.applicable_points = applicable.all_points then pointed.rule_points
        else
            cast(
                round(
                    pointed.point_share * {{ exact_divide(
                        'pointed.max_points * applicable.all_points', 'applicable.applicable_points', 8
                    ) }},
                    12
                ) as decimal(28, 12)
            )
    end as points,
    pointed.measure,
    pointed.primary_value,
    pointed.previous_value,
    pointed.band_number,
    pointed.peer_count,
    pointed.band_mean,
    pointed.band_min,
    pointed.band_max,
    pointed.difference,
    pointed.window_min,
    pointed.window_max
from pointed
inner join applicable
    on
        pointed.scheme_code = applicable.scheme_code
        and pointed.scheme_edition = applicable.scheme_edition
        and pointed.parent_node_code = applicable.parent_node_code
        and pointed.subject_code = applicable.subject_code
        and pointed.fiscal_year = applicable.fiscal_year
