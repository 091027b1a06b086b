"""Locations and the warehouse: what the stages share."""
