-- Grain: one row per scheme subject, fiscal year, metric and term, with the figure it takes and that figure's cell.
with needed_metrics as (
    select
        scheme_code,
        scheme_edition,
        metric_code
    from {{ ref('node_inputs') }}
    union
    select
        scheme_code,
        scheme_edition,
        band_metric_code as metric_code
    from {{ ref('schemes') }}
    where band_metric_code is not null
)

select
    subjects.scheme_code,
    subjects.scheme_edition,
    subjects.subject_type,
    subjects.subject_code,
    subjects.fiscal_year,
    terms.metric_code,
    terms.term_role,
    terms.figure_code,
    terms.coefficient,
    subjects.fiscal_year + terms.year_offset as fiscal_year_of_figure,
    figures.figure_name_zh,
    figures.figure_value,
    coalesce(figures.value_status, 'missing') as value_status,
    figures.value_text,
    figures.ledger_coverage_code,
    figures.submission_id,
    figures.sheet,
    figures.cell
from {{ ref('int_scheme_subjects') }} as subjects
inner join needed_metrics
    on
        subjects.scheme_code = needed_metrics.scheme_code
        and subjects.scheme_edition = needed_metrics.scheme_edition
inner join {{ ref('metric_terms') }} as terms on needed_metrics.metric_code = terms.metric_code
left join {{ ref('int_scored_figures') }} as figures
    on
        subjects.subject_type = figures.subject_type
        and subjects.subject_code = figures.subject_code
        and subjects.fiscal_year + terms.year_offset = figures.fiscal_year
        and terms.figure_code = figures.figure_code
