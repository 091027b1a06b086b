-- Grain: one row per scheme edition, subject, fiscal year and metric: its value, or the estimate the scheme allows.
--
-- Where only what a metric divides by was not filed, an edition may name another metric to estimate it from: the subject's
-- value of that one over its mean in the subject's band (methodology U10). Estimates are marked.
with wanted as (
    select
        metrics.scheme_code,
        metrics.scheme_edition,
        metrics.subject_code,
        metrics.fiscal_year,
        metrics.metric_code,
        definitions.estimated_from
    from {{ ref('int_metrics') }} as metrics
    inner join {{ ref('metrics') }} as definitions
        on
            metrics.scheme_code = definitions.scheme_code
            and metrics.scheme_edition = definitions.scheme_edition
            and metrics.metric_code = definitions.metric_code
    where metrics.lacks_denominator_only and definitions.estimated_from is not null
),

bases as (
    select
        metrics.scheme_code,
        metrics.scheme_edition,
        metrics.subject_code,
        metrics.fiscal_year,
        metrics.metric_code,
        metrics.metric_value,
        bands.band_number
    from {{ ref('int_metrics') }} as metrics
    inner join {{ ref('int_bands') }} as bands
        on
            metrics.scheme_code = bands.scheme_code
            and metrics.scheme_edition = bands.scheme_edition
            and metrics.subject_code = bands.subject_code
            and metrics.fiscal_year = bands.fiscal_year
    where
        metrics.value_status = 'reported'
        and metrics.metric_code in (select estimated_from from wanted)
),

base_means as (
    select
        scheme_code,
        scheme_edition,
        fiscal_year,
        metric_code,
        band_number,
        {{ exact_divide('sum(metric_value)', 'count(*)', 12) }} as base_mean
    from bases
    group by scheme_code, scheme_edition, fiscal_year, metric_code, band_number
),

estimates as (
    select
        wanted.*,
        bases.metric_value as estimate_base,
        means.base_mean as estimate_mean,
        {{ exact_divide('bases.metric_value', 'means.base_mean', 12) }} as estimate
    from wanted
    inner join bases
        on
            wanted.scheme_code = bases.scheme_code
            and wanted.scheme_edition = bases.scheme_edition
            and wanted.subject_code = bases.subject_code
            and wanted.fiscal_year = bases.fiscal_year
            and wanted.estimated_from = bases.metric_code
    inner join base_means as means
        on
            bases.scheme_code = means.scheme_code
            and bases.scheme_edition = means.scheme_edition
            and bases.fiscal_year = means.fiscal_year
            and bases.metric_code = means.metric_code
            and bases.band_number = means.band_number
    where means.base_mean <> 0
)

select
    metrics.scheme_code,
    metrics.scheme_edition,
    metrics.subject_type,
    metrics.subject_code,
    metrics.fiscal_year,
    metrics.metric_code,
    metrics.numerator,
    metrics.denominator,
    coalesce(estimates.estimate, metrics.metric_value) as metric_value,
    coalesce({{ as_double('estimates.estimate') }}, metrics.statistical_value) as statistical_value,
    case when estimates.estimate is null then metrics.value_status else 'reported' end as value_status,
    estimates.estimate is not null as is_estimate,
    estimates.estimated_from,
    estimates.estimate_base,
    estimates.estimate_mean
from {{ ref('int_metrics') }} as metrics
left join estimates
    on
        metrics.scheme_code = estimates.scheme_code
        and metrics.scheme_edition = estimates.scheme_edition
        and metrics.subject_code = estimates.subject_code
        and metrics.fiscal_year = estimates.fiscal_year
        and metrics.metric_code = estimates.metric_code
