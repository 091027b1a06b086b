{# Measures of index schemes on their scale, for the positions in `relation` (of the form of int_node_positions).
   With several variants of one position in it, `variant` is the column that tells them apart, and `shift` how far a value is
   moved while its peers stay. #}
{% macro normalised_values_of(relation, variant=none, shift=none) -%}
{%- set by_variant = variant ~ ', ' if variant else '' -%}
with measured as (
    select
        positions.*,
        nodes.parent_node_code,
        nodes.node_level,
        nodes.rule_code,
        nodes.direction,
        nodes.weight,
        nodes.missing_policy,
        nodes.not_applicable_policy,
        nodes.not_demonstrable_policy,
        nodes.node_status,
        {{ scale_parameters() }}
    from {{ relation }} as positions
    inner join {{ ref('int_node_parameters') }} as nodes
        on
            positions.scheme_code = nodes.scheme_code
            and positions.scheme_edition = nodes.scheme_edition
            and positions.node_code = nodes.node_code
    where nodes.family = 'index'
),

valued as (
    select
        measured.*,
        {{ 'statistical_measure + ' ~ shift if shift else 'statistical_measure' }} as value,
        min(statistical_measure) over peers as lowest,
        max(statistical_measure) over peers as highest,
        {{ double_quotient('sum(statistical_measure) over peers', 'peer_count') }} as mean,
        rank() over (
            partition by {{ by_variant }}scheme_code, scheme_edition, node_code, peer_year, peer_band
            order by case when direction = 'less' then -statistical_measure else statistical_measure end
        ) - 1 as subjects_below
    from measured
    where statistical_measure is not null and peer_band is not null
    window peers as (partition by {{ by_variant }}scheme_code, scheme_edition, node_code, peer_year, peer_band)
),

placed as (
    select
        valued.*,
        coalesce(lower_bound, lowest) as lower_end,
        coalesce(upper_bound, highest) as upper_end,
        case
            when peer_count > 1
                then
                    sqrt(
                        {{ double_quotient(
                            'sum((statistical_measure - mean) * (statistical_measure - mean)) over ('
                            ~ 'partition by ' ~ by_variant ~ 'scheme_code, scheme_edition, node_code, peer_year, peer_band)',
                            'peer_count - 1'
                        ) }}
                    )
        end as deviation
    from valued
),

scaled as (
    select
        {% if variant %}
        placed.{{ variant }},
        {% endif %}
        placed.scheme_code,
        placed.scheme_edition,
        placed.node_code,
        placed.subject_code,
        placed.fiscal_year,
        placed.mean,
        placed.deviation,
        placed.lowest,
        placed.highest,
        placed.lower_end,
        placed.upper_end,
        placed.subjects_below,
        {{ scale_value() }} as scale_value
    from placed
),

policies as (
    select
        measured.*,
        scaled.scale_value,
        scaled.mean as peer_mean,
        scaled.deviation as peer_deviation,
        scaled.lowest,
        scaled.highest,
        scaled.lower_end,
        scaled.upper_end,
        scaled.subjects_below,
        case
            when measured.value_status = 'not_applicable' then measured.not_applicable_policy
            when measured.value_status = 'not_demonstrable' then measured.not_demonstrable_policy
            when scaled.scale_value is null then measured.missing_policy
        end as policy
    from measured
    left join scaled
        on
            measured.scheme_code = scaled.scheme_code
            and measured.scheme_edition = scaled.scheme_edition
            and measured.node_code = scaled.node_code
            and measured.subject_code = scaled.subject_code
            and measured.fiscal_year = scaled.fiscal_year
            {% if variant %}
            and measured.{{ variant }} = scaled.{{ variant }}
            {% endif %}
)

select
    {% if variant %}
    {{ variant }},
    {% endif %}
    scheme_code,
    scheme_edition,
    node_code,
    parent_node_code,
    node_level,
    subject_type,
    subject_code,
    fiscal_year,
    rule_code,
    direction,
    node_status,
    weight,
    value_status,
    is_estimate,
    policy,
    case policy
        when 'rescale' then 'not_applicable'
        when 'incomplete' then 'missing'
        else 'reported'
    end as points_status,
    cast(case when policy = 'zero' then 0 else scale_value end as decimal(28, 12)) as scale_value,
    statistical_measure as measure,
    peer_scope,
    peer_year,
    peer_band,
    band_number,
    peer_count,
    peer_mean,
    peer_deviation,
    lowest,
    highest,
    lower_end,
    upper_end,
    subjects_below
from policies
{%- endmacro %}
