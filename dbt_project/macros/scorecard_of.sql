{# The league table of one type of subject. #}
{% macro scorecard_of(subject_type) -%}
select
    subject_code,
    subject_name_zh,
    region_code,
    fiscal_year,
    scheme_code,
    scheme_edition,
    scheme_name_zh,
    scheme_name_en,
    band_code,
    band_count,
    total_points_from_source,
    max_points_from_source,
    total_points_with_defaults_unrounded,
    total_points_with_defaults,
    max_points,
    is_trial,
    is_complete,
    missing_points,
    not_applicable_points,
    not_demonstrable_points,
    default_points,
    estimated_points,
    missing_node_codes,
    missing_items_zh,
    missing_items_en,
    rank_overall,
    rank_in_province,
    rank_in_band,
    grade_code,
    grade_name_zh,
    grade_name_en
from {{ ref('int_scorecards') }}
where subject_type = '{{ subject_type }}'
{%- endmacro %}
