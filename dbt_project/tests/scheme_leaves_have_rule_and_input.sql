-- Each leaf of a tree has a rule and at least one input; each inner node has neither.
{{ config(meta={'dagster': {'ref': {'name': 'scheme_nodes'}}}) }}

select
    nodes.scheme_code,
    nodes.scheme_edition,
    nodes.node_code,
    nodes.rule_code,
    count(distinct children.node_code) as child_count,
    count(distinct inputs.metric_code) as input_count
from {{ ref('scheme_nodes') }} as nodes
left join {{ ref('scheme_nodes') }} as children
    on
        nodes.scheme_code = children.scheme_code
        and nodes.scheme_edition = children.scheme_edition
        and nodes.node_code = children.parent_node_code
left join {{ ref('node_inputs') }} as inputs
    on
        nodes.scheme_code = inputs.scheme_code
        and nodes.scheme_edition = inputs.scheme_edition
        and nodes.node_code = inputs.node_code
group by nodes.scheme_code, nodes.scheme_edition, nodes.node_code, nodes.rule_code
having
    (count(distinct children.node_code) = 0 and (nodes.rule_code is null or count(distinct inputs.metric_code) = 0))
    or (
        count(distinct children.node_code) > 0
        and (nodes.rule_code is not null or count(distinct inputs.metric_code) > 0)
    )
