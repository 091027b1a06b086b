-- Grain: one row per cell of an accepted form of performance management facts.
{{ stage_long_form('department_management_facts') }}
