-- Grain: one row per scheme edition, subject and fiscal year: the peer band the subject is judged in.
--
-- Equal-count bands on the scheme's band metric; ties stay together in the lower band (methodology U1). A scheme without a
-- band metric has one band. A subject whose band metric is missing has none.
with subjects as (
    select
        subjects.*,
        schemes.band_metric_code,
        metrics.metric_value as band_value
    from {{ ref('int_scheme_subjects') }} as subjects
    inner join {{ ref('schemes') }} as schemes
        on
            subjects.scheme_code = schemes.scheme_code
            and subjects.scheme_edition = schemes.scheme_edition
    left join {{ ref('int_metrics') }} as metrics
        on
            subjects.scheme_code = metrics.scheme_code
            and subjects.scheme_edition = metrics.scheme_edition
            and subjects.subject_code = metrics.subject_code
            and subjects.fiscal_year = metrics.fiscal_year
            and schemes.band_metric_code = metrics.metric_code
),

bandable as (
    select * from subjects
    where band_metric_code is null or band_value is not null
),

counted as (
    select
        scheme_code,
        scheme_edition,
        fiscal_year,
        count(*) as subject_count
    from bandable
    group by scheme_code, scheme_edition, fiscal_year
),

band_counts as (
    select
        counted.scheme_code,
        counted.scheme_edition,
        counted.fiscal_year,
        counted.subject_count,
        coalesce(max(rules.band_count), 1) as band_count
    from counted
    left join {{ ref('band_rules') }} as rules
        on
            counted.scheme_code = rules.scheme_code
            and counted.scheme_edition = rules.scheme_edition
            and counted.subject_count >= rules.min_subjects
    group by counted.scheme_code, counted.scheme_edition, counted.fiscal_year, counted.subject_count
),

ranked as (
    select
        bandable.*,
        rank() over (
            partition by bandable.scheme_code, bandable.scheme_edition, bandable.fiscal_year
            order by bandable.band_value
        ) as band_rank
    from bandable
)

select
    ranked.scheme_code,
    ranked.scheme_edition,
    ranked.subject_type,
    ranked.subject_code,
    ranked.fiscal_year,
    ranked.band_value,
    cast(
        case
            when ranked.band_metric_code is null then 1
            else
                floor({{ exact_divide(
                    '(ranked.band_rank - 1) * band_counts.band_count', 'band_counts.subject_count', 0
                ) }}) + 1
        end as integer
    ) as band_number,
    cast(band_counts.band_count as integer) as band_count
from ranked
inner join band_counts
    on
        ranked.scheme_code = band_counts.scheme_code
        and ranked.scheme_edition = band_counts.scheme_edition
        and ranked.fiscal_year = band_counts.fiscal_year
