-- checks: receive.two_submitters_one_unit
-- One unit, one form, one year, several submitters: who is neither the unit nor its department gives way; where that
-- does not decide, all do.
with named as (
    select
        e.submission_id,
        e.form_code,
        e.entity
    from check_entities as e
    left join check_claims as c on e.form_code = c.form_code
    where e.entity <> '' and (c.form_code is null or c.claims_unit = 'yes')
),

matched as (
    select
        s.fiscal_year,
        n.form_code,
        n.submission_id,
        s.submitter_code,
        s.relative_path,
        n.entity,
        r.entity_code,
        case
            when r.entity_code is null then 2
            when r.entity_code = s.submitter_code then 0
            when s.submitter_code in (r.parent_code, r.department_code, r.region_code) then 1
            else 2
        end as distance,
        count(distinct r.entity_code) over (partition by n.submission_id, n.form_code, n.entity) as bearers
    from named as n
    inner join check_submissions as s
        on n.submission_id = s.submission_id and n.form_code = s.form_code and s.replaced_by = ''
    left join check_register as r
        on s.fiscal_year = r.fiscal_year and (n.entity = r.entity_name or n.entity = r.entity_code)
),

claims as (
    -- A name several units bear means the submitter's own; a stranger's claim on it cannot be told and stays a name.
    select
        fiscal_year,
        form_code,
        submission_id,
        submitter_code,
        relative_path,
        entity,
        case
            when min(distance) < 2 or max(bearers) = 1 then coalesce(min_by(entity_code, distance), entity)
            else entity
        end as unit_key,
        min(distance) < 2 as is_entitled
    from matched
    group by fiscal_year, form_code, submission_id, submitter_code, relative_path, entity
),

contested as (
    select
        fiscal_year,
        form_code,
        unit_key,
        count(distinct submitter_code) as submitter_count,
        count(distinct submitter_code) filter (where is_entitled) as entitled_count
    from claims
    group by fiscal_year, form_code, unit_key
)

select
    'receive.two_submitters_one_unit' as check_code,
    c.form_code,
    c.fiscal_year,
    c.submission_id,
    c.submitter_code,
    c.relative_path as file,
    c.submitter_code as given,
    coalesce(
        (
            select string_agg(distinct o.submitter_code, ', ' order by o.submitter_code)
            from claims as o
            where
                o.fiscal_year = c.fiscal_year
                and o.form_code = c.form_code
                and o.unit_key = c.unit_key
                and o.submitter_code <> c.submitter_code
        ),
        ''
    ) as expected,
    c.entity as item,
    k.submitter_count > 1 and (k.entitled_count <> 1 or not c.is_entitled) as is_violated
from claims as c
inner join contested as k
    on c.fiscal_year = k.fiscal_year and c.form_code = k.form_code and c.unit_key = k.unit_key
