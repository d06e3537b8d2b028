"""The statistics: what was to be expected, which named mistake explains what is reported, how sure (checks.md 3).

Begin with ``statistics``; it is imported where a count is examined and not before, because scipy takes a quarter of a second.
"""
