{#
  The part of `amount` that falls on `part` out of `whole`, in proportion, cut to the fen: decimal(24,2).

  Differences of a running allotment add up to `amount` exactly, and none is larger than its own part while amount <= whole. All three
  are yuan with two decimals; whole must not be zero.
#}
{% macro allotted(part, whole, amount) %}{{ return(adapter.dispatch('allotted')(part, whole, amount)) }}{% endmacro %}

{% macro duckdb__allotted(part, whole, amount) -%}
{%- set fen -%} cast(0.01 as decimal(3, 2)) {%- endset -%}
cast(
    cast(
        (
            cast(cast({{ part }} as decimal(24, 2)) * 100 as hugeint) * cast(cast({{ amount }} as decimal(24, 2)) * 100 as hugeint)
            // cast(cast({{ whole }} as decimal(24, 2)) * 100 as hugeint)
        ) as decimal(36, 0)
    ) * {{ fen }} as decimal(24, 2)
)
{%- endmacro %}

{% macro spark__allotted(part, whole, amount) -%}
cast(
    floor(
        cast({{ part }} as decimal(24, 2)) / cast({{ whole }} as decimal(24, 2)) * cast({{ amount }} as decimal(24, 2)) * 100
    ) * cast(0.01 as decimal(3, 2)) as decimal(24, 2)
)
{%- endmacro %}
