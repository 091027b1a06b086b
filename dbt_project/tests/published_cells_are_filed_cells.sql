-- Any cell a mart names can be looked up among the cells that were read.
{{ config(meta={'dagster': {'ref': {'name': 'fct_cells'}}}) }}

{% set places = [
    ('fct_final_accounts', ''), ('fct_budgets', ''), ('fct_coverage_ledger', ''), ('fct_coverage_ledger', 'evidence_'),
    ('fct_score_trace', ''), ('fct_indicator_inputs', ''), ('dim_projects', ''), ('dim_units', ''), ('dim_regions', ''),
] %}
with places as (
    {% for table, prefix in places %}
    select
        '{{ table }}' as table_name,
        {{ prefix }}submission_id{{ ' as submission_id' if prefix }},
        {{ prefix }}sheet{{ ' as sheet' if prefix }},
        {{ prefix }}cell{{ ' as cell' if prefix }}
    from {{ ref(table) }}
    where {{ prefix }}cell is not null
    {{ "union all" if not loop.last }}
    {% endfor %}
)

select distinct places.*
from places
left join {{ ref('fct_cells') }} as cells
    on
        places.submission_id = cells.submission_id
        and places.sheet = cells.sheet
        and places.cell = cells.cell
where cells.cell is null
