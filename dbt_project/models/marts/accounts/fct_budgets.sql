-- Grain: one row per amount cell of an accepted departmental budget.
select
    units.unit_code as subject_code,
    budgets.reporting_unit_label as subject_name_zh,
    budgets.fiscal_year,
    budgets.form_code,
    budgets.table_code,
    budgets.item_code as account_code,
    budgets.item_label as account_label_zh,
    budgets.row_kind,
    budgets.measure_code,
    cast(budgets.figure_value as decimal(24, 2)) as amount_cny,
    budgets.value_status,
    budgets.value_text as value_as_published,
    budgets.unit_label as unit_as_published,
    budgets.submission_id,
    budgets.sheet,
    budgets.cell
from {{ ref('stg_department_budget') }} as budgets
inner join {{ ref('int_reporting_units') }} as units
    on
        budgets.submission_id = units.submission_id
        and budgets.form_code = units.form_code
        and budgets.reporting_unit_label = units.reporting_unit_label
