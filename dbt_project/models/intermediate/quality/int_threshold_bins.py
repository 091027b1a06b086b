"""Grain: one row per fiscal year, threshold, peer group and bin of figures around the threshold."""

from orchestration.signals.tables import threshold_bin_table


def model(dbt, session):
    """Tests of statistics are no matter of SQL: what is computed here is arithmetic on lists of cases."""
    dbt.config(materialized="table")
    return threshold_bin_table(
        dbt.ref("int_signal_cases"), dbt.ref("evaluation_signals"), dbt.ref("signal_thresholds")
    )
