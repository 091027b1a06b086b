-- Grain: one row per scored node, subject, fiscal year and input: a figure with its cell, or a band statistic.
with figures as (
    select
        points.scheme_code,
        points.scheme_edition,
        points.subject_type,
        points.subject_code,
        points.fiscal_year,
        points.node_code,
        inputs.metric_code,
        terms.term_role as input_role,
        terms.figure_code,
        terms.figure_name_zh,
        terms.coefficient,
        cast(terms.figure_value as decimal(38, 12)) as input_value,
        terms.value_text,
        terms.value_status,
        terms.ledger_coverage_code,
        terms.fiscal_year_of_figure,
        terms.subject_code_of_figure,
        terms.submission_id,
        terms.sheet,
        terms.cell
    from {{ ref('int_node_points') }} as points
    inner join {{ ref('node_inputs') }} as inputs
        on
            points.scheme_code = inputs.scheme_code
            and points.scheme_edition = inputs.scheme_edition
            and points.node_code = inputs.node_code
    inner join {{ ref('int_metric_terms') }} as terms
        on
            points.scheme_code = terms.scheme_code
            and points.scheme_edition = terms.scheme_edition
            and points.subject_code = terms.subject_code
            and points.fiscal_year = terms.fiscal_year
            and inputs.metric_code = terms.metric_code
),

{% set statistics = [
    'measure', 'band_number', 'peer_count', 'band_mean', 'band_min', 'band_max',
    'difference', 'window_min', 'window_max',
] %}
judgements as (
    {% for statistic in statistics %}
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        '{{ statistic }}' as input_role,
        cast({{ statistic }} as decimal(38, 12)) as input_value
    from {{ ref('int_node_points') }}
    where {{ statistic }} is not null
    {{ "union all" if not loop.last }}
    {% endfor %}
),

inputs as (
    select * from figures
    union all
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        node_code,
        cast(null as string) as metric_code,
        input_role,
        cast(null as string) as figure_code,
        cast(null as string) as figure_name_zh,
        cast(null as decimal(9, 4)) as coefficient,
        input_value,
        cast(null as string) as value_text,
        'reported' as value_status,
        cast(null as string) as ledger_coverage_code,
        cast(null as integer) as fiscal_year_of_figure,
        cast(null as string) as subject_code_of_figure,
        cast(null as string) as submission_id,
        cast(null as string) as sheet,
        cast(null as string) as cell
    from judgements
)

select
    inputs.scheme_code,
    inputs.scheme_edition,
    inputs.subject_type,
    inputs.subject_code,
    inputs.fiscal_year,
    inputs.node_code,
    inputs.metric_code,
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
left join {{ ref('stg_submissions') }} as submissions on inputs.submission_id = submissions.submission_id
