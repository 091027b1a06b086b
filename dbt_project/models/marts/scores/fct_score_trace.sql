-- Grain: one row per node, subject, fiscal year and thing its points follow from: a figure with its cell, a metric, a
-- parameter of the rule, a statistic of the peers, a result on the way.
--
-- Complete by itself: rule, inputs, peers and tree of every point can be followed with these rows alone (a test does).
{% set peer_statistics = [
    'peer_year', 'peer_band', 'peer_count', 'band_mean', 'band_min', 'band_max', 'difference', 'window_min', 'window_max',
] %}
{% set index_statistics = [
    'peer_year', 'peer_band', 'peer_count', 'peer_mean', 'peer_deviation', 'lower_end', 'upper_end', 'subjects_below',
] %}
{% set input_settings = ['reference_value', 'item_points', 'counted_from', 'most_item_points'] %}
{% set leaf_results = ['measure', 'point_share', 'stated_max_points', 'max_points', 'points'] %}
{% set inner_results = ['points_before_limit', 'stated_max_points', 'max_points', 'points'] %}
{% set caveats = [
    'default_points', 'missing_points', 'estimated_points', 'not_applicable_points', 'not_demonstrable_points',
] %}
with node_metrics as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        metric_code,
        input_role as metric_role,
        reference_value,
        item_points,
        counted_from,
        most_item_points
    from {{ ref('node_inputs') }}
),

-- Metrics an estimate of an entering one was made from, for the subjects it was made for.
estimates as (
    select
        inputs.scheme_code,
        inputs.scheme_edition,
        inputs.node_code,
        metrics.subject_type,
        metrics.subject_code,
        metrics.fiscal_year,
        metrics.metric_code,
        metrics.estimated_from,
        metrics.estimate_base,
        metrics.estimate_mean
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
        terms.scheme_code,
        terms.scheme_edition,
        terms.subject_type,
        terms.subject_code,
        terms.fiscal_year,
        inputs.node_code,
        terms.metric_code,
        inputs.metric_role,
        terms.term_role,
        terms.figure_code,
        terms.figure_name_zh,
        terms.coefficient,
        terms.figure_value,
        terms.value_text,
        terms.value_status,
        terms.ledger_coverage_code,
        terms.fiscal_year_of_figure,
        terms.subject_code_of_figure,
        terms.submission_id,
        terms.sheet,
        terms.cell
    from node_metrics as inputs
    inner join {{ ref('int_metric_terms') }} as terms
        on
            inputs.scheme_code = terms.scheme_code
            and inputs.scheme_edition = terms.scheme_edition
            and inputs.metric_code = terms.metric_code
    union all
    select
        terms.scheme_code,
        terms.scheme_edition,
        terms.subject_type,
        terms.subject_code,
        terms.fiscal_year,
        estimates.node_code,
        terms.metric_code,
        'estimate' as metric_role,
        terms.term_role,
        terms.figure_code,
        terms.figure_name_zh,
        terms.coefficient,
        terms.figure_value,
        terms.value_text,
        terms.value_status,
        terms.ledger_coverage_code,
        terms.fiscal_year_of_figure,
        terms.subject_code_of_figure,
        terms.submission_id,
        terms.sheet,
        terms.cell
    from estimates
    inner join {{ ref('int_metric_terms') }} as terms
        on
            estimates.scheme_code = terms.scheme_code
            and estimates.scheme_edition = terms.scheme_edition
            and estimates.subject_code = terms.subject_code
            and estimates.fiscal_year = terms.fiscal_year
            and estimates.estimated_from = terms.metric_code
),

