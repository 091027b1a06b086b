-- Grain: one row per check of the catalogue.
select * from {{ ref('stg_checks') }}
