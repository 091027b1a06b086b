-- No node earns more than its points or less than nothing; deductions take at most their points away.
select
    scheme_code,
    subject_code,
    fiscal_year,
    node_code,
    points,
    max_points,
    stated_max_points
from {{ ref('int_node_points') }}
where
    points > max_points
    or points < case when rule_code = 'penalty' then -stated_max_points else 0 end
