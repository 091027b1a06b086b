-- Grain: one row per object evaluated (project or whole unit) of a register's place and expenditure year.
--
-- However many bodies evaluated an object, its money counts once: the largest amount entered (methodology U23). The cell is that
-- amount's; an object of which no entry names an amount keeps the cell of its first entry.
with entries as (
    select
        evaluations.*,
        row_number() over (
            partition by
                evaluations.region_code, evaluations.fiscal_year, evaluations.object_type, evaluations.object_code
            order by
                case when evaluations.evaluated_cny is null then 1 else 0 end,
                -evaluations.evaluated_cny,
                evaluations.evaluation_code,
                evaluations.submission_id,
                evaluations.sheet,
                evaluations.row_number
        ) as occurrence
    from {{ ref('int_evaluations') }} as evaluations
    where evaluations.is_own_level
),

sums as (
    select
        region_code,
        fiscal_year,
        object_type,
        object_code,
        sum(coalesce(evaluated_cny, 0)) as gross_cny,
        sum(case when evaluated_cny is null then 1 else 0 end) as entries_without_amount
    from entries
    group by region_code, fiscal_year, object_type, object_code
)

select
    entries.region_code,
    entries.fiscal_year,
    entries.object_type,
    entries.object_code,
    entries.object_name,
    entries.department_code,
    entries.function_code,
    entries.is_listed_project,
    cast(case when entries.evaluated_cny < 0 then 0 else entries.evaluated_cny end as decimal(24, 2)) as evaluated_cny,
    cast(sums.gross_cny as decimal(24, 2)) as gross_cny,
    cast(sums.entries_without_amount as integer) as entries_without_amount,
    entries.submission_id,
    entries.sheet,
    entries.cell
from entries
inner join sums
    on
        entries.region_code = sums.region_code
        and entries.fiscal_year = sums.fiscal_year
        and entries.object_type = sums.object_type
        and entries.object_code = sums.object_code
where entries.occurrence = 1
