{#
  Normalisations: each turns a statistical measure into a scale value, as a binary float. They read the columns of
  int_normalised_values: value (turned so that more is better), peer statistics lowest, highest, mean, deviation, peer_count,
  subjects_below, place, and the rule's parameters.
#}

{# The share of the way between two ends put on the scale from scale_low (0) to scale_high (100). #}
{% macro on_scale(share) -%}
coalesce(scale_low, 0) + ({{ share }}) * (coalesce(scale_high, 100) - coalesce(scale_low, 0))
{%- endmacro %}

{# The value is on the scale already. #}
{% macro normalise_none() -%}
case when direction = 'less' then -value else value end
{%- endmacro %}

{# Min-max between the peers' lowest and highest, or bounds stated; null where all are equal. #}
{% macro normalise_minmax() -%}
case
    when upper_end = lower_end then null
    when direction = 'less' then {{ on_scale('(upper_end - value) / (upper_end - lower_end)') }}
    else {{ on_scale('(value - lower_end) / (upper_end - lower_end)') }}
end
{%- endmacro %}

{# Difference from the mean over the sample standard deviation; null where all are equal. #}
{% macro normalise_zscore() -%}
case
    when deviation = 0 or deviation is null then null
    else
        (case when direction = 'less' then mean - value else value - mean end) / deviation
        * coalesce(scale_deviation, 1) + coalesce(scale_mean, 0)
end
{%- endmacro %}

{# Position from the worst up, ties take the lowest. #}
{% macro normalise_rank() -%}
{{ as_double('subjects_below + 1') }}
{%- endmacro %}

{# Subjects below over the number of others; null for a subject alone. #}
{% macro normalise_percentile_rank() -%}
case when peer_count > 1 then {{ as_double('subjects_below') }} / (peer_count - 1) end
{%- endmacro %}

{# Subjects below. #}
{% macro normalise_borda() -%}
{{ as_double('subjects_below') }}
{%- endmacro %}

{# Share of the way from the worst value to the target, at most 1 unless told otherwise; null where they are one. #}
{% macro normalise_distance_to_target() -%}
{%- set way -%}
case
    when direction = 'less' then 1 - (value - target) / nullif(highest - target, 0)
    else (value - lowest) / nullif(target - lowest, 0)
end
{%- endset -%}
case when coalesce(is_capped, 1) = 1 then least({{ way }}, 1) else {{ way }} end
{%- endmacro %}

{# Value over the highest; where less is better the lowest over the value. #}
{% macro normalise_fraction_of_maximum() -%}
case when direction = 'less' then lowest / nullif(value, 0) else value / nullif(highest, 0) end
{%- endmacro %}

{# Between two goalposts, beyond them the goalpost itself. #}
{% macro normalise_goalposts() -%}
{%- set share -%} (least(greatest(value, lower_bound), upper_bound) - lower_bound) / (upper_bound - lower_bound) {%- endset -%}
case when direction = 'less' then {{ on_scale('1 - ' ~ share) }} else {{ on_scale(share) }} end
{%- endmacro %}

{# The natural logarithm between those of two goalposts; null where the value has none. #}
{% macro normalise_log_goalposts() -%}
{%- set share -%}
(ln(least(greatest(value, lower_bound), upper_bound)) - ln(lower_bound)) / (ln(upper_bound) - ln(lower_bound))
{%- endset -%}
case
    when value <= 0 then null
    when direction = 'less' then {{ on_scale('1 - ' ~ share) }}
    else {{ on_scale(share) }}
end
{%- endmacro %}

{# What a normalisation is set to, as columns of `nodes` (int_node_parameters). #}
{% macro scale_parameters() -%}
nodes.is_capped,
{{ as_double('nodes.target') }} as target,
{{ as_double('nodes.lower_bound') }} as lower_bound,
{{ as_double('nodes.upper_bound') }} as upper_bound,
{{ as_double('nodes.scale_low') }} as scale_low,
{{ as_double('nodes.scale_high') }} as scale_high,
{{ as_double('nodes.scale_mean') }} as scale_mean,
{{ as_double('nodes.scale_deviation') }} as scale_deviation
{%- endmacro %}

{# The value on the scale of its node. #}
{% macro scale_value() -%}
case rule_code
    when 'normalise_none' then {{ normalise_none() }}
    when 'normalise_minmax' then {{ normalise_minmax() }}
    when 'normalise_zscore' then {{ normalise_zscore() }}
    when 'normalise_rank' then {{ normalise_rank() }}
    when 'normalise_percentile_rank' then {{ normalise_percentile_rank() }}
    when 'normalise_borda' then {{ normalise_borda() }}
    when 'normalise_distance_to_target' then {{ normalise_distance_to_target() }}
    when 'normalise_fraction_of_maximum' then {{ normalise_fraction_of_maximum() }}
    when 'normalise_goalposts' then {{ normalise_goalposts() }}
    when 'normalise_log_goalposts' then {{ normalise_log_goalposts() }}
end
{%- endmacro %}
