-- Grain: one row per scheme subject, fiscal year, metric, term and code that held the subject in the figure's year, with
-- the figure it takes and that figure's cell.
--
-- Figures of a subject that was merged since add up where they are amounts or counts; ratios, points and answers do not.
--
-- A view: finding figures again takes less time than writing each one down for every metric it enters.
{{ config(materialized='view') }}
{% set adds_up = 'history.holder_count = 1 or adding_units.unit_label is not null' %}
with adding_units as (
    select unit_label from {{ ref('money_units') }}
    union
    select unit_label from {{ ref('counting_units') }}
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
    history.code_then as subject_code_of_figure,
    figures.figure_name_zh,
    case when {{ adds_up }} then figures.figure_value end as figure_value,
    case when {{ adds_up }} then coalesce(figures.value_status, 'missing') else 'missing' end as value_status,
    figures.value_text,
    figures.ledger_coverage_code,
    figures.submission_id,
    figures.sheet,
    figures.cell
from {{ ref('int_scheme_subjects') }} as subjects
inner join {{ ref('metric_terms') }} as terms
    on
        subjects.scheme_code = terms.scheme_code
        and subjects.scheme_edition = terms.scheme_edition
inner join {{ ref('int_subject_history') }} as history
    on
        subjects.subject_type = history.subject_type
        and subjects.subject_code = history.subject_code
        and subjects.fiscal_year = history.fiscal_year
        and terms.year_offset = history.year_offset
left join {{ ref('int_scored_figures') }} as figures
    on
        subjects.subject_type = figures.subject_type
        and history.code_then = figures.subject_code
        and subjects.fiscal_year + terms.year_offset = figures.fiscal_year
        and terms.figure_code = figures.figure_code
left join adding_units on figures.unit_label = adding_units.unit_label
