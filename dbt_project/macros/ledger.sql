{# The evidence columns of a ledger line that rests on none. #}
{% macro no_evidence() -%}
cast(null as string) as evidence_submission_id,
cast(null as string) as evidence_sheet,
cast(null as string) as evidence_cell
{%- endmacro %}

{#
  The end of a ledger whose denominator is a printed total: its lines, and one line for what they leave of the total.

  The CTEs `subjects`, `printed_addends` (addend_count per subject and year: the account's own printed cells, and nothing derived
  from them) and `lines` must stand before it. Rounding lines among the lines stand beside money the others hold already.
#}
{% macro close_ledger(coverage_code, subject_type, lines, excess_reason) -%}
line_sums as (
    select
        subject_code,
        fiscal_year,
        sum(amount_cny) as amount_cny,
        sum(case when object_type = 'rounding' then abs(amount_cny) else 0 end) as rounding_cny
    from {{ lines }}
    group by subject_code, fiscal_year
),

closing as (
    select
        subjects.subject_code,
        subjects.fiscal_year,
        cast(subjects.denominator_cny - coalesce(line_sums.amount_cny, 0) as decimal(24, 2)) as amount_cny,
        (coalesce(printed_addends.addend_count, 0) + 1)
        * {{ half_print_step('coalesce(steps.print_step, 1)', 'subjects.unit_factor') }}
        + coalesce(line_sums.rounding_cny, 0) as tolerance_cny,
        subjects.submission_id,
        subjects.sheet,
        subjects.cell
    from subjects
    left join line_sums
        on subjects.subject_code = line_sums.subject_code and subjects.fiscal_year = line_sums.fiscal_year
    left join printed_addends
        on
            subjects.subject_code = printed_addends.subject_code
            and subjects.fiscal_year = printed_addends.fiscal_year
    left join {{ ref('print_steps') }} as steps on subjects.printed_decimals = steps.decimals
),

complete as (
    select * from {{ lines }}
    union all
    select
        subject_code,
        fiscal_year,
        'rounding' as object_type,
        subject_code as object_code,
        cast(null as string) as object_name_zh,
        cast(null as string) as function_code,
        amount_cny,
        case
            when abs(amount_cny) <= tolerance_cny then 'rounding_of_print'
            when amount_cny < 0 then '{{ excess_reason }}'
            else 'ledger_differs_from_total'
        end as reason_code,
        submission_id,
        sheet,
        cell,
        {{ no_evidence() }}
    from closing
    where amount_cny <> 0
)

select
    '{{ coverage_code }}' as coverage_code,
    '{{ subject_type }}' as subject_type,
    subject_code,
    fiscal_year,
    object_type,
    object_code,
    object_name_zh,
    function_code,
    amount_cny,
    cast(null as integer) as unit_count,
    reason_code,
    submission_id,
    sheet,
    cell,
    evidence_submission_id,
    evidence_sheet,
    evidence_cell
from complete
{%- endmacro %}
