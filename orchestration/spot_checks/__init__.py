"""Spot checks of self-evaluations (抽查审核): a draw that anyone can repeat, and what it says of all.

What belongs here: allocation, draw, manifest, estimation. What does not: where self-evaluations are filed,
and the form in which audited scores come back.
"""
