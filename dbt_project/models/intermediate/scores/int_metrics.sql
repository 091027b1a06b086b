-- Grain: one row per scheme edition, subject, fiscal year and metric: sum of figures over sum of figures.
--
-- Missing beats not demonstrable, and that beats not applicable: a metric with an unfiled figure is missing, whatever its
-- other figures say. Index schemes read the same quotient as a binary float.
with sums as (
    select
        scheme_code,
        scheme_edition,
        subject_type,
        subject_code,
        fiscal_year,
        metric_code,
        sum(case when term_role = 'numerator' then coefficient * figure_value end) as numerator,
        sum(case when term_role = 'denominator' then coefficient * figure_value end) as denominator,
        sum(case when term_role = 'denominator' then 1 else 0 end) as denominator_terms,
        sum(case when value_status = 'missing' then 1 else 0 end) as missing_terms,
        sum(case when value_status = 'not_demonstrable' then 1 else 0 end) as not_demonstrable_terms,
        sum(case when value_status = 'not_applicable' then 1 else 0 end) as not_applicable_terms,
        sum(case when term_role = 'denominator' and value_status = 'missing' then 1 else 0 end)
            as missing_denominator_terms
    from {{ ref('int_metric_terms') }}
    group by scheme_code, scheme_edition, subject_type, subject_code, fiscal_year, metric_code
),

-- Sums are brought to twelve decimals once: on DuckDB each such cast is a division of 128-bit numbers.
judged as (
    select
        sums.*,
        cast(numerator as decimal(38, 12)) as exact_numerator,
        cast(denominator as decimal(38, 12)) as exact_denominator,
        case
            when missing_terms > 0 then 'missing'
            when not_demonstrable_terms > 0 then 'not_demonstrable'
            when not_applicable_terms > 0 then 'not_applicable'
            when denominator_terms > 0 and denominator = 0 then 'not_applicable'
            else 'reported'
        end as value_status
    from sums
)

select
    scheme_code,
    scheme_edition,
    subject_type,
    subject_code,
    fiscal_year,
    metric_code,
    exact_numerator as numerator,
    exact_denominator as denominator,
    case
        when value_status <> 'reported' then null
        when denominator_terms = 0 then cast(exact_numerator as decimal(28, 12))
        else {{ exact_divide('exact_numerator', 'exact_denominator', 12) }}
    end as metric_value,
    case
        when value_status <> 'reported' then null
        when denominator_terms = 0 then {{ as_double('numerator') }}
        else {{ double_quotient('numerator', 'denominator') }}
    end as statistical_value,
    value_status,
    -- Nothing else is in the way of an estimate of what it divides by.
    missing_terms > 0
    and missing_terms = missing_denominator_terms
    and not_demonstrable_terms = 0
    and not_applicable_terms = 0 as lacks_denominator_only
from judged
