-- Grain: one row per cell of an accepted departmental final account.
{{ stage_long_form('department_final_account') }}
