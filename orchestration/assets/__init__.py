"""The assets, one module per stage, in the order of the way of one figure.

What belongs here: what Dagster sees of a stage. What does not: the work of a stage, done by plain functions.
Modules that define assets, checks, schedules or sensors do not postpone annotations: Dagster reads that of
`context` as an object.
"""
