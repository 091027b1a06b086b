"""Grain: one row per scheme edition with perturbations, fiscal year and scored node: its weights."""

from orchestration.scoring.rank_tables import effective_weight_table


def model(dbt, session):
    """Draws are no matter of SQL: what is computed here is arithmetic on tables of shares."""
    dbt.config(materialized="table")
    return effective_weight_table(
        dbt.ref("int_rank_inputs"), dbt.ref("int_totals"), dbt.ref("scheme_perturbations")
    )
