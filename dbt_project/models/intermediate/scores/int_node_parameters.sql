-- Grain: one row per scheme edition and node that a rule judges: its rule and the parameters of it, null where not stated.
{% set parameters = [
    'full_at', 'nothing_at', 'threshold', 'start', 'step_size', 'step_points', 'floor_points', 'window_half_width', 'target',
    'best_count', 'minimum_sample', 'veto_at', 'share_kept', 'lower_bound', 'upper_bound', 'scale_low', 'scale_high',
    'scale_mean', 'scale_deviation', 'is_capped', 'is_mean_pooled',
] %}
select
    nodes.scheme_code,
    nodes.scheme_edition,
    nodes.node_code,
    nodes.parent_node_code,
    nodes.node_level,
    nodes.rule_code,
    kinds.family,
    kinds.uses_peers,
    nodes.combination,
    nodes.direction,
    nodes.peer_scope,
    nodes.max_points,
    nodes.weight,
    nodes.missing_policy,
    nodes.not_applicable_policy,
    nodes.not_demonstrable_policy,
    {% for parameter in parameters %}
    max(case when given.parameter_code = '{{ parameter }}' then given.parameter_value end) as {{ parameter }},
    {% endfor %}
    {{ string_list(
        "given.parameter_code || '=' || " ~ plain_number('given.parameter_value'), '; ', 'given.parameter_code'
    ) }} as parameters,
    nodes.node_status
from {{ ref('scheme_nodes') }} as nodes
inner join {{ ref('rule_kinds') }} as kinds on nodes.rule_code = kinds.rule_code
left join {{ ref('node_parameters') }} as given
    on
        nodes.scheme_code = given.scheme_code
        and nodes.scheme_edition = given.scheme_edition
        and nodes.node_code = given.node_code
group by
    nodes.scheme_code,
    nodes.scheme_edition,
    nodes.node_code,
    nodes.parent_node_code,
    nodes.node_level,
    nodes.rule_code,
    kinds.family,
    kinds.uses_peers,
    nodes.combination,
    nodes.direction,
    nodes.peer_scope,
    nodes.max_points,
    nodes.weight,
    nodes.missing_policy,
    nodes.not_applicable_policy,
    nodes.not_demonstrable_policy,
    nodes.node_status
