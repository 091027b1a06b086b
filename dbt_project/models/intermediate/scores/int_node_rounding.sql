-- Grain: one row per scored node, subject and fiscal year whose inputs were rounded before they were filed: how far the
-- value the rule judges may lie from what it was before that.
--
-- The widest it can be to first order: half printed units of all figures, none making up for another. Statistical, so it
-- is a binary float.
{% set half_step = as_double('abs(terms.coefficient)') ~ ' * ' ~ as_double('figures.half_print_step') %}
with terms as (
    select
        terms.scheme_code,
        terms.scheme_edition,
        terms.subject_code,
        terms.fiscal_year,
        terms.metric_code,
        sum(case when terms.term_role = 'numerator' then {{ half_step }} else 0 end) as numerator_width,
        sum(case when terms.term_role = 'denominator' then {{ half_step }} else 0 end) as denominator_width
    from {{ ref('int_metric_terms') }} as terms
    inner join {{ ref('scheme_perturbations') }} as perturbations
        on
            terms.scheme_code = perturbations.scheme_code
            and terms.scheme_edition = perturbations.scheme_edition
            and perturbations.are_inputs_rounded
    inner join {{ ref('int_scored_figures') }} as figures
        on
            terms.subject_type = figures.subject_type
            and terms.subject_code_of_figure = figures.subject_code
            and terms.fiscal_year_of_figure = figures.fiscal_year
            and terms.figure_code = figures.figure_code
    where figures.half_print_step > 0
    group by terms.scheme_code, terms.scheme_edition, terms.subject_code, terms.fiscal_year, terms.metric_code
),

metrics as (
    select
        terms.scheme_code,
        terms.scheme_edition,
        terms.subject_code,
        terms.fiscal_year,
        terms.metric_code,
        case
            when metrics.denominator is null then terms.numerator_width
            else
                {{ double_quotient(
                    'terms.numerator_width + abs(' ~ as_double('metrics.metric_value') ~ ') * terms.denominator_width',
                    'abs(' ~ as_double('metrics.denominator') ~ ')'
                ) }}
        end as width
    from terms
    inner join {{ ref('int_metric_values') }} as metrics
        on
            terms.scheme_code = metrics.scheme_code
            and terms.scheme_edition = metrics.scheme_edition
            and terms.subject_code = metrics.subject_code
            and terms.fiscal_year = metrics.fiscal_year
            and terms.metric_code = metrics.metric_code
    where metrics.value_status = 'reported' and not metrics.is_estimate
),

widths as (
    select
        inputs.scheme_code,
        inputs.scheme_edition,
        inputs.node_code,
        metrics.subject_code,
        metrics.fiscal_year,
        max(nodes.combination) as combination,
        sum(metrics.width * coalesce({{ as_double('inputs.item_points') }}, 1)) as summed_width,
        max(metrics.width) as largest_width,
        max(case when inputs.input_role = 'value' then metrics.width else 0 end) as value_width
    from {{ ref('node_inputs') }} as inputs
    inner join {{ ref('int_node_parameters') }} as nodes
        on
            inputs.scheme_code = nodes.scheme_code
            and inputs.scheme_edition = nodes.scheme_edition
            and inputs.node_code = nodes.node_code
    inner join metrics
        on
            inputs.scheme_code = metrics.scheme_code
            and inputs.scheme_edition = metrics.scheme_edition
            and inputs.metric_code = metrics.metric_code
    group by
        inputs.scheme_code, inputs.scheme_edition, inputs.node_code, metrics.subject_code, metrics.fiscal_year
)

select
    scheme_code,
    scheme_edition,
    node_code,
    subject_code,
    fiscal_year,
    cast(
        case
            -- A mean moves by no more than its widest part.
            when combination in ('mean_absolute_gap', 'best_of', 'fallback') then largest_width
            when combination in ('difference', 'checklist') then summed_width
            else value_width
        end as decimal(28, 12)
    ) as width
from widths
