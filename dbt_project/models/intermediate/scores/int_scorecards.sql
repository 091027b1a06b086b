-- Grain: one row per scheme edition, subject and fiscal year.
--
-- Points shown have as many decimals as the edition says; ranks and grades come from int_totals.judged_points.
with ranks as (
    select
        scheme_code,
        scheme_edition,
        subject_code,
        fiscal_year,
        rank() over (partition by scheme_code, scheme_edition, fiscal_year order by judged_points desc) as rank_overall,
        rank() over (
            partition by scheme_code, scheme_edition, fiscal_year, province_code
            order by judged_points desc
        ) as rank_in_province,
        rank() over (
            partition by scheme_code, scheme_edition, fiscal_year, band_number
            order by judged_points desc
        ) as rank_in_band,
        count(*) over (partition by scheme_code, scheme_edition, fiscal_year) as ranked_overall,
        count(*) over (partition by scheme_code, scheme_edition, fiscal_year, province_code) as ranked_in_province,
        count(*) over (partition by scheme_code, scheme_edition, fiscal_year, band_number) as ranked_in_band
    from {{ ref('int_totals') }}
    where is_complete and points is not null
),

missing_items as (
    select
        points.scheme_code,
        points.scheme_edition,
        points.subject_code,
        points.fiscal_year,
        {{ string_list('nodes.node_code', ',', 'nodes.node_code') }} as missing_node_codes,
        {{ string_list('nodes.name_zh', '；', 'nodes.node_code') }} as missing_items_zh,
        {{ string_list('nodes.name_en', '; ', 'nodes.node_code') }} as missing_items_en
    from {{ ref('int_scores') }} as points
    inner join {{ ref('scheme_nodes') }} as nodes
        on
            points.scheme_code = nodes.scheme_code
            and points.scheme_edition = nodes.scheme_edition
            and points.node_code = nodes.node_code
    where points.rule_code is not null and points.value_status = 'missing'
    group by points.scheme_code, points.scheme_edition, points.subject_code, points.fiscal_year
),

defaults as (
    select
        scheme_code,
        scheme_edition,
        max(case when rule_code is not null and node_status <> 'source' then 1 else 0 end) = 1 as is_trial
    from {{ ref('scheme_nodes') }}
    group by scheme_code, scheme_edition
)

select
    totals.subject_type,
    totals.subject_code,
    totals.subject_name_zh,
    totals.region_code,
    totals.fiscal_year,
    totals.scheme_code,
    totals.scheme_edition,
    totals.scheme_name_zh,
    totals.scheme_name_en,
    cast(totals.band_number as string) as band_code,
    totals.band_count,
    case
        when totals.max_points_from_source > 0 and totals.missing_source_items = 0
            then {{ round_to_digits('totals.points_from_source', 'totals.rounding_digits') }}
    end as total_points_from_source,
    totals.max_points_from_source,
    totals.points as total_points_with_defaults_unrounded,
    {{ round_to_digits('totals.points', 'totals.rounding_digits') }} as total_points_with_defaults,
    totals.stated_max_points as max_points,
    defaults.is_trial,
    totals.is_complete,
    totals.missing_points,
    totals.not_applicable_points,
    totals.not_demonstrable_points,
    totals.default_points,
    totals.estimated_points,
    missing_items.missing_node_codes,
    missing_items.missing_items_zh,
    missing_items.missing_items_en,
    cast(ranks.rank_overall as integer) as rank_overall,
    case when totals.province_code is not null then cast(ranks.rank_in_province as integer) end as rank_in_province,
    cast(ranks.rank_in_band as integer) as rank_in_band,
    cast(ranks.ranked_overall as integer) as ranked_overall,
    case
        when totals.province_code is not null then cast(ranks.ranked_in_province as integer)
    end as ranked_in_province,
    cast(ranks.ranked_in_band as integer) as ranked_in_band,
    case when intervals.from_overall is not null then perturbations.interval_level end as rank_interval_level,
    intervals.from_overall as rank_overall_from,
    intervals.to_overall as rank_overall_to,
    intervals.tied_group_overall,
    intervals.from_in_province as rank_in_province_from,
    intervals.to_in_province as rank_in_province_to,
    intervals.tied_group_in_province,
    intervals.from_in_band as rank_in_band_from,
    intervals.to_in_band as rank_in_band_to,
    intervals.tied_group_in_band,
    strengths.strength_node_codes,
    strengths.strengths_zh,
    strengths.strengths_en,
    strengths.weakness_node_codes,
    strengths.weaknesses_zh,
    strengths.weaknesses_en,
    case when totals.is_complete then grades.grade_code end as grade_code,
    case when totals.is_complete then grades.name_zh end as grade_name_zh,
    case when totals.is_complete then grades.name_en end as grade_name_en
from {{ ref('int_totals') }} as totals
inner join defaults
    on totals.scheme_code = defaults.scheme_code and totals.scheme_edition = defaults.scheme_edition
left join ranks
    on
        totals.scheme_code = ranks.scheme_code
        and totals.scheme_edition = ranks.scheme_edition
        and totals.subject_code = ranks.subject_code
        and totals.fiscal_year = ranks.fiscal_year
left join missing_items
    on
        totals.scheme_code = missing_items.scheme_code
        and totals.scheme_edition = missing_items.scheme_edition
        and totals.subject_code = missing_items.subject_code
        and totals.fiscal_year = missing_items.fiscal_year
left join {{ ref('int_rank_intervals') }} as intervals
    on
        totals.scheme_code = intervals.scheme_code
        and totals.scheme_edition = intervals.scheme_edition
        and totals.subject_code = intervals.subject_code
        and totals.fiscal_year = intervals.fiscal_year
left join {{ ref('scheme_perturbations') }} as perturbations
    on
        totals.scheme_code = perturbations.scheme_code
        and totals.scheme_edition = perturbations.scheme_edition
left join {{ ref('int_strengths') }} as strengths
    on
        totals.scheme_code = strengths.scheme_code
        and totals.scheme_edition = strengths.scheme_edition
        and totals.subject_code = strengths.subject_code
        and totals.fiscal_year = strengths.fiscal_year
left join {{ ref('grade_bands') }} as grades
    on
        totals.scheme_code = grades.scheme_code
        and totals.scheme_edition = grades.scheme_edition
        and (grades.points_from is null or totals.judged_points >= grades.points_from)
        and (grades.points_below is null or totals.judged_points < grades.points_below)
