-- checks: product.points_above_maximum, product.score_without_edition
-- reads: fct_scores
-- Points stay inside the scale, and no score exists without an edition.
with named as (
    select
        *,
        subject_type || ' ' || subject_code || ' ' || fiscal_year::varchar || ' ' || node_code as item
    from candidate.fct_scores
)

select
    'product.points_above_maximum' as check_code,
    'fct_scores' as form_code,
    fiscal_year::integer as fiscal_year,
    '' as submission_id,
    subject_code,
    points::varchar as given,
    max_points::varchar as expected,
    item,
    points > max_points or (parent_node_code is null and points < 0) as is_violated
from named
-- Groups may pass their points by a bonus below them; the scored nodes and the total may not.
where points is not null and (rule_code is not null or parent_node_code is null)
union all
select
    'product.score_without_edition',
    'fct_scores',
    fiscal_year::integer,
    '',
    subject_code,
    '',
    '',
    item,
    coalesce(trim(scheme_code), '') = '' or coalesce(trim(scheme_edition), '') = ''
from named
