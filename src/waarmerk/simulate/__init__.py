"""Made-up elections with the statistics of real ones (checks.md 6.4), from a seed: the same seed gives the same figures."""
