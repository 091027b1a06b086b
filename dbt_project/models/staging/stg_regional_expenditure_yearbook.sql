-- Grain: one row per cell of an accepted yearbook table of expenditure by region.
{{ stage_long_form('regional_expenditure_yearbook') }}
