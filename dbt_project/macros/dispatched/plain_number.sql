{# A decimal as text without the zeros at its end. #}
{% macro plain_number(expression) %}{{ return(adapter.dispatch('plain_number')(expression)) }}{% endmacro %}

{% macro duckdb__plain_number(expression) -%}
case
    when strpos(cast({{ expression }} as string), '.') > 0
        then rtrim(rtrim(cast({{ expression }} as string), '0'), '.')
    else cast({{ expression }} as string)
end
{%- endmacro %}

{% macro spark__plain_number(expression) -%}
case
    when instr(cast({{ expression }} as string), '.') > 0
        then rtrim('.', rtrim('0', cast({{ expression }} as string)))
    else cast({{ expression }} as string)
end
{%- endmacro %}
