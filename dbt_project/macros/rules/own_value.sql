{# Rule kinds that judge a subject by its own value alone. Each gives the share of a node's points, 0 to 1, as decimal(28,12). #}

{# Proportion with cap: the way from the value that earns nothing (0 unless stated) to the one that earns all, at most 1, at
   least 0. Less is better where the first is the larger one. #}
{% macro rule_proportion_capped() -%}
case
    when full_at > coalesce(nothing_at, 0) and measure >= full_at then cast(1 as decimal(28, 12))
    when full_at > coalesce(nothing_at, 0) and measure <= coalesce(nothing_at, 0) then cast(0 as decimal(28, 12))
    when full_at < coalesce(nothing_at, 0) and measure <= full_at then cast(1 as decimal(28, 12))
    when full_at < coalesce(nothing_at, 0) and measure >= coalesce(nothing_at, 0) then cast(0 as decimal(28, 12))
    else {{ exact_divide('measure - coalesce(nothing_at, 0)', 'full_at - coalesce(nothing_at, 0)', 12) }}
end
{%- endmacro %}

{# All or nothing: the threshold itself is good enough. #}
{% macro rule_threshold() -%}
case
    when direction = 'less' and measure <= threshold then cast(1 as decimal(28, 12))
    when direction <> 'less' and measure >= threshold then cast(1 as decimal(28, 12))
    else cast(0 as decimal(28, 12))
end
{%- endmacro %}

{# Points off for each step away from the start, never below the floor. `steps` says how parts of a step count: in
   proportion (''), not at all ('floor') or as a whole one ('ceil'). #}
{% macro rule_step_deduction(steps='') -%}
{%- set away -%} case when direction = 'less' then measure - start else start - measure end {%- endset -%}
case
    when max_points = 0 or {{ away }} <= 0 then cast(1 as decimal(28, 12))
    else
        {{ exact_divide(
            "greatest(max_points - cast(" ~ steps ~ "(" ~ exact_divide(away, 'step_size', 12)
            ~ ") as decimal(24, 12)) * step_points, coalesce(floor_points, 0))",
            'max_points',
            12
        ) }}
end
{%- endmacro %}

{# Less is better, target over actual: full at or below the target (U15). #}
{% macro rule_target_over_actual() -%}
case
    when measure <= target then cast(1 as decimal(28, 12))
    else {{ exact_divide('target', 'measure', 12) }}
end
{%- endmacro %}

{# Falls in a straight line from full at no deviation to nothing at the limit; to which side one deviates is all the same. #}
{% macro rule_deviation_floor() -%}
case
    when abs(measure) >= nothing_at then cast(0 as decimal(28, 12))
    else cast(1 as decimal(28, 12)) - {{ exact_divide('abs(measure)', 'nothing_at', 12) }}
end
{%- endmacro %}

{# Points of pieces added up (they are the measure), at most the node's points. #}
{% macro rule_sum_of_items() -%}
case
    when measure >= max_points then cast(1 as decimal(28, 12))
    else {{ exact_divide('measure', 'max_points', 12) }}
end
{%- endmacro %}

{# The points of the half-open interval the measure lies in; `interval_points` is looked up where the rule is called. #}
{% macro rule_interval_table() -%}
case when max_points = 0 then cast(0 as decimal(28, 12)) else {{ exact_divide('interval_points', 'max_points', 12) }} end
{%- endmacro %}
