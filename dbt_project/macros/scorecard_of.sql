{# The league table of one type of subject. #}
{% macro scorecard_of(subject_type) -%}
select
    cards.subject_code,
    cards.subject_name_zh,
    cards.region_code,
    cards.fiscal_year,
    cards.scheme_code,
    cards.scheme_edition,
    cards.scheme_name_zh,
    cards.scheme_name_en,
    cards.band_code,
    cards.band_count,
    cards.total_points_from_source,
    cards.max_points_from_source,
    cards.total_points_with_defaults_unrounded,
    cards.total_points_with_defaults,
    cards.max_points,
    cards.is_trial,
    cards.is_complete,
    cards.missing_points,
    cards.not_applicable_points,
    cards.not_demonstrable_points,
    cards.default_points,
    cards.estimated_points,
    cards.missing_node_codes,
    cards.missing_items_zh,
    cards.missing_items_en,
    cards.rank_overall,
    cards.rank_in_province,
    cards.rank_in_band,
    cards.ranked_overall,
    cards.ranked_in_province,
    cards.ranked_in_band,
    cards.rank_interval_level,
    cards.rank_overall_from,
    cards.rank_overall_to,
    cards.tied_group_overall,
    cards.rank_in_province_from,
    cards.rank_in_province_to,
    cards.tied_group_in_province,
    cards.rank_in_band_from,
    cards.rank_in_band_to,
    cards.tied_group_in_band,
    cards.grade_code,
    cards.grade_name_zh,
    cards.grade_name_en,
    cards.strength_node_codes,
    cards.strengths_zh,
    cards.strengths_en,
    cards.weakness_node_codes,
    cards.weaknesses_zh,
    cards.weaknesses_en,
    explanations.explanation_zh,
    explanations.explanation_en
from {{ ref('int_scorecards') }} as cards
inner join {{ ref('int_explanations') }} as explanations
    on
        cards.scheme_code = explanations.scheme_code
        and cards.scheme_edition = explanations.scheme_edition
        and cards.subject_code = explanations.subject_code
        and cards.fiscal_year = explanations.fiscal_year
where cards.subject_type = '{{ subject_type }}'
{%- endmacro %}
