{# Common table expressions that end in `shares`: the share of its points each rule of a points scheme gives, for the
   positions in `relation` (a table of the form of int_node_positions). #}
{% macro point_shares_of(relation) -%}
positions as (
    select
        positions.*,
        nodes.parent_node_code,
        nodes.node_level,
        nodes.rule_code,
        nodes.family,
        nodes.uses_peers,
        nodes.direction,
        nodes.max_points,
        nodes.missing_policy,
        nodes.not_applicable_policy,
        nodes.not_demonstrable_policy,
        nodes.node_status,
        nodes.full_at,
        nodes.nothing_at,
        nodes.threshold,
        nodes.start,
        nodes.step_size,
        nodes.step_points,
        nodes.floor_points,
        nodes.target,
        nodes.veto_at,
        nodes.share_kept,
        intervals.points as interval_points
    from {{ relation }} as positions
    inner join {{ ref('int_node_parameters') }} as nodes
        on
            positions.scheme_code = nodes.scheme_code
            and positions.scheme_edition = nodes.scheme_edition
            and positions.node_code = nodes.node_code
    left join {{ ref('node_intervals') }} as intervals
        on
            positions.scheme_code = intervals.scheme_code
            and positions.scheme_edition = intervals.scheme_edition
            and positions.node_code = intervals.node_code
            and (intervals.value_from is null or positions.measure >= intervals.value_from)
            and (intervals.value_below is null or positions.measure < intervals.value_below)
    where nodes.family <> 'index'
),

policies as (
    select
        positions.*,
        case value_status
            when 'missing' then missing_policy
            when 'not_applicable' then not_applicable_policy
            when 'not_demonstrable' then not_demonstrable_policy
        end as policy
    from positions
),

shares as (
    select
        policies.*,
        case
            when policy = 'zero' then cast(0 as decimal(28, 12))
            when value_status <> 'reported' then null
            when rule_code = 'proportion_capped' then {{ rule_proportion_capped() }}
            when rule_code = 'threshold' then {{ rule_threshold() }}
            when rule_code = 'step_deduction' then {{ rule_step_deduction() }}
            when rule_code = 'step_deduction_completed' then {{ rule_step_deduction('floor') }}
            when rule_code = 'step_deduction_begun' then {{ rule_step_deduction('ceil') }}
            when rule_code = 'interval_table' then {{ rule_interval_table() }}
            when rule_code = 'band_window_minmax' then {{ rule_band_window_minmax() }}
            when rule_code = 'band_minmax' then {{ rule_band_minmax() }}
            when rule_code = 'ratio_to_standard' then {{ rule_ratio_to_standard() }}
            when rule_code = 'improvement_on_last_year' then {{ rule_improvement_on_last_year() }}
            when rule_code = 'growth_not_above_zero' then {{ rule_growth_not_above_zero() }}
            when rule_code = 'mean_reached' then {{ rule_mean_reached() }}
            when rule_code = 'target_over_actual' then {{ rule_target_over_actual() }}
            when rule_code = 'deviation_floor' then {{ rule_deviation_floor() }}
            when rule_code = 'sum_of_items' then {{ rule_sum_of_items() }}
            when rule_code = 'veto' then {{ rule_veto() }}
            when rule_code = 'cap_by_variable' then {{ rule_cap_by_variable() }}
        end as point_share
    from policies
)
{%- endmacro %}
