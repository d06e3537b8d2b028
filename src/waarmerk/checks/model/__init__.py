"""The statistics: what was to be expected, which named mistake explains what is reported, how sure (checks.md 3)."""

from waarmerk.checks.model.parameters import VERSION, Parameters, parameters

__all__ = ["VERSION", "Parameters", "parameters"]
