-- Grain: one row per scheme edition, scored node, subject and fiscal year: the one number the node's rule judges.
--
-- A fallback input speaks only where the value itself does not apply (methodology U21, deviations: none found). A panel
-- below its minimum sample demonstrates nothing (requirements R30).
with inputs as (
    select
        nodes.scheme_code,
        nodes.scheme_edition,
        nodes.node_code,
        nodes.combination,
        nodes.direction,
        nodes.best_count,
        nodes.minimum_sample,
        subjects.subject_type,
        subjects.subject_code,
        subjects.fiscal_year,
        inputs.input_role,
        inputs.metric_code,
        inputs.reference_value,
        inputs.item_points,
        coalesce(inputs.counted_from, 0) as counted_from,
        inputs.most_item_points,
        metrics.metric_value,
        metrics.statistical_value,
        metrics.numerator,
        metrics.denominator,
        coalesce(metrics.value_status, 'missing') as value_status,
        coalesce(metrics.is_estimate, false) as is_estimate,
        -- A part stated not to apply of a whole that exists is a gap in what was filed, not an item that does not apply.
        coalesce(metrics.denominator, 0) <> 0 as has_whole
    from {{ ref('int_node_parameters') }} as nodes
    inner join {{ ref('node_inputs') }} as inputs
        on
            nodes.scheme_code = inputs.scheme_code
            and nodes.scheme_edition = inputs.scheme_edition
            and nodes.node_code = inputs.node_code
    inner join {{ ref('int_scheme_subjects') }} as subjects
        on
            nodes.scheme_code = subjects.scheme_code
            and nodes.scheme_edition = subjects.scheme_edition
    left join {{ ref('int_metric_values') }} as metrics
        on
            subjects.scheme_code = metrics.scheme_code
            and subjects.scheme_edition = metrics.scheme_edition
            and subjects.subject_code = metrics.subject_code
            and subjects.fiscal_year = metrics.fiscal_year
            and inputs.metric_code = metrics.metric_code
),

voided as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        subject_code,
        fiscal_year,
        max(case when value_status = 'not_applicable' and not has_whole then 1 else 0 end) = 1 as value_is_void
    from inputs
    where combination = 'fallback' and input_role = 'value'
    group by scheme_code, scheme_edition, node_code, subject_code, fiscal_year
),

-- The best few inputs of a node, from the best one on; equal ones in the order of their names.
placed as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        subject_code,
        fiscal_year,
        metric_code,
        row_number() over (
            partition by scheme_code, scheme_edition, node_code, subject_code, fiscal_year
            order by case when direction = 'less' then metric_value else -metric_value end, metric_code
        ) as place
    from inputs
    where combination = 'best_of' and value_status = 'reported'
),

used as (
    select
        inputs.*,
        case when inputs.input_role = 'fallback' then 'value' else inputs.input_role end as used_role
    from inputs
    left join voided
        on
            inputs.scheme_code = voided.scheme_code
            and inputs.scheme_edition = voided.scheme_edition
            and inputs.node_code = voided.node_code
            and inputs.subject_code = voided.subject_code
            and inputs.fiscal_year = voided.fiscal_year
    left join placed
        on
            inputs.scheme_code = placed.scheme_code
            and inputs.scheme_edition = placed.scheme_edition
            and inputs.node_code = placed.node_code
            and inputs.subject_code = placed.subject_code
            and inputs.fiscal_year = placed.fiscal_year
            and inputs.metric_code = placed.metric_code
    where
        case
            when inputs.combination = 'fallback'
                then inputs.input_role = case when voided.value_is_void then 'fallback' else 'value' end
            -- What is not known stays in the way: the best of what is left would be a guess. What does not apply is passed over.
            when inputs.combination = 'best_of' then placed.place is null or placed.place <= inputs.best_count
            else true
        end
),

pieces as (
    select
        used.*,
        case
            when combination = 'checklist'
                then
                    least(
                        cast(greatest(metric_value - counted_from, 0) * item_points as decimal(28, 12)),
                        coalesce(
                            most_item_points,
                            cast(greatest(metric_value - counted_from, 0) * item_points as decimal(28, 12))
                        )
                    )
        end as earned
    from used
),

combined as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        combination,
        best_count,
        minimum_sample,
        subject_type,
        subject_code,
        fiscal_year,
        sum(case when used_role = 'value' then metric_value end) as primary_value,
        sum(case when used_role = 'value' then statistical_value end) as primary_statistical_value,
        count(case when used_role = 'value' then metric_value end) as value_count,
        sum(case when used_role = 'value' and not is_estimate then numerator end) as primary_numerator,
        sum(case when used_role = 'value' and not is_estimate then denominator end) as primary_denominator,
        sum(case when is_estimate then 1 else 0 end) as estimated_inputs,
        sum(case when used_role = 'previous' then metric_value end) as previous_value,
        sum(case when used_role = 'previous' then statistical_value end) as previous_statistical_value,
        sum(case when used_role = 'sample' then metric_value end) as sample_value,
        sum(abs(metric_value - reference_value)) as gap_sum,
        sum(earned) as earned,
        sum(case when value_status = 'missing' then 1 else 0 end) as missing_inputs,
        sum(case when value_status = 'not_demonstrable' then 1 else 0 end) as not_demonstrable_inputs,
        sum(case when value_status = 'not_applicable' then 1 else 0 end) as not_applicable_inputs,
        sum(case when value_status = 'not_applicable' and has_whole then 1 else 0 end) as contradicted_inputs
    from pieces
    group by
        scheme_code,
        scheme_edition,
        node_code,
        combination,
        best_count,
        minimum_sample,
        subject_type,
        subject_code,
        fiscal_year
),

judged as (
    select
        combined.*,
        case
            when missing_inputs > 0 or contradicted_inputs > 0 then 'missing'
            when not_demonstrable_inputs > 0 then 'not_demonstrable'
            when combination = 'best_of' and value_count < best_count then 'not_applicable'
            when combination <> 'best_of' and not_applicable_inputs > 0 then 'not_applicable'
            when combination = 'panel_mean' and sample_value < minimum_sample then 'not_demonstrable'
            else 'reported'
        end as value_status
    from combined
)

select
    scheme_code,
    scheme_edition,
    node_code,
    subject_type,
    subject_code,
    fiscal_year,
    value_status,
    cast(primary_value as decimal(28, 12)) as primary_value,
    cast(previous_value as decimal(28, 12)) as previous_value,
    cast(primary_numerator as decimal(38, 12)) as primary_numerator,
    cast(primary_denominator as decimal(38, 12)) as primary_denominator,
    estimated_inputs > 0 as is_estimate,
    case
        when value_status <> 'reported' then null
        when combination = 'difference' then cast(primary_value - previous_value as decimal(28, 12))
        when combination = 'mean_absolute_gap' then {{ exact_divide('gap_sum', 'value_count', 12) }}
        when combination = 'best_of' then {{ exact_divide('primary_value', 'value_count', 12) }}
        when combination = 'checklist' then cast(earned as decimal(28, 12))
        else cast(primary_value as decimal(28, 12))
    end as measure,
    case
        when value_status <> 'reported' then null
        when combination = 'difference' then primary_statistical_value - previous_statistical_value
        when combination = 'mean_absolute_gap' then {{ as_double(exact_divide('gap_sum', 'value_count', 12)) }}
        when combination = 'best_of' then {{ double_quotient('primary_statistical_value', 'value_count') }}
        when combination = 'checklist' then {{ as_double('earned') }}
        else primary_statistical_value
    end as statistical_measure
from judged
