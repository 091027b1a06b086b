-- Grain: one row per fiscal year, signal of soft evaluation, peer group and subject with enough cases. A signal accuses
-- nobody: it says where a spot check is best spent. Who has too few cases is not listed.
select
    signals.fiscal_year,
    signals.signal_code,
    rules.name_zh as signal_name_zh,
    rules.name_en as signal_name_en,
    signals.peer_group,
    signals.subject_code,
    coalesce(thresholds.name_zh, signals.subject_code) as subject_name_zh,
    coalesce(thresholds.name_en, signals.subject_code) as subject_name_en,
    cast(rules.window_years as integer) as window_years,
    signals.sample_count,
    cast(signals.observed_value as decimal(18, 6)) as observed_value,
    cast(signals.comparison_value as decimal(18, 6)) as comparison_value,
    cast(signals.standard_error as decimal(18, 6)) as standard_error,
    cast(signals.p_value as decimal(9, 6)) as p_value,
    rules.p_value_below,
    signals.is_signal
from {{ ref('int_evaluation_signals') }} as signals
inner join {{ ref('evaluation_signals') }} as rules
    on signals.signal_code = rules.signal_code and {{ valid_in_year('rules', 'signals.fiscal_year') }}
left join {{ ref('signal_thresholds') }} as thresholds
    on signals.subject_code = thresholds.threshold_code and {{ valid_in_year('thresholds', 'signals.fiscal_year') }}
