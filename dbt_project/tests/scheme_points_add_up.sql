-- The points of a node are the points of its children, bonus and deduction apart.
select
    parents.scheme_code,
    parents.scheme_edition,
    parents.node_code,
    parents.max_points,
    sum(children.max_points) as children_points
from {{ ref('scheme_nodes') }} as parents
inner join {{ ref('scheme_nodes') }} as children
    on
        parents.scheme_code = children.scheme_code
        and parents.scheme_edition = children.scheme_edition
        and parents.node_code = children.parent_node_code
where not children.is_adjustment
group by parents.scheme_code, parents.scheme_edition, parents.node_code, parents.max_points
having sum(children.max_points) <> parents.max_points
