-- Grain: one row per scheme edition, subject, fiscal year and metric.
--
-- A view: it adds nothing but the names of metrics.
{{ config(materialized='view') }}
select
    metrics.scheme_code,
    metrics.scheme_edition,
    metrics.subject_type,
    metrics.subject_code,
    metrics.fiscal_year,
    metrics.metric_code,
    definitions.name_zh as metric_name_zh,
    definitions.name_en as metric_name_en,
    definitions.unit as metric_unit,
    metrics.numerator,
    metrics.denominator,
    metrics.metric_value,
    metrics.value_status,
    metrics.is_estimate,
    metrics.estimated_from,
    metrics.estimate_base,
    metrics.estimate_mean
from {{ ref('int_metric_values') }} as metrics
inner join {{ ref('metrics') }} as definitions
    on
        metrics.scheme_code = definitions.scheme_code
        and metrics.scheme_edition = definitions.scheme_edition
        and metrics.metric_code = definitions.metric_code
