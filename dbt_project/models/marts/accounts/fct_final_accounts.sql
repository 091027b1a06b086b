-- Grain: one row per amount cell of an accepted final account (departmental, government, yearbook).
with filed as (
    select
        figures.subject_type,
        figures.subject_code,
        figures.fiscal_year,
        figures.form_code,
        figures.table_code,
        figures.item_code as account_code,
        figures.item_label as account_label_zh,
        figures.row_kind,
        figures.measure_code,
        figures.figure_value,
        figures.value_status,
        figures.value_text,
        figures.unit_label,
        figures.submission_id,
        figures.sheet,
        figures.cell
    from {{ ref('int_figures') }} as figures
    where figures.form_code in ('department_final_account', 'government_final_account')
    union all
    select
        'region_name' as subject_type,
        yearbook.subject_label as subject_code,
        yearbook.fiscal_year,
        yearbook.form_code,
        yearbook.table_code,
        yearbook.item_code as account_code,
        yearbook.item_label as account_label_zh,
        yearbook.row_kind,
        yearbook.measure_code,
        yearbook.figure_value,
        yearbook.value_status,
        yearbook.value_text,
        yearbook.unit_label,
        yearbook.submission_id,
        yearbook.sheet,
        yearbook.cell
    from {{ ref('stg_regional_expenditure_yearbook') }} as yearbook
)

select
    filed.subject_type,
    filed.subject_code,
    coalesce(units.unit_name, regions.region_name, filed.subject_code) as subject_name_zh,
    filed.fiscal_year,
    filed.form_code,
    filed.table_code,
    filed.account_code,
    filed.account_label_zh,
    filed.row_kind,
    filed.measure_code,
    cast(filed.figure_value as decimal(24, 2)) as amount_cny,
    filed.value_status,
    filed.value_text as value_as_published,
    filed.unit_label as unit_as_published,
    filed.submission_id,
    filed.sheet,
    filed.cell
from filed
left join {{ ref('int_units') }} as units
    on
        filed.subject_type in ('department', 'unit')
        and filed.subject_code = units.unit_code
        and filed.fiscal_year = units.fiscal_year
left join {{ ref('int_regions') }} as regions
    on
        filed.subject_type = 'region'
        and filed.subject_code = regions.region_code
        and filed.fiscal_year = regions.fiscal_year
