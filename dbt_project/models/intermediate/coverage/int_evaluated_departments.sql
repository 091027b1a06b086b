-- Grain: one row per place, department (first-level unit) and expenditure year with an entry in the evaluation register.
--
-- What its evaluations come to when each yuan counts once: projects lie inside the whole unit, and subordinate units inside the
-- department.
with objects as (
    select * from {{ ref('int_evaluated_objects') }}
),

summed as (
    select
        region_code,
        fiscal_year,
        department_code,
        sum(gross_cny) as gross_cny,
        sum(entries_without_amount) as entries_without_amount,
        sum(case when object_type = 'project' then coalesce(evaluated_cny, 0) else 0 end) as projects_cny,
        max(case when object_type = 'department' and object_code = department_code then evaluated_cny end) as own_cny,
        sum(case when object_type = 'department' and object_code <> department_code then evaluated_cny end)
            as subordinates_cny,
        sum(case when object_type = 'department' then 1 else 0 end) as whole_count
    from objects
    group by region_code, fiscal_year, department_code
),

-- The entry a figure about the whole unit rests on: its own, else the largest of its subordinates.
named as (
    select
        objects.*,
        row_number() over (
            partition by region_code, fiscal_year, department_code
            order by
                case when object_code = department_code then 0 else 1 end,
                -coalesce(evaluated_cny, 0),
                object_code
        ) as occurrence
    from objects
    where object_type = 'department'
)

select
    summed.region_code,
    summed.fiscal_year,
    summed.department_code,
    cast(summed.gross_cny as decimal(24, 2)) as gross_cny,
    cast(summed.entries_without_amount as integer) as entries_without_amount,
    cast(summed.projects_cny as decimal(24, 2)) as projects_cny,
    summed.whole_count > 0 as is_evaluated_as_a_whole,
    -- Unknown, not zero, where no entry about the whole unit names an amount.
    cast(
        case
            when summed.own_cny is null then summed.subordinates_cny
            else greatest(summed.own_cny, coalesce(summed.subordinates_cny, 0))
        end as decimal(24, 2)
    ) as whole_cny,
    cast(
        greatest(
            summed.projects_cny, coalesce(summed.own_cny, 0), coalesce(summed.subordinates_cny, 0)
        ) as decimal(24, 2)
    ) as once_cny,
    named.object_code,
    named.object_name,
    named.function_code,
    named.submission_id,
    named.sheet,
    named.cell
from summed
left join named
    on
        summed.region_code = named.region_code
        and summed.fiscal_year = named.fiscal_year
        and summed.department_code = named.department_code
        and named.occurrence = 1
