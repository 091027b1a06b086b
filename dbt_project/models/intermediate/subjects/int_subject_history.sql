-- Grain: one row per scored subject, fiscal year, offset to a figure's year, and code that held the subject then ('' none).
--
-- A subject is held by its own code unless a list says that another one came before; a merged one is held by all of them.
-- Where a code was split nobody can say whose its figures were: for years before, its parts are held by no code at all,
-- those that existed before the split too. Between two lists a code may have changed in any year: where the registers
-- already name the new one and the old one no more, the new one held the subject.
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
        successions.code as code_then,
        successions.successor_count
    from due
    inner join {{ ref('code_successions') }} as successions
        on
            due.code_kind = successions.code_kind
            and due.subject_code = successions.successor_code
            and due.fiscal_year >= successions.holds_from
            and (successions.holds_to is null or due.fiscal_year <= successions.holds_to)
            and (successions.valid_from is null or due.fiscal_year + due.year_offset >= successions.valid_from)
            and due.fiscal_year + due.year_offset <= successions.valid_to
),

counted as (
    select
        due.subject_type,
        due.subject_code,
        due.fiscal_year,
        due.year_offset,
        due.code_kind,
        count(predecessors.code_then) as predecessor_count,
        coalesce(max(predecessors.successor_count), 0) > 1 as has_split
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

registered as (
    select
        'region' as subject_type,
        region_code as code,
        fiscal_year
    from {{ ref('int_regions') }}
    union
    select
        'department' as subject_type,
        unit_code as code,
        fiscal_year
    from {{ ref('int_units') }}
),

own as (
    select
        counted.*,
        max(in_force.code) is not null as is_in_force,
        max(registered.code) is not null as is_registered
    from counted
    left join in_force
        on
            counted.code_kind = in_force.code_kind
            and counted.subject_code = in_force.code
            and (in_force.is_in_first_list or counted.fiscal_year + counted.year_offset >= in_force.valid_from)
            and (in_force.valid_to is null or counted.fiscal_year + counted.year_offset <= in_force.valid_to)
    left join registered
        on
            counted.subject_type = registered.subject_type
            and counted.subject_code = registered.code
            and counted.fiscal_year + counted.year_offset = registered.fiscal_year
    group by
        counted.subject_type, counted.subject_code, counted.fiscal_year, counted.year_offset, counted.code_kind,
        counted.predecessor_count, counted.has_split
),

holders as (
    select
        own.subject_type,
        own.subject_code,
        own.fiscal_year,
        own.year_offset,
        case
            when own.has_split then ''
            when registered.code is null and own.is_registered and not own.is_in_force then own.subject_code
            else predecessors.code_then
        end as code_then
    from own
    inner join predecessors
        on
            own.subject_type = predecessors.subject_type
            and own.subject_code = predecessors.subject_code
            and own.fiscal_year = predecessors.fiscal_year
            and own.year_offset = predecessors.year_offset
    left join registered
        on
            own.subject_type = registered.subject_type
            and predecessors.code_then = registered.code
            and own.fiscal_year + own.year_offset = registered.fiscal_year
    union
    select
        subject_type,
        subject_code,
        fiscal_year,
        year_offset,
        subject_code as code_then
    from own
    where predecessor_count = 0 or (is_in_force and not has_split)
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
