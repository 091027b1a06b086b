-- Grain: one row per scheme edition and node of its indicator tree.
with said as (
    select
        given.scheme_code,
        given.scheme_edition,
        given.node_code,
        given.parameter_code,
        names.name_zh || ' ' || {{ plain_number('given.parameter_value') }} as said_zh,
        names.name_en || ' ' || {{ plain_number('given.parameter_value') }} as said_en
    from {{ ref('node_parameters') }} as given
    inner join {{ ref('scheme_nodes') }} as nodes
        on
            given.scheme_code = nodes.scheme_code
            and given.scheme_edition = nodes.scheme_edition
            and given.node_code = nodes.node_code
    inner join {{ ref('rule_parameters') }} as names
        on
            nodes.rule_code = names.rule_code
            and given.parameter_code = names.parameter_code
),

parameters as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        {{ string_list('said_zh', '；', 'parameter_code') }} as parameters_zh,
        {{ string_list('said_en', '; ', 'parameter_code') }} as parameters_en
    from said
    group by scheme_code, scheme_edition, node_code
)

select
    nodes.scheme_code,
    nodes.scheme_edition,
    nodes.node_code,
    nodes.parent_node_code,
    nodes.node_order,
    nodes.node_level,
    nodes.name_zh as node_name_zh,
    nodes.name_en as node_name_en,
    nodes.max_points,
    nodes.weight,
    nodes.aggregation,
    nodes.rule_code,
    kinds.name_zh as rule_name_zh,
    kinds.name_en as rule_name_en,
    kinds.family as rule_family,
    nodes.combination,
    nodes.direction,
    nodes.peer_scope,
    parameters.parameters_zh,
    parameters.parameters_en,
    nodes.missing_policy,
    nodes.not_applicable_policy,
    nodes.not_demonstrable_policy,
    nodes.node_status,
    nodes.citation,
    nodes.note_zh,
    nodes.note_en
from {{ ref('scheme_nodes') }} as nodes
left join {{ ref('rule_kinds') }} as kinds on nodes.rule_code = kinds.rule_code
left join parameters
    on
        nodes.scheme_code = parameters.scheme_code
        and nodes.scheme_edition = parameters.scheme_edition
        and nodes.node_code = parameters.node_code
