{# Rows of a matrix or cross-table form: one row per cell, the amount in yuan, the state of the cell beside it. #}
{% macro stage_long_form(form_code) -%}
with source as (
    select * from {{ source('raw', form_code) }}
),

accepted as (
    select source.* from source
    where {{ accepted_rows(form_code) }}
),

stated as (
    select
        accepted.*,
        {{ try_decimal('accepted.value_text') }} as published_value,
        vocabulary.value_status as vocabulary_status,
        cast(vocabulary.numeric_value as decimal(38, 12)) as vocabulary_value,
        cast(coalesce(units.factor_to_yuan, 1) as decimal(18, 0)) as unit_factor,
        coalesce(cast(nullif(accepted.decimals, '') as integer), units.default_decimals, 0) as printed_decimals
    from accepted
    left join {{ ref('value_vocabulary') }} as vocabulary
        on coalesce(vocabulary.value_text, '') = trim(accepted.value_text)
    left join {{ ref('money_units') }} as units
        on accepted.unit_label = units.unit_label
)

select
    _submission_id as submission_id,
    '{{ form_code }}' as form_code,
    _sheet as sheet,
    _row as row_number,
    _cell as cell,
    fiscal_year,
    table_code,
    item_code,
    item_label,
    row_kind,
    measure_code,
    subject_label,
    reporting_unit_label,
    unit_label,
    value_text,
    printed_decimals,
    unit_factor,
    published_value,
    cast(coalesce(published_value * unit_factor, vocabulary_value) as decimal(38, 12)) as figure_value,
    case
        when published_value is not null then 'reported'
        else coalesce(vocabulary_status, 'missing')
    end as value_status
from stated
{%- endmacro %}

{# The yuan stated by an amount field of a list or card; null where the cell states no number. #}
{% macro amount_in_yuan(field) -%}
cast({{ try_decimal('source.' ~ field) }} * cast(coalesce(units.factor_to_yuan, 1) as decimal(18, 0)) as decimal(24, 2))
{%- endmacro %}
