{# Rows of submissions that count: loaded, and neither quarantined nor superseded for this form. #}
{% macro accepted_rows(form_code) -%}
exists (
    select 1 from {{ ref('stg_submissions') }} as loaded
    where loaded.submission_id = source._submission_id and loaded.status = 'loaded'
)
and not exists (
    select 1 from {{ ref('stg_held_forms') }} as held
    where held.submission_id = source._submission_id and held.form_code = '{{ form_code }}'
)
{%- endmacro %}
