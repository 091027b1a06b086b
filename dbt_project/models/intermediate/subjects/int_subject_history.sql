-- Grain: one row per scored subject, fiscal year, offset to the year of a figure, and code that held the subject then.
--
-- A subject is held by its own code unless a list says that another one came before; a merged one is held by all of them.
-- Where a code was split nobody can say whose its figures were: it is nobody's predecessor.
with year_offsets as (
    select distinct year_offset from {{ ref('metric_terms') }}
),

due as (
    select distinct
        subjects.subject_type,
        subjects.subject_code,
        subjects.fiscal_year,
        year_offsets.year_offset,
        kinds.code_kind
    from {{ ref('int_scheme_subjects') }} as subjects
    inner join {{ ref('code_subjects') }} as kinds on subjects.subject_type = kinds.subject_type
    cross join year_offsets
),

predecessors as (
    select
        due.*,
        successions.code as code_then
    from due
    inner join {{ ref('code_successions') }} as successions
        on
            due.code_kind = successions.code_kind
            and due.subject_code = successions.successor_code
            and due.fiscal_year >= successions.holds_from
            and (successions.holds_to is null or due.fiscal_year <= successions.holds_to)
            and (successions.valid_from is null or due.fiscal_year + due.year_offset >= successions.valid_from)
            and due.fiscal_year + due.year_offset <= successions.valid_to
    where successions.successor_count = 1
),

counted as (
    select
        due.subject_type,
        due.subject_code,
        due.fiscal_year,
        due.year_offset,
        due.code_kind,
        count(predecessors.code_then) as predecessor_count
    from due
    left join predecessors
        on
            due.subject_type = predecessors.subject_type
            and due.subject_code = predecessors.subject_code
            and due.fiscal_year = predecessors.fiscal_year
            and due.year_offset = predecessors.year_offset
    group by due.subject_type, due.subject_code, due.fiscal_year, due.year_offset, due.code_kind
),

in_force as (
    select distinct
        code_kind,
        code,
        valid_from,
        valid_to,
        is_in_first_list
    from {{ ref('code_lists') }}
),

holders as (
    select
        subject_type,
        subject_code,
        fiscal_year,
        year_offset,
        code_then
    from predecessors
    union
    select
        counted.subject_type,
        counted.subject_code,
        counted.fiscal_year,
        counted.year_offset,
        counted.subject_code as code_then
    from counted
    left join in_force
        on
            counted.code_kind = in_force.code_kind
            and counted.subject_code = in_force.code
            and (in_force.is_in_first_list or counted.fiscal_year + counted.year_offset >= in_force.valid_from)
            and (in_force.valid_to is null or counted.fiscal_year + counted.year_offset <= in_force.valid_to)
    where counted.predecessor_count = 0 or in_force.code is not null
)

select
    holders.subject_type,
    holders.subject_code,
    holders.fiscal_year,
    holders.year_offset,
    holders.code_then,
    count(*) over (
        partition by holders.subject_type, holders.subject_code, holders.fiscal_year, holders.year_offset
    ) as holder_count
from holders
