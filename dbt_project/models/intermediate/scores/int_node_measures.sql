-- Grain: one row per scheme edition, scored node, subject and fiscal year: the one number the node's rule judges.
--
-- A fallback input speaks only where the value itself does not apply (methodology U21, deviations: none found).
with inputs as (
    select
        nodes.scheme_code,
        nodes.scheme_edition,
        nodes.node_code,
        nodes.combination,
        subjects.subject_type,
        subjects.subject_code,
        subjects.fiscal_year,
        inputs.input_role,
        inputs.reference_value,
        metrics.metric_value,
        coalesce(metrics.value_status, 'missing') as value_status,
        -- A part stated not to apply of a whole that exists is a gap in what was filed, not an item that does not apply.
        coalesce(metrics.denominator, 0) <> 0 as has_whole
    from {{ ref('scheme_nodes') }} as nodes
    inner join {{ ref('node_inputs') }} as inputs
        on
            nodes.scheme_code = inputs.scheme_code
            and nodes.scheme_edition = inputs.scheme_edition
            and nodes.node_code = inputs.node_code
    inner join {{ ref('int_scheme_subjects') }} as subjects
        on
            nodes.scheme_code = subjects.scheme_code
            and nodes.scheme_edition = subjects.scheme_edition
    left join {{ ref('int_metrics') }} as metrics
        on
            subjects.scheme_code = metrics.scheme_code
            and subjects.scheme_edition = metrics.scheme_edition
            and subjects.subject_code = metrics.subject_code
            and subjects.fiscal_year = metrics.fiscal_year
            and inputs.metric_code = metrics.metric_code
    where nodes.rule_code is not null
),

outcomes as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        subject_code,
        fiscal_year,
        max(
            case when input_role = 'value' and value_status = 'not_applicable' and not has_whole then 1 else 0 end
        ) = 1 as value_is_void
    from inputs
    group by scheme_code, scheme_edition, node_code, subject_code, fiscal_year
),

used as (
    select
        inputs.*,
        case when inputs.input_role = 'fallback' then 'value' else inputs.input_role end as used_role
    from inputs
    inner join outcomes
        on
            inputs.scheme_code = outcomes.scheme_code
            and inputs.scheme_edition = outcomes.scheme_edition
            and inputs.node_code = outcomes.node_code
            and inputs.subject_code = outcomes.subject_code
            and inputs.fiscal_year = outcomes.fiscal_year
    where
        inputs.combination <> 'fallback'
        or (outcomes.value_is_void and inputs.input_role = 'fallback')
        or (not outcomes.value_is_void and inputs.input_role = 'value')
),

combined as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        combination,
        subject_type,
        subject_code,
        fiscal_year,
        sum(case when used_role = 'value' then metric_value end) as primary_value,
        sum(case when used_role = 'previous' then metric_value end) as previous_value,
        sum(abs(metric_value - reference_value)) as gap_sum,
        count(reference_value) as gap_count,
        sum(case when value_status = 'missing' then 1 else 0 end) as missing_inputs,
        sum(case when value_status = 'not_applicable' then 1 else 0 end) as not_applicable_inputs,
        sum(case when value_status = 'not_applicable' and has_whole then 1 else 0 end) as contradicted_inputs
    from used
    group by scheme_code, scheme_edition, node_code, combination, subject_type, subject_code, fiscal_year
)

select
    scheme_code,
    scheme_edition,
    node_code,
    subject_type,
    subject_code,
    fiscal_year,
    case
        when missing_inputs > 0 or contradicted_inputs > 0 then 'missing'
        when not_applicable_inputs > 0 then 'not_applicable'
        else 'reported'
    end as value_status,
    cast(primary_value as decimal(28, 12)) as primary_value,
    cast(previous_value as decimal(28, 12)) as previous_value,
    case
        when missing_inputs > 0 or not_applicable_inputs > 0 then null
        when combination = 'difference' then cast(primary_value - previous_value as decimal(28, 12))
        when combination = 'mean_absolute_gap' then {{ exact_divide('gap_sum', 'gap_count', 12) }}
        else cast(primary_value as decimal(28, 12))
    end as measure
from combined
