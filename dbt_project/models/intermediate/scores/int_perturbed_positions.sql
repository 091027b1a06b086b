-- Grain: one row per scored node, subject, fiscal year and variant: the position once the value is moved down or up by the
-- rounding of its inputs (`rounded_down`, `rounded_up`; peers as they are), and among other peers (`other_peers`).
{% set kept = [
    'scheme_code', 'scheme_edition', 'node_code', 'subject_type', 'subject_code', 'fiscal_year', 'value_status', 'is_estimate',
    'statistical_measure', 'band_number', 'peer_scope', 'peer_year', 'peer_band', 'peer_count', 'band_mean', 'band_min',
    'band_max', 'window_half_width', 'window_min', 'window_max', 'previous_value',
] %}
{% set moved = ['primary_value', 'measure', 'difference'] %}
{% set other_scope -%}
inner join {{ ref('scheme_perturbations') }} as perturbations
        on
            nodes.scheme_code = perturbations.scheme_code
            and nodes.scheme_edition = perturbations.scheme_edition
            and nodes.peer_scope <> perturbations.other_peer_scope
            and nodes.uses_peers
{%- endset %}
with rounded_nodes as (
    select distinct
        scheme_code,
        scheme_edition,
        node_code
    from {{ ref('int_node_rounding') }}
    where width > 0
)

{% for variant, sign in [('rounded_down', '-'), ('rounded_up', '+')] %}
select
    '{{ variant }}' as variant,
    {% for column in kept %}
    positions.{{ column }},
    {% endfor %}
    {% for column in moved %}
    cast(positions.{{ column }} {{ sign }} coalesce(rounding.width, 0) as decimal(28, 12)) as {{ column }},
    {% endfor %}
    {{ as_double(sign ~ 'coalesce(rounding.width, 0)') }} as shift
from {{ ref('int_node_positions') }} as positions
-- All subjects of a node, because those whose value is not moved are peers of the others.
inner join rounded_nodes as nodes
    on
        positions.scheme_code = nodes.scheme_code
        and positions.scheme_edition = nodes.scheme_edition
        and positions.node_code = nodes.node_code
left join {{ ref('int_node_rounding') }} as rounding
    on
        positions.scheme_code = rounding.scheme_code
        and positions.scheme_edition = rounding.scheme_edition
        and positions.node_code = rounding.node_code
        and positions.subject_code = rounding.subject_code
        and positions.fiscal_year = rounding.fiscal_year
where positions.measure is not null
union all
{% endfor %}
select
    'other_peers' as variant,
    {% for column in kept + moved %}
    others.{{ column }},
    {% endfor %}
    {{ as_double('0') }} as shift
from (
    {{ positions_of('perturbations.other_peer_scope', other_scope) }}
) as others
