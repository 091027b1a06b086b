{# The distinct values of a text column joined by a separator, in order. #}
{% macro string_list(column, separator, order_by) -%}
{{ return(adapter.dispatch('string_list')(column, separator, order_by)) }}
{%- endmacro %}

{% macro duckdb__string_list(column, separator, order_by) -%}
string_agg({{ column }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__string_list(column, separator, order_by) -%}
array_join(transform(array_sort(collect_list(struct({{ order_by }} as sort_key, {{ column }} as item))), x -> x.item), '{{ separator }}')
{%- endmacro %}
