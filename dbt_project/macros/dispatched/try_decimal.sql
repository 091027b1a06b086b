{# The number a cell's text states, or null where it states none. Thousands separators are dropped, nothing else is guessed. #}
{% macro try_decimal(text_column, precision=38, scale=12) -%}
{{ return(adapter.dispatch('try_decimal')(text_column, precision, scale)) }}
{%- endmacro %}

{% macro duckdb__try_decimal(text_column, precision=38, scale=12) -%}
try_cast(replace(replace(trim({{ text_column }}), ',', ''), '，', '') as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}

{% macro spark__try_decimal(text_column, precision=38, scale=12) -%}
try_cast(replace(replace(trim({{ text_column }}), ',', ''), '，', '') as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}
