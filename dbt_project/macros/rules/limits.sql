{# Rule kinds that limit the node above: each gives the share of that node's points which may be kept, 0 to 1. #}

{# One vote against: at or beyond the value that triggers it only the stated share is kept, none unless stated. #}
{% macro rule_veto() -%}
case
    when direction = 'less' and measure <= veto_at then cast(coalesce(share_kept, 0) as decimal(28, 12))
    when direction <> 'less' and measure >= veto_at then cast(coalesce(share_kept, 0) as decimal(28, 12))
    else cast(1 as decimal(28, 12))
end
{%- endmacro %}

{# The node above earns at most the share this value gives. #}
{% macro rule_cap_by_variable() -%}
{{ rule_proportion_capped() }}
{%- endmacro %}
