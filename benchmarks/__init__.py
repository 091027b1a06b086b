"""Side-by-side measurements, not part of the test run."""
