-- Grain: one row per submitter and fiscal year: the data-quality index of what it filed, and what it is made of.
with indices as (
    select
        fiscal_year,
        submitter_code,
        max(case when component_code = 'accuracy' then component_ratio end) as accuracy_ratio,
        max(case when component_code = 'completeness' then component_ratio end) as completeness_ratio,
        max(case when component_code = 'timeliness' then component_ratio end) as timeliness_ratio,
        max(case when component_code = 'corrections' then component_ratio end) as corrections_ratio,
        sum(case when component_code = 'accuracy' then due_weight else 0 end) as due_weight,
        sum(case when component_code = 'accuracy' then passed_weight else 0 end) as passed_weight,
        sum(check_count) as check_count,
        sum(passed_count) as passed_count,
        sum(excused_count) as excused_count,
        sum(failed_count) as failed_count,
        {{ exact_divide('sum(component_weight * component_ratio * 100)', 'sum(component_weight)', 12) }}
            as quality_points
    from {{ ref('int_quality_components') }}
    group by fiscal_year, submitter_code
),

forms as (
    select
        fiscal_year,
        submitter_code,
        sum(case when is_due then 1 else 0 end) as due_form_count,
        sum(case when is_due and is_received then 1 else 0 end) as received_form_count,
        sum(case when is_due and is_accepted then 1 else 0 end) as accepted_form_count,
        sum(case when is_due and is_late then 1 else 0 end) as late_form_count,
        sum(case when is_due and not is_received then 1 else 0 end) as never_form_count
    from {{ ref('rpt_filing_status') }}
    group by fiscal_year, submitter_code
)

select
    indices.fiscal_year,
    indices.submitter_code,
    submitters.submitter_name as submitter_name_zh,
    cast(coalesce(forms.due_form_count, 0) as integer) as due_form_count,
    cast(coalesce(forms.received_form_count, 0) as integer) as received_form_count,
    cast(coalesce(forms.accepted_form_count, 0) as integer) as accepted_form_count,
    cast(coalesce(forms.late_form_count, 0) as integer) as late_form_count,
    cast(coalesce(forms.never_form_count, 0) as integer) as never_form_count,
    cast(indices.check_count as integer) as check_count,
    cast(indices.passed_count as integer) as passed_count,
    cast(indices.excused_count as integer) as excused_count,
    cast(indices.failed_count as integer) as failed_count,
    cast(indices.due_weight as integer) as due_weight,
    cast(indices.passed_weight as integer) as passed_weight,
    indices.accuracy_ratio,
    indices.completeness_ratio,
    indices.timeliness_ratio,
    indices.corrections_ratio,
    indices.quality_points,
    cast(indices.quality_points - earlier.quality_points as decimal(28, 12)) as quality_points_change,
    grades.grade_code,
    grades.name_zh as grade_name_zh,
    grades.name_en as grade_name_en
from indices
left join forms on indices.fiscal_year = forms.fiscal_year and indices.submitter_code = forms.submitter_code
left join {{ ref('int_submitters') }} as submitters
    on indices.fiscal_year = submitters.fiscal_year and indices.submitter_code = submitters.submitter_code
left join indices as earlier
    on indices.fiscal_year = earlier.fiscal_year + 1 and indices.submitter_code = earlier.submitter_code
left join {{ ref('quality_grades') }} as grades
    on
        {{ valid_in_year('grades', 'indices.fiscal_year') }}
        and (grades.lower_inclusive is null or indices.quality_points >= grades.lower_inclusive)
        and (grades.upper_exclusive is null or indices.quality_points < grades.upper_exclusive)
