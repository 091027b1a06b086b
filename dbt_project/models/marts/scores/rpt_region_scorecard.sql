-- Grain: one row per scheme edition, county and fiscal year.
{{ scorecard_of("region") }}
