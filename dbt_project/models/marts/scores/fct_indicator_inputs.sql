-- Grain: one row per scheme edition, subject, fiscal year, metric and figure in a role, with the figure's cell.
--
-- A view: it adds nothing but the names of files.
{{ config(materialized='view') }}
select
    terms.scheme_code,
    terms.scheme_edition,
    terms.subject_type,
    terms.subject_code,
    terms.fiscal_year,
    terms.metric_code,
    terms.term_role as input_role,
    terms.figure_code,
    terms.figure_name_zh,
    terms.coefficient,
    cast(terms.figure_value as decimal(38, 12)) as input_value,
    terms.value_text,
    terms.value_status,
    terms.ledger_coverage_code,
    cast(terms.fiscal_year_of_figure as integer) as fiscal_year_of_figure,
    terms.subject_code_of_figure,
    terms.submission_id,
    submissions.file_name,
    submissions.relative_path,
    terms.sheet,
    terms.cell
from {{ ref('int_metric_terms') }} as terms
left join {{ ref('stg_submissions') }} as submissions on terms.submission_id = submissions.submission_id
