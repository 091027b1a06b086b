-- Grain: one row per scored node, subject, fiscal year and variant of int_perturbed_positions: the share of its points, or
-- the value on its scale, that comes of it.
with {{ point_shares_of(ref('int_perturbed_positions')) }}

select
    scheme_code,
    scheme_edition,
    node_code,
    subject_code,
    fiscal_year,
    variant,
    -- A value moved by rounding may lie beyond its peers, which stay.
    least(greatest(point_share, 0), 1) as share
from shares
where family = 'points' and point_share is not null
union all
select
    scheme_code,
    scheme_edition,
    node_code,
    subject_code,
    fiscal_year,
    variant,
    scale_value as share
from (
    {{ normalised_values_of(ref('int_perturbed_positions'), variant='variant', shift='shift') }}
) as scaled
where scale_value is not null
