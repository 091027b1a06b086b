{# Rule kinds that judge a subject by its own value alone. Each gives the share of a node's points, 0 to 1. #}

{# Proportion with cap: value over the value that earns full points, at most 1, at least 0. #}
{% macro rule_proportion_capped() -%}
case
    when measure >= full_at then cast(1 as decimal(28, 12))
    when measure <= 0 then cast(0 as decimal(28, 12))
    else {{ exact_divide('measure', 'full_at', 12) }}
end
{%- endmacro %}

{# Less is better, target over actual: full at or below the target (U15). #}
{% macro rule_target_over_actual() -%}
case
    when measure <= full_at then cast(1 as decimal(28, 12))
    else {{ exact_divide('full_at', 'measure', 12) }}
end
{%- endmacro %}

{# Falls in a straight line from full at no deviation to nothing at the limit; to which side one deviates is all the same. #}
{% macro rule_deviation_floor() -%}
case
    when abs(measure) >= full_at then cast(0 as decimal(28, 12))
    else cast(1 as decimal(28, 12)) - {{ exact_divide('abs(measure)', 'full_at', 12) }}
end
{%- endmacro %}
