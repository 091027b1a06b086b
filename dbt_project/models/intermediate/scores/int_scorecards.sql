-- Grain: one row per scheme edition, subject and fiscal year.
--
-- Points carry twelve decimals, and the last of them the rounding of each step; ranks and grades read nine, so that what is
-- equal by rule is equal here, unless the edition says that ranks rest on rounded points. Points shown have as many decimals
-- as the edition says.
{% set judged_decimals = 9 %}
with totals as (
    select
        scores.*,
        case
            when schemes.rank_basis = 'rounded' then {{ round_to_digits('scores.points', 'schemes.rounding_digits') }}
            else round(scores.points, {{ judged_decimals }})
        end as judged_points,
        subjects.subject_name_zh,
        subjects.region_code,
        subjects.province_code,
        schemes.rounding_digits,
        schemes.name_zh as scheme_name_zh,
        schemes.name_en as scheme_name_en,
        bands.band_number,
        bands.band_count
    from {{ ref('int_scores') }} as scores
    inner join {{ ref('int_scheme_subjects') }} as subjects
        on
            scores.scheme_code = subjects.scheme_code
            and scores.scheme_edition = subjects.scheme_edition
            and scores.subject_code = subjects.subject_code
            and scores.fiscal_year = subjects.fiscal_year
    inner join {{ ref('schemes') }} as schemes
        on
            scores.scheme_code = schemes.scheme_code
            and scores.scheme_edition = schemes.scheme_edition
    left join {{ ref('int_bands') }} as bands
        on
            scores.scheme_code = bands.scheme_code
            and scores.scheme_edition = bands.scheme_edition
            and scores.subject_code = bands.subject_code
            and scores.fiscal_year = bands.fiscal_year
    where scores.parent_node_code is null
),

ranks as (
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
        ) as rank_in_band
    from totals
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
    case when totals.is_complete then grades.grade_code end as grade_code,
    case when totals.is_complete then grades.name_zh end as grade_name_zh,
    case when totals.is_complete then grades.name_en end as grade_name_en
from totals
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
left join {{ ref('grade_bands') }} as grades
    on
        totals.scheme_code = grades.scheme_code
        and totals.scheme_edition = grades.scheme_edition
        and (grades.points_from is null or totals.judged_points >= grades.points_from)
        and (grades.points_below is null or totals.judged_points < grades.points_below)
