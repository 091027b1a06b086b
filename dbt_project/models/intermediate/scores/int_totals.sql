-- Grain: one row per scheme edition, subject and fiscal year: the total with what it is ranked by.
--
-- Points carry twelve decimals, and the last of them the rounding of each step; ranks and grades read nine, so that what is
-- equal by rule is equal here, unless the edition says that ranks rest on rounded points.
{% set judged_decimals = 9 %}
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
