"""Content checks at the two borders of the warehouse: filed workbooks (gates G0 to G2) and candidate marts
(gate G4).

What belongs here: the catalogue of checks with their texts, the rules, the bounds and bands they judge by,
and the runner. What does not: layout (`orchestration.ingest`), keys and relations inside the warehouse (dbt
tests), and writing
anything: callers get findings and results as dataclasses. Start reading at `README.md`.
"""
