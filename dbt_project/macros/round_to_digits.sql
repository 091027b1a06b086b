{# Half-up rounding to as many digits as an edition says (0 to 6); `round` on decimals is half up on DuckDB and Spark alike. #}
{% macro round_to_digits(value, digits) -%}
case
    {%- for places in range(0, 7) %}
    when {{ digits }} = {{ places }} then cast(round({{ value }}, {{ places }}) as decimal(28, 6))
    {%- endfor %}
end
{%- endmacro %}
