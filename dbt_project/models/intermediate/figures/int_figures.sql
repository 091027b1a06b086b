-- Grain: one row per subject, fiscal year and figure, as filed, with the cell it stands in.
with cells as (
    select
        accounts.*,
        units.unit_code as subject_code,
        'unit' as subject_type
    from {{ ref('stg_department_final_account') }} as accounts
    inner join {{ ref('int_reporting_units') }} as units
        on
            accounts.submission_id = units.submission_id
            and accounts.form_code = units.form_code
            and accounts.reporting_unit_label = units.reporting_unit_label
    union all
    select
        facts.*,
        units.unit_code as subject_code,
        'unit' as subject_type
    from {{ ref('stg_department_management_facts') }} as facts
    inner join {{ ref('int_reporting_units') }} as units
        on
            facts.submission_id = units.submission_id
            and facts.form_code = units.form_code
            and facts.reporting_unit_label = units.reporting_unit_label
    union all
    select
        accounts.*,
        submissions.submitter_code as subject_code,
        'region' as subject_type
    from {{ ref('stg_government_final_account') }} as accounts
    inner join {{ ref('stg_submissions') }} as submissions
        on accounts.submission_id = submissions.submission_id
    union all
    select
        base.*,
        submissions.submitter_code as subject_code,
        'region' as subject_type
    from {{ ref('stg_county_base_data') }} as base
    inner join {{ ref('stg_submissions') }} as submissions
        on base.submission_id = submissions.submission_id
)

select
    case
        when cells.subject_type = 'region' then 'region'
        when units.unit_level = 1 then 'department'
        else 'unit'
    end as subject_type,
    cells.subject_code,
    cells.fiscal_year,
    cells.form_code || '.' || cells.table_code || '.' || cells.item_code || '.' || cells.measure_code as figure_code,
    cells.form_code,
    cells.table_code,
    cells.item_code,
    cells.item_label,
    cells.row_kind,
    cells.measure_code,
    cells.figure_value,
    cells.value_status,
    cells.value_text,
    cells.unit_label,
    cells.unit_factor,
    cells.printed_decimals,
    cells.submission_id,
    cells.sheet,
    cells.row_number,
    cells.cell
from cells
left join {{ ref('int_units') }} as units
    on cells.fiscal_year = units.fiscal_year and cells.subject_code = units.unit_code
where cells.item_code <> ''
