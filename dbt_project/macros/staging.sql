{# Rows of a matrix or cross-table form: one row per cell, the amount in yuan, the state of the cell beside it. #}
{% macro stage_long_form(form_code) -%}
with source as (
    select * from {{ source('raw', form_code) }}
),

accepted as (
    select source.* from source
    where {{ accepted_rows(form_code) }}
),

numbered as (
    select
        accepted.*,
        {{ try_decimal('accepted.value_text') }} as published_value
    from accepted
),

stated as (
    select
        numbered.*,
        vocabulary.value_status as vocabulary_status,
        cast(answers.numeric_value as decimal(38, 12)) as answered_value,
        cast(coalesce(units.factor_to_yuan, 1) as decimal(18, 0)) as unit_factor,
        coalesce(cast(nullif(numbered.decimals, '') as integer), units.default_decimals, 0) as printed_decimals
    from numbered
    left join {{ ref('stg_amount_vocabulary') }} as vocabulary
        on
            vocabulary.printed_text
            = case when numbered.published_value is null then {{ folded_text('numbered.value_text') }} end
    left join {{ ref('answers') }} as answers
        on answers.answer_text = trim(numbered.value_text)
    left join {{ ref('money_units') }} as units
        on numbered.unit_label = units.unit_label
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
    cast(coalesce(published_value * unit_factor, answered_value) as decimal(38, 12)) as figure_value,
    case
        when published_value is not null or answered_value is not null then 'reported'
        else coalesce(vocabulary_status, 'missing')
    end as value_status
from stated
{%- endmacro %}

{# The number of a field in percent: `95%` and a bare `95` are 95. A bare 0.95 stays what it says; nothing is guessed. #}
{% macro percent_number(field, precision=9, scale=4) -%}
{%- set printed -%} trim(source.{{ field }}) {%- endset -%}
{%- set number -%}
case when right({{ printed }}, 1) in ('%', '％') then left({{ printed }}, length({{ printed }}) - 1) else {{ printed }} end
{%- endset -%}
{{ try_decimal(number, precision, scale) }}
{%- endmacro %}

{# The yuan stated by an amount field of a list or card; null where the cell states no number. #}
{% macro amount_in_yuan(field) -%}
cast({{ try_decimal('source.' ~ field) }} * cast(coalesce(units.factor_to_yuan, 1) as decimal(18, 0)) as decimal(24, 2))
{%- endmacro %}
