-- Grain: one row per coverage ratio, subject (department or place) and fiscal year for which it is due.
with subjects as (
    select * from {{ ref('int_coverage_subjects') }}
),

sums as (
    select
        coverage_code,
        subject_type,
        subject_code,
        fiscal_year,
        sum(amount_cny) as total_cny,
        sum(case when coverage_status = 'covered' then amount_cny else 0 end) as net_cny,
        sum(unit_count) as total_count,
        sum(case when coverage_status = 'covered' then unit_count else 0 end) as covered_count,
        min(case when coverage_status = 'withheld' then reason_code end) as withheld_reason
    from {{ ref('int_coverage_ledger') }}
    group by coverage_code, subject_type, subject_code, fiscal_year
),

-- What the register says, before any ledger: entered in all, and counted once.
evaluated as (
    select
        'C1' as coverage_code,
        department_code as subject_code,
        fiscal_year,
        gross_cny,
        once_cny,
        entries_without_amount
    from {{ ref('int_evaluated_departments') }}
    union all
    select
        'C2' as coverage_code,
        region_code as subject_code,
        fiscal_year,
        sum(gross_cny) as gross_cny,
        sum(once_cny) as once_cny,
        sum(entries_without_amount) as entries_without_amount
    from {{ ref('int_evaluated_departments') }}
    group by region_code, fiscal_year
),

received as (
    select * from {{ ref('int_received_forms') }}
),

judged as (
    select
        subjects.coverage_code,
        subjects.subject_type,
        subjects.subject_code,
        subjects.subject_name_zh,
        subjects.region_code,
        subjects.level_code,
        subjects.fiscal_year,
        case
            when subjects.coverage_code = 'C5' then sums.total_cny
            else subjects.denominator_cny
        end as denominator_cny,
        coalesce(sums.net_cny, 0) as net_cny,
        coalesce(evaluated.gross_cny, sums.net_cny, 0) as gross_cny,
        coalesce(evaluated.once_cny, sums.net_cny, 0) as once_cny,
        coalesce(evaluated.entries_without_amount, 0) as entries_without_amount,
        sums.total_count,
        sums.covered_count,
        case
            when
                subjects.coverage_code in ('C1', 'C2') and registers.form_code is null
                then 'evaluation_register_missing'
            when
                subjects.coverage_code in ('C1', 'C2', 'C4') and not subjects.has_denominator
                then 'final_account_missing'
            when subjects.coverage_code = 'C3' and sums.total_count is null then 'register_missing'
            when
                subjects.coverage_code = 'C5' and lists.form_code is null and sums.total_cny is null
                then 'project_list_missing'
            when subjects.coverage_code = 'C1' then states.missing_reason
        end as missing_reason,
        sums.withheld_reason
    from subjects
    left join sums
        on
            subjects.coverage_code = sums.coverage_code
            and subjects.subject_type = sums.subject_type
            and subjects.subject_code = sums.subject_code
            and subjects.fiscal_year = sums.fiscal_year
    left join evaluated
        on
            subjects.coverage_code = evaluated.coverage_code
            and subjects.subject_code = evaluated.subject_code
            and subjects.fiscal_year = evaluated.fiscal_year
    left join {{ ref('int_department_ledger_states') }} as states
        on
            subjects.coverage_code = 'C1'
            and subjects.subject_code = states.department_code
            and subjects.fiscal_year = states.fiscal_year
    left join received as registers
        on
            registers.form_code = 'evaluation_register'
            and subjects.region_code = registers.submitter_code
            and subjects.fiscal_year = registers.fiscal_year
    left join received as lists
        on
            lists.form_code = 'project_list'
            and subjects.subject_code = lists.submitter_code
            and subjects.fiscal_year = lists.fiscal_year
)

select
    coverage_code,
    subject_type,
    subject_code,
    subject_name_zh,
    region_code,
    level_code,
    fiscal_year,
    cast(denominator_cny as decimal(24, 2)) as denominator_cny,
    cast(net_cny as decimal(24, 2)) as net_cny,
    cast(gross_cny as decimal(24, 2)) as gross_cny,
    cast(once_cny as decimal(24, 2)) as once_cny,
    cast(entries_without_amount as integer) as entries_without_amount,
    cast(total_count as integer) as total_count,
    cast(covered_count as integer) as covered_count,
    case
        when missing_reason is not null then 'missing'
        when withheld_reason is not null then 'withheld'
        when coalesce(denominator_cny, total_count, 0) = 0 then 'not_applicable'
        else 'reported'
    end as value_status,
    case
        when missing_reason is not null then missing_reason
        when withheld_reason is not null then withheld_reason
        when coalesce(denominator_cny, total_count, 0) = 0 then 'zero_denominator'
    end as reason_code
from judged
