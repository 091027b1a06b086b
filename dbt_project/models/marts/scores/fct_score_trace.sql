-- Grain: one row per node, subject and fiscal year with the whole judgement (`trace_part` node), and one per metric and
-- per figure with its cell that entered it.
--
-- Complete by itself: rule, parameters, inputs, peers and tree of every point can be followed with these rows alone (a
-- test does). Wide, because a row a statistic would be a row for every number in every judgement.
--
-- A view: writing so wide a table takes as long as all scores, and a release writes it in any case.
{{ config(materialized='view') }}
{% set positions = [
    'measure', 'point_share', 'peer_year', 'band_number', 'peer_count', 'band_mean', 'band_min', 'band_max', 'difference',
    'window_min', 'window_max', 'interval_points', 'peer_deviation', 'subjects_below',
] %}
{% set counts = ['peer_year', 'band_number', 'peer_count', 'subjects_below'] %}
{% set outcomes = [
    'weight', 'stated_max_points', 'max_points', 'points_before_limit', 'points', 'default_points', 'missing_points',
    'estimated_points', 'not_applicable_points', 'not_demonstrable_points',
] %}
{% set settings = ['reference_value', 'item_points', 'counted_from', 'most_item_points'] %}
with judgements as (
    select
        scheme_code,
        scheme_edition,
        subject_code,
        fiscal_year,
        node_code,
        measure,
        point_share,
        case when uses_peers then peer_year end as peer_year,
        case when uses_peers then peer_band end as band_number,
        case when uses_peers then peer_count end as peer_count,
        case when uses_peers then band_mean end as band_mean,
        case when uses_peers then band_min end as band_min,
        case when uses_peers then band_max end as band_max,
        case when uses_peers then difference end as difference,
        case when uses_peers then window_min end as window_min,
        case when uses_peers then window_max end as window_max,
        interval_points,
        cast(null as decimal(28, 12)) as peer_deviation,
        cast(null as integer) as subjects_below
    from {{ ref('int_node_points') }}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_code,
        fiscal_year,
        node_code,
        cast(measure as decimal(28, 12)) as measure,
        cast(null as decimal(28, 12)) as point_share,
        peer_year,
        peer_band as band_number,
        peer_count,
        cast(peer_mean as decimal(28, 12)) as band_mean,
        cast(lower_end as decimal(28, 12)) as band_min,
        cast(upper_end as decimal(28, 12)) as band_max,
        cast(null as decimal(28, 12)) as difference,
        cast(null as decimal(28, 12)) as window_min,
        cast(null as decimal(28, 12)) as window_max,
        cast(null as decimal(9, 4)) as interval_points,
        cast(peer_deviation as decimal(28, 12)) as peer_deviation,
        cast(subjects_below as integer) as subjects_below
    from {{ ref('int_normalised_values') }}
),

estimates as (
    select
        inputs.scheme_code,
        inputs.scheme_edition,
        inputs.node_code,
        inputs.input_role as metric_role,
        metrics.subject_code,
        metrics.fiscal_year,
        metrics.estimated_from
    from {{ ref('node_inputs') }} as inputs
    inner join {{ ref('int_metric_values') }} as metrics
        on
            inputs.scheme_code = metrics.scheme_code
            and inputs.scheme_edition = metrics.scheme_edition
            and inputs.metric_code = metrics.metric_code
    where metrics.is_estimate
),

figures as (
    select
        terms.*,
        inputs.node_code,
        inputs.input_role as metric_role
    from {{ ref('node_inputs') }} as inputs
    inner join {{ ref('int_metric_terms') }} as terms
        on
            inputs.scheme_code = terms.scheme_code
            and inputs.scheme_edition = terms.scheme_edition
            and inputs.metric_code = terms.metric_code
    union all
    -- Figures of the metric an estimate was made from.
    select
        terms.*,
        estimates.node_code,
        'estimate' as metric_role
    from estimates
    inner join {{ ref('int_metric_terms') }} as terms
        on
            estimates.scheme_code = terms.scheme_code
            and estimates.scheme_edition = terms.scheme_edition
            and estimates.subject_code = terms.subject_code
            and estimates.fiscal_year = terms.fiscal_year
            and estimates.estimated_from = terms.metric_code
),

