{# The code that holds now what a code held in a year: itself, its successor, or null where it was split or nobody has
   stated a successor. `successions` is the alias of current_successions() joined on the code and the year. #}
{% macro current_code(code, successions) -%}
case when {{ successions }}.code is null then {{ code }} when {{ successions }}.successor_count = 1 then {{ successions }}.successor_code end
{%- endmacro %}

{# What became of codes that went out of force, as of the newest list: one row per code and stretch in force. #}
{% macro current_successions(code_kind_of) -%}
(
    select
        ended.code,
        ended.valid_from,
        ended.valid_to,
        ended.successor_count,
        max(ended.successor_code) as successor_code
    from {{ ref('code_successions') }} as ended
    inner join {{ ref('code_subjects') }} as kinds on ended.code_kind = kinds.code_kind
    where ended.holds_to is null and kinds.subject_type = '{{ code_kind_of }}'
    group by ended.code, ended.valid_from, ended.valid_to, ended.successor_count
)
{%- endmacro %}
