-- Grain: one row per scheme edition with perturbations, ranked subject, fiscal year and scored node that counts: the share of
-- its points (or its value on the scale), the bounds rounding leaves it, and the share among other peers.
--
-- `own_weight` is what the node weighs for this subject once the weight of what does not apply went to its siblings;
-- `nominal_weight` what the scheme states. Only schemes whose nodes add up by weight: there a rank follows from these alone.
with linear_schemes as (
    select
        nodes.scheme_code,
        nodes.scheme_edition
    from {{ ref('scheme_nodes') }} as nodes
    inner join {{ ref('scheme_perturbations') }} as perturbations
        on
            nodes.scheme_code = perturbations.scheme_code
            and nodes.scheme_edition = perturbations.scheme_edition
    where nodes.aggregation is not null
    group by nodes.scheme_code, nodes.scheme_edition
    having
        count(case when nodes.aggregation not in ('sum_of_points', 'weighted_arithmetic_mean') then 1 end) = 0
),

-- Of each node its weight among the siblings that have a value.
weighted as (
    select
        scores.scheme_code,
        scores.scheme_edition,
        scores.subject_code,
        scores.fiscal_year,
        scores.node_code,
        {{ as_double('scores.weight') }} / sum({{ as_double('scores.weight') }}) over (
            partition by
                scores.scheme_code, scores.scheme_edition, scores.subject_code, scores.fiscal_year,
                scores.parent_node_code
        ) as own_weight
    from {{ ref('int_scores') }} as scores
    where
        scores.family = 'index'
        and scores.parent_node_code is not null
        and scores.points is not null
        and scores.weight > 0
),

stated as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        {{ as_double('weight') }} / sum({{ as_double('weight') }}) over (
            partition by scheme_code, scheme_edition, parent_node_code
        ) as nominal_weight
    from {{ ref('scheme_nodes') }}
    where weight > 0
),

-- Weights multiply from the total down; a product is the exponential of a sum of logarithms.
index_weights as (
    select
        ancestors.scheme_code,
        ancestors.scheme_edition,
        ancestors.node_code,
        weighted.subject_code,
        weighted.fiscal_year,
        count(*) as levels,
        exp(sum(ln(weighted.own_weight))) as own_weight,
        exp(sum(ln(stated.nominal_weight))) as nominal_weight
    from {{ ref('scheme_ancestors') }} as ancestors
    inner join weighted
        on
            ancestors.scheme_code = weighted.scheme_code
            and ancestors.scheme_edition = weighted.scheme_edition
            and ancestors.ancestor_code = weighted.node_code
    inner join stated
        on
            ancestors.scheme_code = stated.scheme_code
            and ancestors.scheme_edition = stated.scheme_edition
            and ancestors.ancestor_code = stated.node_code
    group by
        ancestors.scheme_code, ancestors.scheme_edition, ancestors.node_code, weighted.subject_code,
        weighted.fiscal_year
),

counted as (
    select
        scheme_code,
        scheme_edition,
        subject_code,
        fiscal_year,
        node_code,
        {{ as_double('point_share') }} as share,
        {{ as_double('max_points') }} as own_weight,
        {{ as_double('stated_max_points') }} as nominal_weight
    from {{ ref('int_node_points') }}
    where family = 'points' and points_status = 'reported' and max_points > 0 and stated_max_points > 0
    union all
    select
        scaled.scheme_code,
        scaled.scheme_edition,
        scaled.subject_code,
        scaled.fiscal_year,
        scaled.node_code,
        {{ as_double('scaled.scale_value') }} as share,
        weights.own_weight,
        weights.nominal_weight
    from {{ ref('int_normalised_values') }} as scaled
    inner join index_weights as weights
        on
            scaled.scheme_code = weights.scheme_code
            and scaled.scheme_edition = weights.scheme_edition
            and scaled.subject_code = weights.subject_code
            and scaled.fiscal_year = weights.fiscal_year
            and scaled.node_code = weights.node_code
            and scaled.node_level = weights.levels
    where scaled.points_status = 'reported'
),

perturbed as (
    select
        scheme_code,
        scheme_edition,
        node_code,
        subject_code,
        fiscal_year,
        min(case when variant in ('rounded_down', 'rounded_up') then {{ as_double('share') }} end) as share_low,
        max(case when variant in ('rounded_down', 'rounded_up') then {{ as_double('share') }} end) as share_high,
        max(case when variant = 'other_peers' then {{ as_double('share') }} end) as share_other
    from {{ ref('int_perturbed_shares') }}
    where variant <> 'earlier_peers'
    group by scheme_code, scheme_edition, node_code, subject_code, fiscal_year
)

select
    counted.scheme_code,
    counted.scheme_edition,
    counted.subject_code,
    counted.fiscal_year,
    counted.node_code,
    counted.own_weight,
    counted.nominal_weight,
    counted.share,
    least(counted.share, coalesce(perturbed.share_low, counted.share)) as share_low,
    greatest(counted.share, coalesce(perturbed.share_high, counted.share)) as share_high,
    coalesce(perturbed.share_other, counted.share) as share_other
from counted
inner join linear_schemes
    on
        counted.scheme_code = linear_schemes.scheme_code
        and counted.scheme_edition = linear_schemes.scheme_edition
inner join {{ ref('int_totals') }} as totals
    on
        counted.scheme_code = totals.scheme_code
        and counted.scheme_edition = totals.scheme_edition
        and counted.subject_code = totals.subject_code
        and counted.fiscal_year = totals.fiscal_year
        and totals.is_complete
        and totals.points is not null
left join perturbed
    on
        counted.scheme_code = perturbed.scheme_code
        and counted.scheme_edition = perturbed.scheme_edition
        and counted.node_code = perturbed.node_code
        and counted.subject_code = perturbed.subject_code
        and counted.fiscal_year = perturbed.fiscal_year