facts as (
    select
        metrics.scheme_code,
        metrics.scheme_edition,
        metrics.subject_type,
        metrics.subject_code,
        metrics.fiscal_year,
        inputs.node_code,
        'metric' as trace_part,
        inputs.metric_code,
        inputs.metric_role,
        'metric_value' as input_role,
        cast(metrics.metric_value as decimal(38, 12)) as input_value,
        metrics.value_status
    from node_metrics as inputs
    inner join {{ ref('int_metric_values') }} as metrics
        on
            inputs.scheme_code = metrics.scheme_code
            and inputs.scheme_edition = metrics.scheme_edition
            and inputs.metric_code = metrics.metric_code
    {% for name in ['estimate_base', 'estimate_mean'] %}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        'metric' as trace_part,
        metric_code,
        'estimate' as metric_role,
        '{{ name }}' as input_role,
        cast({{ name }} as decimal(38, 12)) as input_value,
        'reported' as value_status
    from estimates
    {% endfor %}
    {% for setting in input_settings %}
    union all
    select
        subjects.scheme_code,
        subjects.scheme_edition,
        subjects.subject_type,
        subjects.subject_code,
        subjects.fiscal_year,
        inputs.node_code,
        'parameter' as trace_part,
        inputs.metric_code,
        inputs.metric_role,
        '{{ setting }}' as input_role,
        cast(inputs.{{ setting }} as decimal(38, 12)) as input_value,
        'reported' as value_status
    from node_metrics as inputs
    inner join {{ ref('int_scheme_subjects') }} as subjects
        on
            inputs.scheme_code = subjects.scheme_code
            and inputs.scheme_edition = subjects.scheme_edition
    where inputs.{{ setting }} is not null
    {% endfor %}
    union all
    select
        subjects.scheme_code,
        subjects.scheme_edition,
        subjects.subject_type,
        subjects.subject_code,
        subjects.fiscal_year,
        parameters.node_code,
        'parameter' as trace_part,
        cast(null as string) as metric_code,
        cast(null as string) as metric_role,
        parameters.parameter_code as input_role,
        cast(parameters.parameter_value as decimal(38, 12)) as input_value,
        'reported' as value_status
    from {{ ref('node_parameters') }} as parameters
    inner join {{ ref('int_scheme_subjects') }} as subjects
        on
            parameters.scheme_code = subjects.scheme_code
            and parameters.scheme_edition = subjects.scheme_edition
    {% for statistic in peer_statistics %}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        'statistic' as trace_part,
        cast(null as string) as metric_code,
        cast(null as string) as metric_role,
        '{{ 'band_number' if statistic == 'peer_band' else statistic }}' as input_role,
        cast({{ statistic }} as decimal(38, 12)) as input_value,
        'reported' as value_status
    from {{ ref('int_node_points') }}
    where uses_peers and {{ statistic }} is not null
    {% endfor %}
    {% for bound in ['interval_from', 'interval_below', 'interval_points'] %}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        'parameter' as trace_part,
        cast(null as string) as metric_code,
        cast(null as string) as metric_role,
        '{{ bound }}' as input_role,
        cast({{ bound }} as decimal(38, 12)) as input_value,
        'reported' as value_status
    from {{ ref('int_node_points') }}
    where {{ bound }} is not null
    {% endfor %}
    {% for statistic in index_statistics %}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        'statistic' as trace_part,
        cast(null as string) as metric_code,
        cast(null as string) as metric_role,
        '{{ 'band_number' if statistic == 'peer_band' else statistic }}' as input_role,
        cast({{ statistic }} as decimal(38, 12)) as input_value,
        'reported' as value_status
    from {{ ref('int_normalised_values') }}
    where {{ statistic }} is not null
    {% endfor %}
    {% for result in leaf_results %}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        'result' as trace_part,
        cast(null as string) as metric_code,
        cast(null as string) as metric_role,
        '{{ result }}' as input_role,
        cast({{ result }} as decimal(38, 12)) as input_value,
        {{ 'value_status' if result == 'measure' else 'points_status' }} as value_status
    from {{ ref('int_node_points') }}
    {% endfor %}
    {% for result in ['measure', 'weight', 'scale_value'] %}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        'result' as trace_part,
        cast(null as string) as metric_code,
        cast(null as string) as metric_role,
        '{{ 'points' if result == 'scale_value' else result }}' as input_role,
        cast({{ result }} as decimal(38, 12)) as input_value,
        {{ 'value_status' if result == 'measure' else 'points_status' }} as value_status
    from {{ ref('int_normalised_values') }}
    {% endfor %}
    {% for result in inner_results %}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        'result' as trace_part,
        cast(null as string) as metric_code,
        cast(null as string) as metric_role,
        '{{ result }}' as input_role,
        cast({{ result }} as decimal(38, 12)) as input_value,
        value_status
    from {{ ref('int_scores') }}
    where rule_code is null
    {% endfor %}
    {% for caveat in caveats %}
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        'caveat' as trace_part,
        cast(null as string) as metric_code,
        cast(null as string) as metric_role,
        '{{ caveat }}' as input_role,
        cast({{ caveat }} as decimal(38, 12)) as input_value,
        value_status
    from {{ ref('int_scores') }}
    where {{ caveat }} <> 0
    {% endfor %}
),

inputs as (
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
        ledger_coverage_code,
        fiscal_year_of_figure,
        subject_code_of_figure,
        submission_id,
        sheet,
        cell
    from figures
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        trace_part,
        metric_code,
        metric_role,
        input_role,
        cast(null as string) as figure_code,
        cast(null as string) as figure_name_zh,
        cast(null as decimal(9, 4)) as coefficient,
        input_value,
        cast(null as string) as value_text,
        value_status,
        cast(null as string) as ledger_coverage_code,
        cast(null as integer) as fiscal_year_of_figure,
        cast(null as string) as subject_code_of_figure,
        cast(null as string) as submission_id,
        cast(null as string) as sheet,
        cast(null as string) as cell
    from facts
)

select
    inputs.scheme_code,
    inputs.scheme_edition,
    inputs.subject_type,
    inputs.subject_code,
    inputs.fiscal_year,
    inputs.node_code,
    nodes.parent_node_code,
    nodes.rule_code,
    nodes.combination,
    nodes.direction,
    nodes.aggregation,
    nodes.missing_policy,
    nodes.not_applicable_policy,
    nodes.not_demonstrable_policy,
    inputs.trace_part,
    inputs.metric_code,
    inputs.metric_role,
    inputs.input_role,
    inputs.figure_code,
    inputs.figure_name_zh,
    inputs.coefficient,
    inputs.input_value,
    inputs.value_text,
    inputs.value_status,
    inputs.ledger_coverage_code,
    cast(inputs.fiscal_year_of_figure as integer) as fiscal_year_of_figure,
    inputs.subject_code_of_figure,
    inputs.submission_id,
    submissions.file_name,
    submissions.relative_path,
    inputs.sheet,
    inputs.cell
from inputs
inner join {{ ref('scheme_nodes') }} as nodes
    on
        inputs.scheme_code = nodes.scheme_code
        and inputs.scheme_edition = nodes.scheme_edition
        and inputs.node_code = nodes.node_code
left join {{ ref('stg_submissions') }} as submissions on inputs.submission_id = submissions.submission_id
