{# Levels of the deepest indicator tree below its total; whoever puts the schemes together says it (`orchestration.methods`). #}
{% macro scheme_depth() %}{{ return(var('scheme_depth') | int) }}{% endmacro %}
