-- One shape for every filed value. Amounts are parsed from the printed text to decimal, never through a float. What is
-- read here staging must read too, or an amount would pass the gate and be missing behind it: digits with a sign, a
-- decimal point and thousands separators in their places. Anything else is text, and said to be.
create or replace temp table {target} as
with folded as (
    select
        f.*,
        replace(trim(f.value_text), '，', ',') as folded_text,
        length(f.item_code) in (3, 5, 7) and translate(f.item_code, '0123456789', '') = '' as is_classified
    from ({source}) as f
),

plain as (
    select
        *,
        case
            when regexp_full_match(folded_text, '[-+]?(\d+(\.\d*)?|\.\d+|\d{1,3}(,\d{3})+(\.\d*)?)')
                then replace(folded_text, ',', '')
        end as number_text
    from folded
),

kinds as (
    select
        p.*,
        case when p.number_text is null then check_folded(p.value_text) end as said_text,
        case
            when p.is_wide then coalesce(nullif(d.kind, ''), 'text')
            else coalesce(nullif(d.kind, ''), u.kind, 'number')
        end as kind,
        case when coalesce(d.choices, '') <> '' then d.choices else coalesce(u.choices, '') end as choices,
        coalesce(d.required, '') in ('yes', 'key') as is_required,
        coalesce(d.required, '') = 'key' as is_key,
        u.factor_to_cny,
        u.cny_to_unit
    from plain as p
    left join check_units as u on p.unit_label = u.unit_label
    left join check_fields as d
        on p.form_code = d.form_code
        and p.table_code = d.table_code
        and (p.item_code = d.item_code or (p.is_wide and d.item_code = 'LINE'))
        and p.measure_code = d.measure_code
)

select
    k.form_code,
    k.submission_id,
    k.sheet,
    k.row_number,
    k.cell,
    k.table_code,
    k.item_code,
    k.item_label,
    k.row_kind,
    k.measure_code,
    k.subject_label,
    k.reporting_unit_label,
    k.unit_label,
    k.decimals,
    k.value_text,
    k.is_wide,
    k.is_classified,
    k.kind,
    k.choices,
    k.is_required,
    k.is_key,
    case
        when k.kind in ('text', 'choice') and v.value_status is null then 'reported'
        when k.number_text is not null then 'reported'
        else coalesce(v.value_status, 'text')
    end as value_status,
    coalesce(v.statement, '') as statement,
    case when k.kind not in ('text', 'choice') then try_cast(k.number_text as decimal(30, 6)) end as amount,
    try_cast(coalesce(nullif(k.factor_to_cny, ''), '1') as bigint) as factor,
    cast(coalesce(nullif(k.cny_to_unit, ''), '1') as decimal(9, 8)) as unit_per_cny,
    s.fiscal_year,
    s.submitter_code,
    s.subject_code,
    -- How many decimals the column prints: as read, else as the form prints, never finer than what is stored.
    least(
        coalesce(
            max(try_cast(nullif(k.decimals, '') as integer)) over (
                partition by k.submission_id, k.form_code, k.table_code, k.measure_code
            ),
            try_cast(t.decimals as integer),
            try_cast(f.decimals as integer)
        ),
        6
    ) as printed_decimals
from kinds as k
inner join check_submissions as s on k.submission_id = s.submission_id and k.form_code = s.form_code
left join check_amount_vocabulary as v on k.said_text = v.printed_text
left join check_printed_decimals as t
    on k.form_code = t.form_code and (t.table_code = '' or k.table_code = t.table_code)
left join check_printed_decimals as f on f.form_code = '' and f.table_code = '';
