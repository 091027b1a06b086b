{# Rows of a dated seed that hold in a year; a blank end means until further notice. #}
{% macro valid_in_year(seed_alias, year) -%}
({{ seed_alias }}.valid_from <= {{ year }} and ({{ seed_alias }}.valid_to is null or {{ seed_alias }}.valid_to >= {{ year }}))
{%- endmacro %}

{# Half of the last printed unit in yuan: what rounding one printed cell may hide. #}
{% macro half_print_step(step, factor) -%}
cast({{ step }} * {{ factor }} * cast(0.5 as decimal(2, 1)) as decimal(24, 6))
{%- endmacro %}
