-- Every loaded (submission, form): whom it is about, and whether a later one stands in its place.
create or replace temp table check_submissions as
with claimed as (
    select
        submission_id,
        form_code,
        min(entity) as first_entity,
        count(distinct subject_code) filter (where standing not in ('unknown', 'ambiguous', 'stranger')) as subject_count,
        min(subject_code) filter (where standing not in ('unknown', 'ambiguous', 'stranger')) as subject_code,
        min(subject_code) as doubtful_code
    from check_claims
    group by submission_id, form_code
)

select
    l.submission_id,
    l.form_code,
    l.fiscal_year,
    l.submitter_code,
    l.file_name,
    l.relative_path,
    l.latest_path,
    l.filing_order,
    coalesce(c.first_entity, '') as entity,
    case
        when c.subject_count = 1 then c.subject_code
        when c.subject_count = 0 then c.doubtful_code
        else l.submitter_code
    end as subject_code,
    coalesce(r.replaced_by, '') as replaced_by,
    o.submission_id is not null as is_other_year
from check_loaded as l
left join claimed as c on l.submission_id = c.submission_id and l.form_code = c.form_code
left join check_replaced as r on l.submission_id = r.submission_id and l.form_code = r.form_code
left join check_other_year as o on l.submission_id = o.submission_id and l.form_code = o.form_code;

-- Versions: pairs of submissions whose order decides what counts.
create or replace temp table check_versions as
select distinct
    earlier.fiscal_year,
    earlier.submission_id as earlier_id,
    later.submission_id as later_id
from check_submissions as earlier
inner join check_claims as said
    on earlier.submission_id = said.submission_id and earlier.form_code = said.form_code
inner join check_claims as said_again
    on said.fiscal_year = said_again.fiscal_year
    and said.submitter_code = said_again.submitter_code
    and said.form_code = said_again.form_code
    and said.replacing_key = said_again.replacing_key
inner join check_submissions as later
    on said_again.submission_id = later.submission_id and said_again.form_code = later.form_code
where
    earlier.filing_order < later.filing_order
    and not earlier.is_other_year
    and not later.is_other_year
    and said.replacing_key <> ''
    and said.is_replaceable
    and said_again.is_replaceable;

-- Claims in force on one unit, form and year. Several submitters: who is neither the unit nor its department gives way;
-- where that does not decide, all do. One submitter: the later one counts, one that prints no name gives way.
create or replace temp table check_contest as
with in_force as (
    select
        c.*,
        s.relative_path,
        s.file_name,
        s.filing_order,
        c.subject in ('unit', 'submitter') and c.is_entitled as is_attributed
    from check_claims as c
    inner join check_submissions as s
        on c.submission_id = s.submission_id and c.form_code = s.form_code and s.replaced_by = ''
        and not s.is_other_year
    where
        c.subject <> 'card'
        and c.standing not in ('unknown', 'ambiguous')
        and not (c.standing = 'stranger' and c.bearer_count > 1)
        and (c.entity <> '' or c.standing in ('own', 'blank'))
),

files as (
    select distinct
        fiscal_year,
        form_code,
        unit_key,
        submitter_code,
        submission_id,
        file_name,
        filing_order,
        standing <> 'blank' as is_named
    from in_force
    where is_attributed
),

rivals as (
    select
        a.submission_id,
        a.form_code,
        a.unit_key,
        bool_or(not a.is_named or (b.is_named and b.filing_order > a.filing_order)) as gives_way,
        max_by(b.file_name, [b.is_named::integer, b.filing_order]) as rival_file
    from files as a
    inner join files as b
        on a.fiscal_year = b.fiscal_year
        and a.form_code = b.form_code
        and a.unit_key = b.unit_key
        and a.submitter_code = b.submitter_code
        and a.submission_id <> b.submission_id
    group by a.submission_id, a.form_code, a.unit_key
),

counted as (
    select
        fiscal_year,
        form_code,
        unit_key,
        count(distinct submitter_code) as submitter_count,
        count(distinct submitter_code) filter (where is_entitled) as entitled_count
    from in_force
    group by fiscal_year, form_code, unit_key
)

select
    f.*,
    k.submitter_count > 1 and (k.entitled_count <> 1 or not f.is_entitled) as is_disputed,
    coalesce(r.gives_way, false) as gives_way,
    coalesce(r.rival_file, '') as rival_file
from in_force as f
inner join counted as k
    on f.fiscal_year = k.fiscal_year and f.form_code = k.form_code and f.unit_key = k.unit_key
left join rivals as r
    on f.submission_id = r.submission_id and f.form_code = r.form_code and f.unit_key = r.unit_key;
