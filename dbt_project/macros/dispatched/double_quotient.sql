{# n / d as a binary float: for statistical normalisations only, never for money or points of official schemes. #}
{% macro double_quotient(n, d) %}{{ return(adapter.dispatch('double_quotient')(n, d)) }}{% endmacro %}

{% macro duckdb__double_quotient(n, d) -%}
(cast({{ n }} as double) / cast({{ d }} as double))
{%- endmacro %}

{% macro spark__double_quotient(n, d) -%}
(cast({{ n }} as double) / cast({{ d }} as double))
{%- endmacro %}
