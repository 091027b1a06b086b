-- Grain: one row per scheme edition, scored node, subject and fiscal year: the one number the node's rule judges.
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
        coalesce(metrics.value_status, 'missing') as value_status
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

combined as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        combination,
        subject_type,
        subject_code,
        fiscal_year,
        sum(case when input_role = 'value' then metric_value end) as primary_value,
        sum(case when input_role = 'previous' then metric_value end) as previous_value,
        sum(abs(metric_value - reference_value)) as gap_sum,
        count(reference_value) as gap_count,
        sum(case when value_status = 'missing' then 1 else 0 end) as missing_inputs,
        sum(case when value_status = 'not_applicable' then 1 else 0 end) as not_applicable_inputs
    from inputs
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
        when missing_inputs > 0 then 'missing'
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
