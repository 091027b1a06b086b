"""Decoders and second looks, one module per format, and what guards them.

What belongs here: how one format is laid out. What does not: which format a file has (`ingest/container`),
and the meaning of any cell.
"""
