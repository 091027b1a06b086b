"""Published code lists by year: what they say, what changed between two of them, and what a bureau holds."""
