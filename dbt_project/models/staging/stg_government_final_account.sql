-- Grain: one row per cell of an accepted government final account.
{{ stage_long_form('government_final_account') }}
