-- Grain: one row per scheme edition with perturbations, fiscal year and scored node: what it is meant to weigh, and what it does.
select
    weights.scheme_code,
    weights.scheme_edition,
    schemes.name_zh as scheme_name_zh,
    schemes.name_en as scheme_name_en,
    weights.fiscal_year,
    weights.node_code,
    nodes.node_order,
    nodes.name_zh as node_name_zh,
    nodes.name_en as node_name_en,
    -- Twelve decimals: the last bits of binary floats are no result.
    cast(weights.nominal_weight as decimal(18, 12)) as nominal_weight,
    cast(weights.effective_weight as decimal(18, 12)) as effective_weight,
    weights.subject_count
from {{ ref('int_effective_weights') }} as weights
inner join {{ ref('schemes') }} as schemes
    on
        weights.scheme_code = schemes.scheme_code
        and weights.scheme_edition = schemes.scheme_edition
inner join {{ ref('scheme_nodes') }} as nodes
    on
        weights.scheme_code = nodes.scheme_code
        and weights.scheme_edition = nodes.scheme_edition
        and weights.node_code = nodes.node_code
