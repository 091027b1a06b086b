-- Grain: one row per scheme edition, subject and fiscal year: its score in sentences, Chinese and English.
--
-- The sentences are those of the catalogue of texts, in the order in which `bpw explain` says them of the total.
with texts as (
    select
        {% for key in explanation_keys() %}
        max(case when text_key = '{{ key }}' then text_zh end) as {{ key }}_zh,
        max(case when text_key = '{{ key }}' then text_en end) as {{ key }}_en,
        {% endfor %}
        count(*) as text_count
    from {{ ref('explanation_texts') }}
),

cards as (
    select
        cards.*,
        cast(cards.fiscal_year as string) as year_said,
        {{ shown_points('cards.total_points_with_defaults_unrounded') }} as points_said,
        {{ shown_points('cards.max_points') }} as max_points_said,
        {{ plain_number('cards.total_points_with_defaults') }} as index_said,
        {{ shown_points('cards.missing_points') }} as missing_points_said,
        {{ shown_points('cards.total_points_from_source') }} as source_points_said,
        {{ shown_points('cards.max_points_from_source') }} as max_source_points_said,
        case when cards.default_points <> 0 then {{ shown_points('cards.default_points') }} end as default_said,
        case when cards.estimated_points <> 0 then {{ shown_points('cards.estimated_points') }} end as estimated_said,
        case
            when cards.not_applicable_points <> 0 then {{ shown_points('cards.not_applicable_points') }}
        end as not_applicable_said,
        case
            when cards.not_demonstrable_points <> 0 then {{ shown_points('cards.not_demonstrable_points') }}
        end as not_demonstrable_said,
        cast(cards.rank_overall as string) as rank_said,
        cast(cards.ranked_overall as string) as ranked_said,
        case
            when cards.rank_overall_from <> cards.rank_overall_to then cast(cards.rank_overall_from as string)
        end as rank_from_said,
        cast(cards.rank_overall_to as string) as rank_to_said,
        {{ shown_percentage('cards.rank_interval_level') }} as level_said,
        case
            when cards.rank_overall_from = cards.rank_overall_to
                then {{ shown_percentage('cards.rank_interval_level') }}
        end as firm_level_said,
        case when cards.band_count > 1 then cast(cards.rank_in_band as string) end as rank_in_band_said,
        cast(cards.ranked_in_band as string) as ranked_in_band_said
    from {{ ref('int_scorecards') }} as cards
)

select
    cards.scheme_code,
    cards.scheme_edition,
    cards.subject_code,
    cards.fiscal_year,
    {{ explanation_in('zh', '') }} as explanation_zh,
    {{ explanation_in('en', ' ') }} as explanation_en
from cards
cross join texts