parts as (
    select
        scores.scheme_code,
        scores.scheme_edition,
        scores.subject_type,
        scores.subject_code,
        scores.fiscal_year,
        scores.node_code,
        'node' as trace_part,
        cast(null as string) as metric_code,
        cast(null as string) as metric_role,
        cast(null as string) as input_role,
        cast(null as string) as figure_code,
        cast(null as string) as figure_name_zh,
        cast(null as decimal(9, 4)) as coefficient,
        cast(null as decimal(38, 12)) as input_value,
        cast(null as string) as value_text,
        scores.value_status,
        {% for setting in settings %}
        cast(null as decimal(18, 6)) as {{ setting }},
        {% endfor %}
        cast(null as decimal(28, 12)) as estimate_base,
        cast(null as decimal(28, 12)) as estimate_mean,
        {% for position in positions %}
        judgements.{{ position }},
        {% endfor %}
        {% for outcome in outcomes %}
        cast(scores.{{ outcome }} as decimal(28, 12)) as {{ outcome }},
        {% endfor %}
        cast(null as string) as ledger_coverage_code,
        cast(null as integer) as fiscal_year_of_figure,
        cast(null as string) as subject_code_of_figure,
        cast(null as string) as submission_id,
        cast(null as string) as sheet,
        cast(null as string) as cell
    from {{ ref('int_scores') }} as scores
    left join judgements
        on
            scores.scheme_code = judgements.scheme_code
            and scores.scheme_edition = judgements.scheme_edition
            and scores.subject_code = judgements.subject_code
            and scores.fiscal_year = judgements.fiscal_year
            and scores.node_code = judgements.node_code
    union all
    select
        metrics.scheme_code,
        metrics.scheme_edition,
        metrics.subject_type,
        metrics.subject_code,
        metrics.fiscal_year,
        inputs.node_code,
        'metric' as trace_part,
        inputs.metric_code,
        inputs.input_role as metric_role,
        'metric_value' as input_role,
        cast(null as string) as figure_code,
        cast(null as string) as figure_name_zh,
        cast(null as decimal(9, 4)) as coefficient,
        cast(metrics.metric_value as decimal(38, 12)) as input_value,
        cast(null as string) as value_text,
        metrics.value_status,
        {% for setting in settings %}
        cast(inputs.{{ setting }} as decimal(18, 6)) as {{ setting }},
        {% endfor %}
        metrics.estimate_base,
        metrics.estimate_mean,
        {% for position in positions %}
        cast(null as {{ 'integer' if position in counts else 'decimal(28, 12)' }}) as {{ position }},
        {% endfor %}
        {% for outcome in outcomes %}
        cast(null as decimal(28, 12)) as {{ outcome }},
        {% endfor %}
        cast(null as string) as ledger_coverage_code,
        cast(null as integer) as fiscal_year_of_figure,
        cast(null as string) as subject_code_of_figure,
        cast(null as string) as submission_id,
        cast(null as string) as sheet,
        cast(null as string) as cell
    from {{ ref('node_inputs') }} as inputs
    inner join {{ ref('int_metric_values') }} as metrics
        on
            inputs.scheme_code = metrics.scheme_code
            and inputs.scheme_edition = metrics.scheme_edition
            and inputs.metric_code = metrics.metric_code
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        'figure' as trace_part,
        metric_code,
        metric_role,
        term_role as input_role,
        figure_code,
        figure_name_zh,
        coefficient,
        cast(figure_value as decimal(38, 12)) as input_value,
        value_text,
        value_status,
        {% for setting in settings %}
        cast(null as decimal(18, 6)) as {{ setting }},
        {% endfor %}
        cast(null as decimal(28, 12)) as estimate_base,
        cast(null as decimal(28, 12)) as estimate_mean,
        {% for position in positions %}
        cast(null as {{ 'integer' if position in counts else 'decimal(28, 12)' }}) as {{ position }},
        {% endfor %}
        {% for outcome in outcomes %}
        cast(null as decimal(28, 12)) as {{ outcome }},
        {% endfor %}
        ledger_coverage_code,
        cast(fiscal_year_of_figure as integer) as fiscal_year_of_figure,
        subject_code_of_figure,
        submission_id,
        sheet,
        cell
    from figures
)

select
    parts.scheme_code,
    parts.scheme_edition,
    parts.subject_type,
    parts.subject_code,
    parts.fiscal_year,
    parts.node_code,
    nodes.parent_node_code,
    nodes.rule_code,
    nodes.combination,
    nodes.direction,
    nodes.aggregation,
    nodes.missing_policy,
    nodes.not_applicable_policy,
    nodes.not_demonstrable_policy,
    coalesce(
        parameters.parameters,
        'minimum_available_share=' || {{ plain_number('nodes.minimum_available_share') }}
    ) as parameters,
    parts.trace_part,
    parts.metric_code,
    parts.metric_role,
    parts.input_role,
    parts.figure_code,
    parts.figure_name_zh,
    parts.coefficient,
    parts.input_value,
    parts.value_text,
    parts.value_status,
    {% for setting in settings %}
    parts.{{ setting }},
    {% endfor %}
    parts.estimate_base,
    parts.estimate_mean,
    {% for position in positions %}
    cast(parts.{{ position }} as {{ 'integer' if position in counts else 'decimal(28, 12)' }}) as {{ position }},
    {% endfor %}
    {% for outcome in outcomes %}
    parts.{{ outcome }},
    {% endfor %}
    parts.ledger_coverage_code,
    parts.fiscal_year_of_figure,
    parts.subject_code_of_figure,
    parts.submission_id,
    submissions.file_name,
    submissions.relative_path,
    parts.sheet,
    parts.cell
from parts
inner join {{ ref('scheme_nodes') }} as nodes
    on
        parts.scheme_code = nodes.scheme_code
        and parts.scheme_edition = nodes.scheme_edition
        and parts.node_code = nodes.node_code
left join {{ ref('int_node_parameters') }} as parameters
    on
        parts.scheme_code = parameters.scheme_code
        and parts.scheme_edition = parameters.scheme_edition
        and parts.node_code = parameters.node_code
left join {{ ref('stg_submissions') }} as submissions on parts.submission_id = submissions.submission_id
