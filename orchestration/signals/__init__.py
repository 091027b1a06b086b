"""Signals of soft evaluation: patterns in scores and texts that an honest evaluation seldom shows.

A signal accuses nobody; it says where a spot check is best spent. Every statistic says how many cases it
rests on, and below a minimum it says nothing.

What belongs here: statistics on plain numbers and texts. What does not: reading tables, thresholds (seeds),
and what is shown.

Source: 财预[2012]396号, 质量提升工程, 「专家敢说、中介真评」; methodology section 4. Which statistics are
used, and their bounds, are this project's choice.
"""
