-- Grain: one row per scheme edition, subject and fiscal year that has any: the scored nodes on which it gains most, and loses
-- most, against the mean of its peers (its band), the largest first.
--
-- A gain is the difference of the shares of points times the points the node has for the subject; of an index the difference
-- on the scale times the weight.
{% set most_named = 3 %}
with shares as (
    select
        points.scheme_code,
        points.scheme_edition,
        points.subject_code,
        points.fiscal_year,
        points.node_code,
        points.point_share as share,
        points.max_points as own_weight
    from {{ ref('int_node_points') }} as points
    where points.family = 'points' and points.points_status = 'reported'
    union all
    select
        scaled.scheme_code,
        scaled.scheme_edition,
        scaled.subject_code,
        scaled.fiscal_year,
        scaled.node_code,
        scaled.scale_value as share,
        cast(scaled.weight as decimal(28, 12)) as own_weight
    from {{ ref('int_normalised_values') }} as scaled
    where scaled.points_status = 'reported'
),

banded as (
    select
        shares.*,
        bands.band_number
    from shares
    inner join {{ ref('int_bands') }} as bands
        on
            shares.scheme_code = bands.scheme_code
            and shares.scheme_edition = bands.scheme_edition
            and shares.subject_code = bands.subject_code
            and shares.fiscal_year = bands.fiscal_year
),

means as (
    select
        scheme_code,
        scheme_edition,
        fiscal_year,
        band_number,
        node_code,
        {{ exact_divide('sum(share)', 'count(*)', 12) }} as mean_share
    from banded
    group by scheme_code, scheme_edition, fiscal_year, band_number, node_code
),

-- Rounded to nine decimals, so that means of equal shares are equal to them.
gains as (
    select
        banded.scheme_code,
        banded.scheme_edition,
        banded.subject_code,
        banded.fiscal_year,
        banded.node_code,
        round(
            cast(banded.share - means.mean_share as decimal(20, 12)) * cast(banded.own_weight as decimal(18, 12)), 9
        ) as gain
    from banded
    inner join means
        on
            banded.scheme_code = means.scheme_code
            and banded.scheme_edition = means.scheme_edition
            and banded.fiscal_year = means.fiscal_year
            and banded.band_number = means.band_number
            and banded.node_code = means.node_code
),

-- Gains and losses each from the largest on, equal ones in the order of the nodes.
placed as (
    select
        gains.*,
        row_number() over (
            partition by
                gains.scheme_code, gains.scheme_edition, gains.subject_code, gains.fiscal_year, sign(gains.gain)
            order by abs(gains.gain) desc, nodes.node_order asc
        ) as place,
        nodes.name_zh,
        nodes.name_en
    from gains
    inner join {{ ref('scheme_nodes') }} as nodes
        on
            gains.scheme_code = nodes.scheme_code
            and gains.scheme_edition = nodes.scheme_edition
            and gains.node_code = nodes.node_code
    where gains.gain <> 0
),

strengths as (
    select
        scheme_code,
        scheme_edition,
        subject_code,
        fiscal_year,
        {{ string_list('node_code', ',', 'place') }} as strength_node_codes,
        {{ string_list('name_zh', '；', 'place') }} as strengths_zh,
        {{ string_list('name_en', '; ', 'place') }} as strengths_en
    from placed
    where gain > 0 and place <= {{ most_named }}
    group by scheme_code, scheme_edition, subject_code, fiscal_year
),

weaknesses as (
    select
        scheme_code,
        scheme_edition,
        subject_code,
        fiscal_year,
        {{ string_list('node_code', ',', 'place') }} as weakness_node_codes,
        {{ string_list('name_zh', '；', 'place') }} as weaknesses_zh,
        {{ string_list('name_en', '; ', 'place') }} as weaknesses_en
    from placed
    where gain < 0 and place <= {{ most_named }}
    group by scheme_code, scheme_edition, subject_code, fiscal_year
)

select
    coalesce(strengths.scheme_code, weaknesses.scheme_code) as scheme_code,
    coalesce(strengths.scheme_edition, weaknesses.scheme_edition) as scheme_edition,
    coalesce(strengths.subject_code, weaknesses.subject_code) as subject_code,
    coalesce(strengths.fiscal_year, weaknesses.fiscal_year) as fiscal_year,
    strengths.strength_node_codes,
    strengths.strengths_zh,
    strengths.strengths_en,
    weaknesses.weakness_node_codes,
    weaknesses.weaknesses_zh,
    weaknesses.weaknesses_en
from strengths
full outer join weaknesses
    on
        strengths.scheme_code = weaknesses.scheme_code
        and strengths.scheme_edition = weaknesses.scheme_edition
        and strengths.subject_code = weaknesses.subject_code
        and strengths.fiscal_year = weaknesses.fiscal_year
