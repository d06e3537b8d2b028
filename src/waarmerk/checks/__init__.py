"""Examine a count: what cannot be right, what the law asks, what the control protocol finds remarkable.

Pure: a count and a context come in, ranked findings go out. Words live in the catalogue (``pages``), never here.
"""

from waarmerk.checks.between import examine_together
from waarmerk.checks.case import NotJudged
from waarmerk.checks.correction import Correction, correction
from waarmerk.checks.editions import EDITIONS, NAMES, Edition, Protocol, choose, named
from waarmerk.checks.examination import Context, Examined, examine
from waarmerk.checks.rules.deviations import list_deviations
from waarmerk.checks.triage import rank_key

__all__ = [
    "EDITIONS",
    "NAMES",
    "Context",
    "Correction",
    "Edition",
    "Examined",
    "NotJudged",
    "Protocol",
    "choose",
    "correction",
    "examine",
    "examine_together",
    "list_deviations",
    "named",
    "rank_key",
]
