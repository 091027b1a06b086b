-- Grain: one row per cell of an accepted departmental budget.
{{ stage_long_form('department_budget') }}
