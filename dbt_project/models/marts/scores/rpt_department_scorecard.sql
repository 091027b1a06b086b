-- Grain: one row per scheme edition, department and fiscal year.
{{ scorecard_of("department") }}
