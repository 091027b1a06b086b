-- Grain: one row per scored node of an index scheme, subject and fiscal year: the value put on the scheme's scale.
--
-- Statistics are binary floats; what comes out has twelve decimals. A value that cannot be put on the scale (all peers
-- equal, no logarithm) is missing.
{{ normalised_values_of(ref('int_node_positions')) }}
