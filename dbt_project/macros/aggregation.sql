{#
  How a node follows from the nodes below it. `value` of a child is its points (points schemes) or its scale value (index
  schemes); null is left out. Points are decimal; means of index schemes are binary floats cut to twelve decimals.

  Each aggregate asks for its own aggregation first: engines compute all of them for every child, and divisions and logarithms
  are what this costs.
#}
{% macro aggregated_value() -%}
case
    when nodes.aggregation = 'sum_of_points' then sum(case when children.family <> 'limit' then children.points end)
    when nodes.aggregation = 'minimum_share'
        then
            cast(
                min(
                    case
                        when
                            nodes.aggregation = 'minimum_share'
                            and children.family = 'points'
                            and children.max_points > 0
                            then {{ exact_divide('children.points', 'children.max_points', 12) }}
                    end
                ) * sum(case when children.family = 'points' then children.max_points else 0 end) as decimal(28, 12)
            ) + coalesce(sum(case when children.family = 'adjustment' then children.points end), 0)
    -- A child that is missing makes the node missing; what was left out does not.
    when count(case when children.points_status = 'missing' then 1 end) > 0 then null
    when
        nodes.minimum_available_share is not null
        and count(children.points) < nodes.minimum_available_share * count(*)
        then null
    when nodes.aggregation = 'weighted_arithmetic_mean'
        then
            cast(
                {{ weighted_sum('weighted_arithmetic_mean', 'value') }}
                / {{ weight_sum('weighted_arithmetic_mean') }} as decimal(28, 12)
            )
    when nodes.aggregation = 'weighted_geometric_mean' and min(children.points) = 0 then cast(0 as decimal(28, 12))
    when nodes.aggregation = 'weighted_geometric_mean' and min(children.points) > 0
        then
            cast(
                exp(
                    {{ weighted_sum('weighted_geometric_mean', 'ln(value)') }}
                    / {{ weight_sum('weighted_geometric_mean') }}
                ) as decimal(28, 12)
            )
    when nodes.aggregation = 'weighted_harmonic_mean' and min(children.points) = 0 then cast(0 as decimal(28, 12))
    when nodes.aggregation = 'weighted_harmonic_mean' and min(children.points) > 0
        then
            cast(
                {{ weight_sum('weighted_harmonic_mean') }}
                / {{ weighted_sum('weighted_harmonic_mean', '1 / value') }} as decimal(28, 12)
            )
    when nodes.aggregation = 'minimum' then min(children.points)
end
{%- endmacro %}

{# Sum over the children of weight times an expression of `value`; a function of a value that is not positive is not asked. #}
{% macro weighted_sum(aggregation, expression) -%}
{%- set value = as_double('children.points') -%}
sum(
    case
        when
            nodes.aggregation = '{{ aggregation }}'
            and children.points is not null{% if expression != 'value' %} and children.points > 0{% endif %}

            then {{ as_double('children.weight') }} * {{ expression | replace('value', value) }}
    end
)
{%- endmacro %}

{# Sum of the weights of the children that have a value; null where that is nothing. #}
{% macro weight_sum(aggregation) -%}
nullif(
    sum(
        case
            when nodes.aggregation = '{{ aggregation }}' and children.points is not null
                then {{ as_double('children.weight') }}
        end
    ),
    0
)
{%- endmacro %}
