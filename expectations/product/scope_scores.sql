-- checks: product.scope_incomplete
-- reads: fct_scores, dim_regions, dim_units
-- A scheme applied in a year is applied to every place or first-level unit of its level, incomplete scores included.
with owed as (
    select distinct
        r.scheme_code,
        r.scheme_edition,
        r.subject_type,
        r.fiscal_year,
        s.level_code,
        s.unit_level
    from candidate.fct_scores as r
    inner join check_product_scope as s on s.table_name = 'fct_scores' and r.subject_type = s.subject_type
),

subjects as (
    select
        'region' as subject_type,
        fiscal_year,
        level_code,
        '' as unit_level,
        region_code as subject_code
    from candidate.dim_regions
    union all
    select
        'department',
        u.fiscal_year,
        g.level_code,
        u.unit_level::varchar,
        u.unit_code
    from candidate.dim_units as u
    inner join candidate.dim_regions as g on u.region_code = g.region_code and u.fiscal_year = g.fiscal_year
),

scored as (
    select distinct
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year
    from candidate.fct_scores
)

select
    'product.scope_incomplete' as check_code,
    'fct_scores' as form_code,
    o.fiscal_year::integer as fiscal_year,
    '' as submission_id,
    d.subject_code,
    d.subject_code as given,
    '' as expected,
    o.scheme_code || ' ' || o.scheme_edition || ' ' || o.fiscal_year::varchar as item,
    r.subject_code is null as is_violated
from owed as o
inner join subjects as d
    on o.subject_type = d.subject_type
    and o.fiscal_year = d.fiscal_year
    and o.level_code = d.level_code
    and o.unit_level = d.unit_level
left join scored as r
    on o.scheme_code = r.scheme_code
    and o.scheme_edition = r.scheme_edition
    and o.subject_type = r.subject_type
    and o.fiscal_year = r.fiscal_year
    and d.subject_code = r.subject_code
