{# Measures beside the statistics of their peers: the subjects of the same band, of the same year, or of all years together,
   as an expression over `nodes` says. `restriction` may join or filter further. #}
{% macro positions_of(peer_scope='nodes.peer_scope', restriction='') -%}
with measured as (
    select
        measures.*,
        bands.band_number,
        nodes.window_half_width,
        coalesce(nodes.is_mean_pooled, 0) as is_mean_pooled,
        {{ peer_scope }} as peer_scope,
        case when {{ peer_scope }} = 'all_years' then 0 else measures.fiscal_year end as peer_year,
        case when {{ peer_scope }} = 'band' then bands.band_number else 0 end as peer_band
    from {{ ref('int_node_measures') }} as measures
    inner join {{ ref('int_node_parameters') }} as nodes
        on
            measures.scheme_code = nodes.scheme_code
            and measures.scheme_edition = nodes.scheme_edition
            and measures.node_code = nodes.node_code
    left join {{ ref('int_bands') }} as bands
        on
            measures.scheme_code = bands.scheme_code
            and measures.scheme_edition = bands.scheme_edition
            and measures.subject_code = bands.subject_code
            and measures.fiscal_year = bands.fiscal_year
    {{ restriction }}
),

peer_statistics as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        peer_year,
        peer_band,
        count(measure) as peer_count,
        case
            when count(measure) = 0 then null
            -- The peers taken together as one, instead of each counting the same (methodology U2).
            when max(is_mean_pooled) = 1 and sum(primary_denominator) <> 0
                then {{ exact_divide('sum(primary_numerator)', 'sum(primary_denominator)', 12) }}
            else {{ exact_divide('sum(measure)', 'count(measure)', 12) }}
        end as band_mean,
        min(measure) as band_min,
        max(measure) as band_max
    from measured
    where peer_band is not null
    group by scheme_code, scheme_edition, node_code, peer_year, peer_band
),

differences as (
    select
        measured.*,
        statistics.peer_count,
        statistics.band_mean,
        statistics.band_min,
        statistics.band_max,
        cast(measured.measure - statistics.band_mean as decimal(28, 12)) as difference
    from measured
    left join peer_statistics as statistics
        on
            measured.scheme_code = statistics.scheme_code
            and measured.scheme_edition = statistics.scheme_edition
            and measured.node_code = statistics.node_code
            and measured.peer_year = statistics.peer_year
            and measured.peer_band = statistics.peer_band
),

-- Bounds of the window count as outside (annex 2: at or beyond ten points), so min and max come from strictly inside it.
window_statistics as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        peer_year,
        peer_band,
        min(difference) as window_min,
        max(difference) as window_max
    from differences
    where difference > -window_half_width and difference < window_half_width
    group by scheme_code, scheme_edition, node_code, peer_year, peer_band
)

select
    differences.*,
    windows.window_min,
    windows.window_max
from differences
left join window_statistics as windows
    on
        differences.scheme_code = windows.scheme_code
        and differences.scheme_edition = windows.scheme_edition
        and differences.node_code = windows.node_code
        and differences.peer_year = windows.peer_year
        and differences.peer_band = windows.peer_band
{%- endmacro %}
