-- Grain: one row per scheme edition, subject, fiscal year and node of the indicator tree.
--
-- A view: it adds nothing but the names of subjects.
{{ config(materialized='view') }}
select
    scores.scheme_code,
    scores.scheme_edition,
    scores.subject_type,
    scores.subject_code,
    subjects.subject_name_zh,
    scores.fiscal_year,
    scores.node_code,
    scores.node_name_zh,
    scores.node_name_en,
    scores.parent_node_code,
    scores.node_level,
    scores.node_order,
    scores.rule_code,
    scores.aggregation,
    cast(scores.weight as decimal(18, 12)) as weight,
    scores.points,
    scores.max_points,
    cast(scores.stated_max_points as decimal(9, 4)) as stated_max_points,
    scores.node_status,
    scores.value_status,
    scores.is_complete,
    scores.missing_items,
    scores.missing_points,
    scores.not_applicable_points,
    scores.not_demonstrable_points,
    scores.default_points,
    scores.estimated_points,
    scores.points_before_limit
from {{ ref('int_scores') }} as scores
inner join {{ ref('int_scheme_subjects') }} as subjects
    on
        scores.scheme_code = subjects.scheme_code
        and scores.scheme_edition = subjects.scheme_edition
        and scores.subject_code = subjects.subject_code
        and scores.fiscal_year = subjects.fiscal_year
