-- Grain: one row per fiscal year, threshold with consequences, peer group and bin of figures around it: how many there are
-- and how many a smooth course would have. The picture behind the signal of bunching.
select
    bins.fiscal_year,
    bins.threshold_code,
    thresholds.name_zh as threshold_name_zh,
    thresholds.name_en as threshold_name_en,
    thresholds.threshold,
    bins.peer_group,
    cast(bins.bin_from as decimal(18, 6)) as bin_from,
    cast(bins.bin_to as decimal(18, 6)) as bin_to,
    bins.case_count,
    cast(bins.expected_count as decimal(18, 6)) as expected_count
from {{ ref('int_threshold_bins') }} as bins
inner join {{ ref('signal_thresholds') }} as thresholds
    on bins.threshold_code = thresholds.threshold_code and {{ valid_in_year('thresholds', 'bins.fiscal_year') }}
