{# Fails for each combination of the columns that occurs more than once or has a null part. #}
{% test unique_combination(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as occurrences
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{%- for column in columns %} or count({{ column }}) = 0{% endfor %}
{% endtest %}
