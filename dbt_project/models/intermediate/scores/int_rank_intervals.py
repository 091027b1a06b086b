"""Grain: one row per scheme edition with perturbations, ranked subject and year: its rank intervals."""

from orchestration.scoring.rank_tables import rank_interval_table


def model(dbt, session):
    """Draws are no matter of SQL: what is computed here is arithmetic on tables of shares."""
    dbt.config(materialized="table")
    return rank_interval_table(
        dbt.ref("int_rank_inputs"), dbt.ref("int_totals"), dbt.ref("scheme_perturbations")
    )
