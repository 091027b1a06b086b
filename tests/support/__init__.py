"""Helpers shared by tests: small workbooks, small provinces, independent recomputations."""
