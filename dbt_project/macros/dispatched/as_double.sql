{# A number as a binary float: for statistical normalisations only, never for money or points of official schemes. #}
{% macro as_double(expression) %}{{ return(adapter.dispatch('as_double')(expression)) }}{% endmacro %}

{% macro duckdb__as_double(expression) -%}
cast({{ expression }} as double)
{%- endmacro %}

{% macro spark__as_double(expression) -%}
cast({{ expression }} as double)
{%- endmacro %}
