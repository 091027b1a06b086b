-- Grain: one row per scored node, subject and fiscal year: the measure beside its band's statistics.
with measured as (
    select
        measures.*,
        bands.band_number,
        nodes.window_half_width,
        nodes.full_at
    from {{ ref('int_node_measures') }} as measures
    inner join {{ ref('scheme_nodes') }} as nodes
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
),

band_statistics as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        fiscal_year,
        band_number,
        count(measure) as peer_count,
        case when count(measure) > 0 then {{ exact_divide('sum(measure)', 'count(measure)', 12) }} end as band_mean,
        min(measure) as band_min,
        max(measure) as band_max
    from measured
    where band_number is not null
    group by scheme_code, scheme_edition, node_code, fiscal_year, band_number
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
    left join band_statistics as statistics
        on
            measured.scheme_code = statistics.scheme_code
            and measured.scheme_edition = statistics.scheme_edition
            and measured.node_code = statistics.node_code
            and measured.fiscal_year = statistics.fiscal_year
            and measured.band_number = statistics.band_number
),

-- Bounds of the window count as outside (annex 2: at or beyond ten points), so min and max come from strictly inside it.
window_statistics as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        fiscal_year,
        band_number,
        min(difference) as window_min,
        max(difference) as window_max
    from differences
    where difference > -window_half_width and difference < window_half_width
    group by scheme_code, scheme_edition, node_code, fiscal_year, band_number
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
        and differences.fiscal_year = windows.fiscal_year
        and differences.band_number = windows.band_number
