"""Scoring outside a release: any scheme on any table of values, by the same models as a release."""
