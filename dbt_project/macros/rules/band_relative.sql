{#
  Rule kinds that judge a subject against its peers. Each gives the share of a node's points, 0 to 1, as decimal(28,12).
  They read the columns of int_node_positions and int_node_parameters: measure, difference, band_*, window_*, primary_value,
  previous_value, direction and the rule's parameters. Where `direction` is 'less', the mirror image holds.
#}

{# Annex 2, overall guarantee: the mirrored limits at ± the window, min-max of the peers inside it, inclusive outside.
   All peers inside the window equal: position between the limits (methodology U3). #}
{% macro rule_band_window_minmax() -%}
case
    when peer_count is null then null
    when difference >= window_half_width then cast(case when direction = 'less' then 0 else 1 end as decimal(28, 12))
    when difference <= -window_half_width then cast(case when direction = 'less' then 1 else 0 end as decimal(28, 12))
    when window_max = window_min and direction = 'less'
        then {{ exact_divide('window_half_width - difference', '2 * window_half_width', 12) }}
    when window_max = window_min
        then {{ exact_divide('difference + window_half_width', '2 * window_half_width', 12) }}
    when direction = 'less' then {{ exact_divide('window_max - difference', 'window_max - window_min', 12) }}
    else {{ exact_divide('difference - window_min', 'window_max - window_min', 12) }}
end
{%- endmacro %}

{# Min-max over the peers: [own - min] / [max - min], or [max - own] / [max - min] where less is better (methodology U13,
   1.5); all peers equal: half (methodology U3, by analogy). #}
{% macro rule_band_minmax() -%}
case
    when peer_count is null then null
    when band_max = band_min then cast(0.5 as decimal(28, 12))
    when direction = 'less' then {{ exact_divide('band_max - measure', 'band_max - band_min', 12) }}
    else {{ exact_divide('measure - band_min', 'band_max - band_min', 12) }}
end
{%- endmacro %}

{# Ratio to standard, static: full at the standard, else min-max between the band's worst and the standard (U8). #}
{% macro rule_ratio_to_standard() -%}
case
    when direction = 'less' and measure <= full_at then cast(1 as decimal(28, 12))
    when direction <> 'less' and measure >= full_at then cast(1 as decimal(28, 12))
    when peer_count is null then null
    when direction = 'less' then {{ exact_divide('band_max - measure', 'band_max - full_at', 12) }}
    else {{ exact_divide('measure - band_min', 'full_at - band_min', 12) }}
end
{%- endmacro %}

{# Improvement on last year: full when at the standard in both years, else the window rule on the change (U9). #}
{% macro rule_improvement_on_last_year() -%}
case
    when direction = 'less' and primary_value <= full_at and previous_value <= full_at then cast(1 as decimal(28, 12))
    when direction <> 'less' and primary_value >= full_at and previous_value >= full_at then cast(1 as decimal(28, 12))
    else {{ rule_band_window_minmax() }}
end
{%- endmacro %}

{# Full at the peers' mean or better; else the share of it that is reached, of a mean above zero. #}
{% macro rule_mean_reached() -%}
case
    when peer_count is null then null
    when direction = 'less' and measure <= band_mean then cast(1 as decimal(28, 12))
    when direction <> 'less' and measure >= band_mean then cast(1 as decimal(28, 12))
    when direction = 'less' then greatest({{ exact_divide('band_mean', 'measure', 12) }}, 0)
    when band_mean <= 0 then cast(0 as decimal(28, 12))
    else greatest({{ exact_divide('measure', 'band_mean', 12) }}, 0)
end
{%- endmacro %}

{# Growth is full at zero or below, else [max - own] / max over the band (U13). #}
{% macro rule_growth_not_above_zero() -%}
case
    when measure <= 0 then cast(1 as decimal(28, 12))
    when peer_count is null then null
    else {{ exact_divide('band_max - measure', 'band_max', 12) }}
end
{%- endmacro %}
