-- Grain: one row per scheme edition, subject, fiscal year and metric: sum of figures over sum of figures.
--
-- Missing beats not demonstrable, and that beats not applicable: a metric with an unfiled figure is missing, whatever its
-- other figures say. Index schemes, and they alone, read the same quotient as a binary float too.
with index_schemes as (
    select
        nodes.scheme_code,
        nodes.scheme_edition
    from {{ ref('scheme_nodes') }} as nodes
    inner join {{ ref('rule_kinds') }} as kinds on nodes.rule_code = kinds.rule_code
    where kinds.family = 'index'
    group by nodes.scheme_code, nodes.scheme_edition
),

sums as (
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
    judged.scheme_code,
    judged.scheme_edition,
    judged.subject_type,
    judged.subject_code,
    judged.fiscal_year,
    judged.metric_code,
    judged.exact_numerator as numerator,
    judged.exact_denominator as denominator,
    case
        when judged.value_status <> 'reported' then null
        when judged.denominator_terms = 0 then cast(judged.exact_numerator as decimal(28, 12))
        else {{ exact_divide('judged.exact_numerator', 'judged.exact_denominator', 12) }}
    end as metric_value,
    case
        when judged.value_status <> 'reported' or index_schemes.scheme_code is null then null
        when judged.denominator_terms = 0 then {{ as_double('judged.numerator') }}
        else {{ double_quotient('judged.numerator', 'judged.denominator') }}
    end as statistical_value,
    judged.value_status,
    -- Nothing else is in the way of an estimate of what it divides by.
    judged.missing_terms > 0
    and judged.missing_terms = judged.missing_denominator_terms
    and judged.not_demonstrable_terms = 0
    and judged.not_applicable_terms = 0 as lacks_denominator_only
from judged
left join index_schemes
    on
        judged.scheme_code = index_schemes.scheme_code
        and judged.scheme_edition = index_schemes.scheme_edition
