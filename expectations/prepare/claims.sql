-- Who each loaded (submission, form) is about, one row per name it prints (or card it holds): the unit that is meant by
-- the name, within what the submitter may file for: itself, units below it, units of its region. The models decide alike.
--
-- standing: own, named, blank (prints no name: its submitter), unjudged (no register of the year); unknown, ambiguous,
-- stranger (the name of somebody the submitter does not file for); entitled and claimed in forms without a unit.
create or replace temp table check_claims as
with shown as (
    select
        l.fiscal_year,
        l.submission_id,
        l.form_code,
        l.submitter_code,
        e.entity,
        e.sheet,
        e.cell,
        coalesce(f.subject, 'label') as subject,
        y.fiscal_year is not null as has_register,
        count(*) filter (where e.entity <> '') over (partition by l.submission_id, l.form_code) as name_count
    from check_loaded as l
    inner join check_entities as e on l.submission_id = e.submission_id and l.form_code = e.form_code
    left join check_form_subjects as f on l.form_code = f.form_code
    left join (select distinct fiscal_year from check_register where entity_kind = 'unit') as y
        on l.fiscal_year = y.fiscal_year
),

names as (
    select
        fiscal_year,
        entity_kind,
        entity_name as printed,
        entity_code,
        parent_code,
        department_code,
        region_code
    from check_register
    where is_first
    union
    select
        fiscal_year,
        entity_kind,
        check_folded(entity_code),
        entity_code,
        parent_code,
        department_code,
        region_code
    from check_register
    where is_first
),

bearers as (
    select
        s.*,
        n.entity_code,
        case
            when n.entity_code = s.submitter_code then 0
            when s.submitter_code in (n.parent_code, n.department_code, n.region_code) and s.subject <> 'submitter' then 1
            when n.entity_code is not null then 2
        end as distance
    from shown as s
    left join names as n
        on s.fiscal_year = n.fiscal_year
        and s.entity = n.printed
        and s.entity <> ''
        and s.subject <> 'card'
        and (
            s.subject in ('label', 'unit_card')
            or n.entity_kind = case s.subject when 'unit' then 'unit' else 'region' end
        )
),

meant as (
    select
        fiscal_year,
        submission_id,
        form_code,
        submitter_code,
        entity,
        sheet,
        cell,
        subject,
        has_register,
        name_count,
        min(distance) as nearest,
        count(distinct entity_code) as bearer_count,
        count(distinct entity_code) filter (where distance <= 1) as reach_count,
        min(entity_code) filter (where distance <= 1) as reached_code,
        min_by(entity_code, [distance::varchar, entity_code]) as nearest_code,
        coalesce(string_agg(distinct entity_code, ', ' order by entity_code), '') as bearer_codes
    from bearers
    group by all
),

standings as (
    select
        *,
        case
            when subject = 'card' then 'claimed'
            when subject in ('label', 'unit_card') then case when nearest < 2 then 'entitled' else 'claimed' end
            when subject = 'submitter' then case when nearest > 0 then 'stranger' else 'own' end
            when not has_register then 'unjudged'
            when entity = '' then 'blank'
            when nearest = 0 then 'own'
            when reach_count = 1 then 'named'
            when reach_count > 1 then 'ambiguous'
            when bearer_count > 0 then 'stranger'
            else 'unknown'
        end as standing
    from meant
),

keyed as (
    select
        *,
        case
            when subject = 'card' then entity
            when subject in ('label', 'unit_card')
                then case when nearest < 2 or bearer_count = 1 then nearest_code else entity end
            when standing in ('own', 'blank') then submitter_code
            when standing = 'named' then reached_code
            when standing = 'stranger' and bearer_count = 1 then nearest_code
            else entity
        end as unit_key
    from standings
),

-- A table that prints no name belongs to the one unit the other tables of the form name.
placed as (
    select
        k.*,
        n.unit_count > 1 as is_undecided
    from keyed as k
    left join (
        select
            submission_id,
            form_code,
            count(distinct unit_key) as unit_count
        from keyed
        where entity <> ''
        group by submission_id, form_code
    ) as n
        on k.submission_id = n.submission_id and k.form_code = n.form_code
    where k.subject <> 'unit' or k.entity <> '' or k.name_count = 0 or n.unit_count > 1
)

select
    * exclude (standing, is_undecided, has_register, reached_code, nearest_code),
    case when standing = 'blank' and is_undecided then 'ambiguous' else standing end as standing,
    standing in ('own', 'named', 'blank', 'entitled') as is_entitled,
    -- A misprint beside names that are understood does not keep the corrected workbook from replacing this one.
    standing not in ('unknown', 'ambiguous', 'stranger')
    or bool_and(standing in ('unknown', 'ambiguous', 'stranger')) over (partition by submission_id, form_code)
        as is_replaceable,
    case
        when subject in ('label', 'card', 'unit_card') then entity
        when standing = 'blank' then ''
        else unit_key
    end as replacing_key,
    case
        when subject = 'card' then submitter_code
        when subject in ('label', 'unit_card') then coalesce(nearest_code, submitter_code)
        when standing in ('own', 'blank', 'unjudged') then submitter_code
        when standing in ('unknown', 'ambiguous') or unit_key = entity then ''
        else unit_key
    end as subject_code
from placed
