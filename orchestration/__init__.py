"""The Dagster code location and the stages of the budget performance warehouse."""
