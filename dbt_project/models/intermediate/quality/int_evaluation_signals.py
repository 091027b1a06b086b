"""Grain: one row per fiscal year, signal, peer group and subject the statistic has enough cases of."""

from orchestration.signals.tables import evaluation_signal_table


def model(dbt, session):
    """Tests of statistics are no matter of SQL: what is computed here is arithmetic on lists of cases."""
    dbt.config(materialized="table")
    return evaluation_signal_table(
        dbt.ref("int_signal_cases"), dbt.ref("evaluation_signals"), dbt.ref("signal_thresholds")
    )
