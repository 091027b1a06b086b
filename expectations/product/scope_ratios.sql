-- checks: product.scope_incomplete
-- reads: fct_coverage_ratios, fct_coverage_ledger, dim_regions, dim_units
-- For each ratio and year a level owes, every place or first-level unit of that level is a row, silent ones too.
with owed as (
    select distinct
        r.coverage_code,
        r.subject_type,
        r.subject_level_code as level_code,
        r.fiscal_year,
        s.unit_level
    from candidate.fct_coverage_ratios as r
    inner join check_product_scope as s on s.table_name = 'fct_coverage_ratios' and r.subject_type = s.subject_type
    -- Roll-ups over departments bear the place's code but have no place of their own to be complete in.
    where
        exists (
            select 1
            from candidate.fct_coverage_ledger as l
            where l.coverage_code = r.coverage_code and l.subject_type = r.subject_type
        )
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
)

select
    'product.scope_incomplete' as check_code,
    'fct_coverage_ratios' as form_code,
    o.fiscal_year::integer as fiscal_year,
    '' as submission_id,
    d.subject_code,
    d.subject_code as given,
    '' as expected,
    o.coverage_code || ' ' || o.subject_type || ' ' || o.fiscal_year::varchar as item,
    r.subject_code is null as is_violated
from owed as o
inner join subjects as d
    on o.subject_type = d.subject_type
    and o.fiscal_year = d.fiscal_year
    and o.level_code = d.level_code
    and o.unit_level = d.unit_level
left join candidate.fct_coverage_ratios as r
    on o.coverage_code = r.coverage_code
    and o.subject_type = r.subject_type
    and o.fiscal_year = r.fiscal_year
    and d.subject_code = r.subject_code
