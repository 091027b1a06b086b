-- Grain: one row per target form that was received and is quarantined: what it is about, never what it says.
{% set kinds = [
    ('project', 'C5', 'project_performance_target', 'project_code', 'project_name'),
    ('unit', 'C3', 'department_performance_target', 'unit_code', 'unit_name'),
    ('transfer', 'C4', 'transfer_performance_target', 'programme_code', 'programme_name'),
] %}
{% for object_type, coverage_code, form_code, code, name in kinds %}
select
    '{{ object_type }}' as object_type,
    '{{ coverage_code }}' as coverage_code,
    cast(source.fiscal_year as integer) as fiscal_year,
    trim(source.{{ code }}) as object_code,
    trim(source.{{ name }}) as object_name,
    source._submission_id as submission_id,
    source._sheet as sheet,
    source.{{ code }}__cell as cell
from {{ source('raw', form_code) }} as source
inner join {{ ref('stg_held_forms') }} as held
    on
        source._submission_id = held.submission_id
        and held.form_code = '{{ form_code }}'
        and held.held_status = 'quarantined'
{% if not loop.last %}union all
{% endif %}
{% endfor %}
