-- Grain: one row per coverage ratio, level of government and fiscal year: the pooled ratio against its target.
with ratios as (
    select * from {{ ref('fct_coverage_ratios') }}
    where subject_type = 'level'
)

select
    ratios.coverage_code,
    targets.name_zh as coverage_name_zh,
    targets.name_en as coverage_name_en,
    ratios.subject_level_code as level_code,
    ratios.subject_name_zh as level_name_zh,
    due.is_headline,
    ratios.fiscal_year,
    ratios.numerator_net_cny,
    ratios.denominator_cny,
    ratios.numerator_count,
    ratios.denominator_count,
    ratios.coverage_ratio,
    ratios.target_ratio,
    ratios.gap_cny,
    ratios.gap_count,
    ratios.is_target_reached,
    ratios.value_status,
    ratios.status_reason_zh,
    ratios.status_reason_en,
    ratios.subjects_due as subjects_total,
    ratios.subjects_reported,
    ratios.subjects_not_applicable,
    ratios.subjects_reached,
    case
        when ratios.subjects_reported > 0
            then {{ exact_divide('ratios.subjects_reached', 'ratios.subjects_reported', 0) }}
    end as share_of_subjects_reached,
    cast(ratios.coverage_ratio - previous.coverage_ratio as decimal(28, 12)) as change_on_previous_year,
    targets.note_zh,
    targets.note_en,
    targets.citation,
    ratios.parameters_zh,
    ratios.parameters_en
from ratios
inner join {{ ref('coverage_targets') }} as targets
    on
        ratios.coverage_code = targets.coverage_code
        and {{ valid_in_year('targets', 'ratios.fiscal_year') }}
inner join {{ ref('coverage_subjects') }} as due
    on ratios.coverage_code = due.coverage_code and ratios.subject_level_code = due.level_code
left join ratios as previous
    on
        ratios.coverage_code = previous.coverage_code
        and ratios.subject_code = previous.subject_code
        and ratios.fiscal_year = previous.fiscal_year + 1
