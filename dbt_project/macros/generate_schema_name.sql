{# Schemas bear their own names; the target's schema is only the fallback for nodes without one. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
