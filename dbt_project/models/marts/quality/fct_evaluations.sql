-- Grain: one row per evaluation entered in an accepted register, with what it scored and the cell of the score. The year is
-- that of the spending evaluated.
select
    evaluations.fiscal_year,
    evaluations.region_code,
    evaluations.evaluation_code,
    evaluations.object_type,
    evaluations.object_code,
    evaluations.object_name,
    evaluations.department_code,
    evaluations.evaluated_cny,
    kinds.evaluator_kind_code,
    evaluations.evaluator_name,
    evaluations.evaluation_date,
    cast(evaluations.score as decimal(9, 4)) as score_points,
    evaluations.grade as grade_zh,
    evaluations.submission_id,
    submissions.relative_path,
    evaluations.sheet,
    evaluations.row_number,
    evaluations.score_cell as cell
from {{ ref('int_evaluations') }} as evaluations
inner join {{ ref('stg_submissions') }} as submissions on evaluations.submission_id = submissions.submission_id
left join {{ ref('evaluator_kinds') }} as kinds on evaluations.evaluator_kind = kinds.evaluator_kind
