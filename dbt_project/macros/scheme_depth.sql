{# Levels below the total that an indicator tree may have. #}
{% macro scheme_depth() %}{{ return(5) }}{% endmacro %}
