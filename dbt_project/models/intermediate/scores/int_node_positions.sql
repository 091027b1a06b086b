-- Grain: one row per scored node, subject and fiscal year: the measure beside the statistics of its peers.
--
-- Peers are the subjects of the same band, of the same year, or of all years together, as the node says.
{{ positions_of() }}
