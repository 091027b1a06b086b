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
),

-- Totals are printed at both ends of a table, rows are repeated by mistake: equal statements of one form are one. That
-- they are equal the checks on what was filed have seen to.
numbered as (
    select
        cells.*,
        cells.form_code || '.' || cells.table_code || '.' || cells.item_code || '.' || cells.measure_code
            as figure_code,
        row_number() over (
            partition by
                cells.submission_id,
                cells.form_code,
                cells.subject_code,
                cells.table_code,
                cells.item_code,
                cells.measure_code
            order by cells.sheet, cells.row_number, cells.cell
        ) as occurrence
    from cells
    where cells.item_code <> ''
)

select
    case
        when numbered.subject_type = 'region' then 'region'
        when units.unit_level = 1 then 'department'
        else 'unit'
    end as subject_type,
    numbered.subject_code,
    numbered.fiscal_year,
    numbered.figure_code,
    numbered.form_code,
    numbered.table_code,
    numbered.item_code,
    numbered.item_label,
    numbered.row_kind,
    numbered.measure_code,
    numbered.figure_value,
    numbered.value_status,
    numbered.value_text,
    numbered.unit_label,
    numbered.unit_factor,
    numbered.printed_decimals,
    numbered.submission_id,
    numbered.sheet,
    numbered.row_number,
    numbered.cell
from numbered
left join {{ ref('int_units') }} as units
    on numbered.fiscal_year = units.fiscal_year and numbered.subject_code = units.unit_code
where numbered.occurrence = 1
