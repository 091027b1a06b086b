-- Grain: one row per cell of an accepted county base data form.
{{ stage_long_form('county_base_data') }}
