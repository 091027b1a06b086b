-- Grain: one row per scored node, subject, fiscal year and variant: the position once the value is moved down or up by the
-- rounding of its inputs (`rounded_down`, `rounded_up`; peers as they are), among other peers (`other_peers`), and among the
-- peers of the year before (`earlier_peers`).
{% set own = [
    'scheme_code', 'scheme_edition', 'node_code', 'subject_type', 'subject_code', 'fiscal_year', 'value_status', 'is_estimate',
    'statistical_measure', 'window_half_width', 'previous_value',
] %}
{% set of_peers = [
    'band_number', 'peer_scope', 'peer_year', 'peer_band', 'peer_count', 'band_mean', 'band_min', 'band_max', 'window_min',
    'window_max',
] %}
{% set kept = own + of_peers %}
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
union all
select
    'earlier_peers' as variant,
    {% for column in own %}
    positions.{{ column }},
    {% endfor %}
    {% for column in of_peers %}
    earlier.{{ column }},
    {% endfor %}
    positions.primary_value,
    positions.measure,
    cast(positions.measure - earlier.band_mean as decimal(28, 12)) as difference,
    {{ as_double('0') }} as shift
from {{ ref('int_node_positions') }} as positions
inner join {{ ref('int_node_parameters') }} as nodes
    on
        positions.scheme_code = nodes.scheme_code
        and positions.scheme_edition = nodes.scheme_edition
        and positions.node_code = nodes.node_code
        and nodes.family = 'points'
        and nodes.uses_peers
inner join {{ ref('int_node_positions') }} as earlier
    on
        positions.scheme_code = earlier.scheme_code
        and positions.scheme_edition = earlier.scheme_edition
        and positions.node_code = earlier.node_code
        and positions.subject_code = earlier.subject_code
        and positions.fiscal_year - 1 = earlier.fiscal_year
where positions.measure is not null and earlier.peer_count > 0
