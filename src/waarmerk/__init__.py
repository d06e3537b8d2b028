"""Waarmerk carries Dutch election results from the polling station to the central committee and the public.

The rooms and what each may import: ``docs/architecture.md``. The journey in code: ``tests/test_journey.py``.
"""

__version__ = "0.1.0"
